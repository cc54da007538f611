#include "cli/answers/preflight.hpp"

#include <doctest/doctest.h>

namespace {

using QuestionKind = lang::Requirements::Question::Kind;
using Texts = std::vector<std::string>;

/// "How many?" takes a number, "Go on?" comes after a failure, and one says "There are … calls".
const lang::Requirements preview{.questions = {{{"Login works"}, {}},
                                               {{"How many?"}, {.kind = QuestionKind::Value, .type = lang::Kind::Int}},
                                               {{"There are ", std::nullopt, " calls"}, {}},
                                               {{"Go on?"}, {.only_on_failure = true}},
                                               {{"drbd.discard(", std::nullopt}, {.kind = QuestionKind::SignOff}},
                                               {{"systemd.stop(\"a\")", std::nullopt}, {.kind = QuestionKind::Decision}}},
                                 .secrets = {}};

Texts left_open(std::vector<cli::Answers::Entry> entries, const std::set<std::string>& answered = {}) {
    return cli::open_questions(preview, {.entries = std::move(entries), .path = "answers"}, answered);
}

Texts idle(std::vector<std::string> questions) {
    cli::Answers answers{.entries = {}, .path = "answers"};
    for (std::string& question : questions) answers.entries.push_back({std::move(question), "yes"});
    return cli::idle_answers(preview, answers);
}

}  // namespace

TEST_CASE("all questions that the answers leave open are told, and answers that do not fit") {
    CHECK(left_open({}) == Texts{"answers has no answer to \"How many?\"", "answers has no answer to \"Login works\""});
    CHECK(left_open({{"How*", "5"}, {"Login works", "yes"}}).empty());
    CHECK(left_open({{"How*", "many"}, {"Login works", "perhaps"}}) ==
          Texts{"answers answers `many` to \"How many?\", expected a number",
                "answers answers `perhaps` to \"Login works\", expected yes or no"});
    CHECK(left_open({}, {"How many?", "Login works"}).empty());
}

TEST_CASE("answers to what is never asked are told, with what may have been meant") {
    CHECK(idle({"Login works", "How*", "Go on?", "There are 5 calls", "There are*", "There are 5*", "drbd.discard(\"r0\")*"}).empty());
    CHECK(idle({"systemd.stop*", "systemd.stop(\"a\") on x failed. What now?"}).empty());
    CHECK(idle({"Logn works", "There are 5 cals", "systemd.start*", "There were*"}) ==
          Texts{"answers answers \"Logn works\", which is never asked: did you mean \"Login works\"?",
                "answers answers \"There are 5 cals\", which is never asked", "answers answers \"systemd.start*\", which is never asked",
                "answers answers \"There were*\", which is never asked"});
}

TEST_CASE("ids of what the procedure may fail in, or two persons sign, are looked for in its text; others may always be asked") {
    const auto idle_ids = [](Texts ids) {
        cli::Answers answers{.entries = {}, .path = "answers"};
        for (std::string& id : ids) answers.entries.push_back({.question = std::move(id), .answer = "yes", .is_id = true});
        return cli::idle_answers(preview, answers);
    };
    CHECK(idle_ids({"failed*", "failed systemd.stop(\"a\") on x", "skipped systemd*", "outcome systemd.stop*", "undo", "silent web1"})
              .empty());
    CHECK(idle_ids({"first-person drbd.discard(\"r0\")*", "second-person drbd.discard*"}) == Texts{});
    CHECK(idle_ids({"failed systemd.start*", "first-person systemd.stop*"}) ==
          Texts{"answers answers failed systemd.start*, which is never asked",
                "answers answers first-person systemd.stop*, which is never asked"});
}
