// Numbers and durations that only the run knows and that cannot be meant, and computing that would not end.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <tuple>

#include "tests/runtime/interpret/small_run.hpp"
#include "tests/support/said.hpp"

namespace runtime_tests {

namespace {

namespace event = runtime::event;
using runtime::End;

std::string failure_of(const Played& played) {
    for (const std::string& finding : played.findings) FAIL(finding);
    const auto failures = played.all<event::Failed>();
    return failures.empty() ? "none" : failures.front().message;
}

/// A step whose numbers a person gives: it fails before anything is sent, and says so.
void fails_with(const std::string& program, const std::string& given, const std::string& words) {
    const Played played = play(program, {"\"How many?\": \"" + given + "\""});
    CAPTURE(program);
    CAPTURE(given);
    const std::string failure = failure_of(played);
    CAPTURE(failure);
    CHECK(played.ended.end == End::Failed);
    CHECK(support::says(failure, words));
    CHECK(played.received.empty());
}

std::string doubling(int levels, const std::string& kind, const std::string& first) {
    std::string text = fmt::format("define d0(): {} = {}\n", kind, first);
    for (int i = 1; i <= levels; ++i) text += fmt::format("define d{0}(): {1} = d{2}() + d{2}()\n", i, kind, i - 1);
    return text;
}

}  // namespace

TEST_CASE("`max` that turns out to be 0 or less lets no machine begin, and is an error of its statement") {
    const std::string program = "let n = ask int \"How many?\"\nstep \"A\" { on a, b in parallel max n { lamp.flash(\"x\") } }";
    for (const char* given : {"0", "-1", "-9223372036854775808"}) fails_with(program, given, "lets no machine begin");
    for (const char* given : {"1", "2", "9223372036854775807"}) {
        const Played played = play(program, {std::string("\"How many?\": \"") + given + "\""});
        const std::string failure = failure_of(played);
        CAPTURE(failure);
        CHECK(played.ended.end == End::Completed);
        CHECK(played.received.size() == 2);
    }
}

TEST_CASE("a time that turns out to be none, or to have no end, is an error of its statement") {
    const std::string asks = "let t = ask duration \"How many?\"\n";
    for (const auto& [time, given, words] :
         {std::tuple("t", "0s", "needs a time longer than 0s"), std::tuple("t - 10s", "5s", "and this is -5s"),
          std::tuple("t * 0", "5s", "needs a time longer than 0s"), std::tuple("t * 1000", "876600h", "a hundred years at most"),
          std::tuple("t * -1000", "876600h", "needs a time longer than 0s")}) {
        fails_with(asks + fmt::format("step \"A\" within {} {{ on a {{ lamp.flash(\"x\") }} }}", time), given, words);
        fails_with(asks + fmt::format("step \"A\" {{ on a {{ lamp.light(\"x\") within {} }} }}", time), given, words);
        fails_with(asks + fmt::format("step \"A\" {{ wait_until lamp.is_on(\"x\") on a  within {} }}", time), given, words);
        fails_with(asks + fmt::format("step \"A\" {{ wait_until lamp.is_on(\"x\") on a  within 1m  every {} }}", time), given, words);
        fails_with(asks + fmt::format("step \"A\" {{ wait_until lamp.is_on(\"x\") on a  within 1m  each {} }}", time), given, words);
        fails_with(asks + fmt::format("step \"A\" {{ wait_until lamp.is_on(\"x\") on a  within 1m  holding {} }}", time), given, words);
        fails_with(asks + fmt::format("step \"A\" {{ confirm \"Ready?\" within {} }}", time), given, words);
        fails_with(
            "define action flash() { lamp.flash(\"x\") }\n" + asks + fmt::format("step \"A\" {{ on a {{ flash() within {} }} }}", time),
            given, words);
    }
    fails_with(asks + "step \"A\" { note \"${t * 9223372036854775807}\" }", "5s", "more than a duration can hold");
}

TEST_CASE("the pause between two attempts is a time, too: nothing is tried again without one") {
    const Played played = play("let t = ask duration \"How many?\"\nstep \"A\" retry 2 times every t - 10s { on a { lamp.flash(\"x\") } }",
                               {"a$ lamp flash x: exit 3, err \"no bulb\", always", "\"How many?\": \"5s\""});
    CHECK(played.ended.end == End::Failed);
    CHECK(played.received.size() == 1);
}

TEST_CASE("computing that would not end is over with the time around it, and sends nothing") {
    const Played played =
        play(doubling(40, "int", "1") + "step \"A\" within 1s {\n  require d40() == 0\n  on a { lamp.flash(\"x\") }\n}", {});
    const std::string failure = failure_of(played);
    CAPTURE(failure);
    CHECK(played.ended.end == End::Failed);
    CHECK(support::says(failure, "computing this took longer than 1s"));
    CHECK(played.received.empty());
}

TEST_CASE("a text that doubles itself is not a text at last") {
    const std::string first = fmt::format("\"{}\"", std::string(8192, 'x'));
    const Played played = play(doubling(12, "text", first) + "step \"A\" { require d12() == \"\" }", {});
    const std::string failure = failure_of(played);
    CAPTURE(failure);
    CHECK(played.ended.end == End::Failed);
    CHECK(support::says(failure, "would have more than 16777216 bytes"));
}

}  // namespace runtime_tests
