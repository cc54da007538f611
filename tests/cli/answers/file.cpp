#include "cli/answers/file.hpp"

#include <doctest/doctest.h>

#include "cli/run/load.hpp"
#include "tests/support/said.hpp"

namespace {

using runtime::Question;
using Kind = runtime::Reaction::Kind;

const Question stop_failed{
    .kind = Question::Kind::Failed, .about = "systemd.stop(\"a\") on web1", .text = "systemd.stop(\"a\") on web1 failed. What now?"};
const Question undo{.kind = Question::Kind::Undo, .about = {}, .text = "2 to undo, in this order: …"};

cli::Answers answers_in(const std::string& text) { return cli::answers_from(text, "answers"); }

std::string answer(const std::string& file, const Question& question) {
    const cli::Answers answers = answers_in(file);
    const std::string* found = answers.find(question);
    return found == nullptr ? "(none)" : *found;
}

}  // namespace

TEST_CASE("what procrun asks is answered by its id, whatever its words are") {
    CHECK(answer("failed systemd.stop(\"a\") on web1 = retry\n", stop_failed) == "retry");
    CHECK(answer("failed systemd.stop* = skip\n", stop_failed) == "skip");
    CHECK(answer("failed* = skip\n", stop_failed) == "skip");
    CHECK(answer("skipped* = done by hand\nfailed systemd.stop(\"b\")* = skip\n", stop_failed) == "(none)");
    CHECK(answer("undo = keep\n", undo) == "keep");
    CHECK(answer("undo = keep\n", stop_failed) == "(none)");
}

TEST_CASE("the first line that fits counts, and a text is found as before there were ids") {
    CHECK(answer("failed systemd.stop* = retry\nfailed* = abort\n", stop_failed) == "retry");
    CHECK(answer("\"systemd.stop*\" = retry\nfailed* = abort\n", stop_failed) == "retry");
    CHECK(answer("\"Login works\" = yes\n", {.kind = Question::Kind::Written, .about = {}, .text = "Login works"}) == "yes");
}

TEST_CASE("an equals sign or a quotation mark in an id or in an answer is part of it") {
    const Question failed{.kind = Question::Kind::Failed, .about = "shell.action(\"a = \\\"b\\\"\") on web1", .text = "…"};
    CHECK(answer("failed shell.action(\"a = \\\"b\\\"\") on web1 = retry\n", failed) == "retry");
    CHECK(answer("skipped* = x = \"y\"\n", {.kind = Question::Kind::Skipped, .about = "a", .text = "…"}) == "x = \"y\"");
}

TEST_CASE("what is neither a text nor an id is refused, with the line and the ids that there are") {
    for (const char* text : {"Login works\n", "faild* = retry\n", "failed*\n", "= yes\n", "\"Login works\n"}) {
        INFO(text);
        bool refused = false;
        try {
            answers_in(std::string("# a comment\n") + text);
        } catch (const cli::UsageError& error) {
            refused = support::says(error.message, ":2:") && support::says(error.message, "second-person");
        }
        CHECK(refused);
    }
}

TEST_CASE("a file of answers signs off with what is at stake, and with the name of somebody else") {
    const auto sign = [](const std::string& line, const std::string& first) {
        const auto kind = first.empty() ? Question::Kind::FirstPerson : Question::Kind::SecondPerson;
        return cli::answering_person(answers_in(line), "alice")
            ->sign({.kind = kind, .about = "drbd.discard(\"r0\") on a", .text = "it is dangerous"}, "r0 on a", first, runtime::Time::max());
    };
    const auto by_first = [&](const std::string& answer) { return sign("first-person drbd.discard* = " + answer + "\n", ""); };
    const auto by_second = [&](const std::string& answer) {
        return sign("second-person drbd.discard* = " + answer + "\n", "alice by answers");
    };
    CHECK(by_first("r0 on a").kind == Kind::Yes);
    CHECK(by_first("r0 on a").by.starts_with("alice by "));
    CHECK(by_first("yes").kind == Kind::No);
    CHECK(by_first("r0 on b").kind == Kind::No);
    CHECK(by_second("bob").kind == Kind::Yes);
    CHECK(by_second("bob").by.starts_with("bob by "));
    CHECK(by_second("Alice").kind == Kind::No);
    CHECK(by_second("yes").kind == Kind::No);
    CHECK(by_second("").kind == Kind::No);
    CHECK(sign("second-person drbd.discard* = r0 on a\n", "").kind == Kind::Nobody);
}
