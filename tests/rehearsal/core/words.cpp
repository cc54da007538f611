#include "rehearsal/core/words.hpp"

#include <doctest/doctest.h>

using rehearsal::read_script;
using rehearsal::SimpleCommand;
using rehearsal::windows_words;

namespace {

std::vector<std::string> only_command(std::string_view script) {
    const auto commands = read_script(script);
    REQUIRE(commands);
    REQUIRE(commands->size() == 1);
    return commands->front().words;
}

}  // namespace

TEST_CASE("words are split at blanks, and quotes of both kinds hold them together") {
    using Words = std::vector<std::string>;
    CHECK(only_command("drbdadm  role\tr0") == Words{"drbdadm", "role", "r0"});
    CHECK(only_command(R"(echo 'it'\''s' "a \"b\" \\ c" '' x\ y)") == Words{"echo", "it's", R"(a "b" \ c)", "", "x y"});
    CHECK(only_command("echo a # said by nobody") == Words{"echo", "a"});
    CHECK(only_command("echo a#b \\\n  c") == Words{"echo", "a#b", "c"});
}

TEST_CASE("commands follow each other by line ends, semicolons, && and ||") {
    const auto commands = read_script("true && echo a || echo b; echo c\n\necho d 2>/dev/null\necho e >/dev/null 2>&1");
    REQUIRE(commands);
    REQUIRE(commands->size() == 6);
    using When = SimpleCommand::When;
    CHECK((*commands)[1].when == When::Succeeded);
    CHECK((*commands)[2].when == When::Failed);
    CHECK((*commands)[3].when == When::Always);
    CHECK((*commands)[4].err_dropped);
    CHECK((*commands)[4].words.size() == 2);
    CHECK((*commands)[5].out_dropped);
    CHECK((*commands)[5].err_dropped);
}

TEST_CASE("what is more than simple commands is not understood, never misunderstood") {
    for (const char* script : {"a | b",
                               "a $x",
                               "a \"$x\"",
                               "a `b`",
                               "$(a)",
                               "a > file",
                               "a < file",
                               "a &",
                               "(a)",
                               "if a; then b; fi",
                               "for i in a; do b; done",
                               "a 'b",
                               "a \"b",
                               "a \\",
                               "&& a",
                               "a &&",
                               "a || ",
                               "rm *",
                               "{ a; }",
                               "! a",
                               "eval a"}) {
        CAPTURE(script);
        CHECK_FALSE(read_script(script));
    }
}

TEST_CASE("an empty script does nothing") {
    REQUIRE(read_script(""));
    CHECK(read_script(" \n# nothing\n")->empty());
}

TEST_CASE("a line for cmd keeps its backslashes") {
    CHECK(windows_words(R"(shutdown.exe /s  /t 0 "C:\Program Files\x")") ==
          std::vector<std::string>{"shutdown.exe", "/s", "/t", "0", R"(C:\Program Files\x)"});
}
