#include "runtime/shell/last_line.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {
constexpr lang::Time start{};
}

TEST_CASE("the last whole line of an output is told, five times a second at most") {
    runtime::LastLine last(start);
    CHECK(last.hear("too early\n", start + 100ms) == std::nullopt);
    CHECK(last.hear("one\ntwo\nthr", start + 200ms) == "two");
    CHECK(last.hear("ee\n", start + 300ms) == std::nullopt);
    CHECK(last.hear("", start + 400ms) == "three");
    CHECK(last.hear("", start + 900ms) == std::nullopt);
}

TEST_CASE("a progress display that goes back to the beginning of its line is told as it goes") {
    runtime::LastLine last(start);
    CHECK(last.hear("10%\r20%\r30", start + 1s) == "20%");
}

TEST_CASE("a line without its end, or beyond what is kept, is not told: a secret in it could be cut in two") {
    runtime::LastLine last(start);
    CHECK(last.hear("password: hun", start + 1s) == std::nullopt);
    CHECK(last.hear("ter2\n", start + 1s) == "password: hunter2");
    CHECK(last.hear(std::string(5000, 'x') + "\n", start + 2s) == std::nullopt);
    CHECK(last.hear("short\n", start + 3s) == "short");
}
