// Whatever happens to a run, in whatever order: at "completed" the house is as the text says, every order came when it was safe, no
// script was done twice, what was undone is undone, and nobody is needed for what the journal knows. The house judges, not what procrun
// says of it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "tests/runtime/resume/life.hpp"

namespace runtime_tests {

namespace {

// The orders of a run to which nothing happens: 1 x, 2 open, 3 w, 4 f, 5 far, 6 y, 7 v, 8 z, 9 and 10 of g or h.
std::vector<Act> acts() {
    std::vector<Act> all;
    for (const int at : {1, 3, 6, 9}) all.push_back({fmt::format("order {} fails", at), {.fails = at}});
    for (const int at : {1, 2}) all.push_back({fmt::format("order {} fails, and does its work late", at), {.fails = at, .late = true}});
    for (const int at : {2, 6}) all.push_back({fmt::format("orders fail from {} on", at), {.fails = at, .times = 99}});
    all.push_back({"orders 8 and 9 fail", {.fails = 8, .times = 2}});
    for (const int at : {3, 5}) all.push_back({fmt::format("order {} fails, and it is undone", at), {.fails = at, .undoes = true}});
    all.push_back({"orders 8 and 9 fail, and it is undone", {.fails = 8, .times = 2, .undoes = true}});
    all.push_back({"order 2 is not sent, and it is undone", {.not_sent = 2, .undoes = true}});
    all.push_back({"order 1 is not sent", {.not_sent = 1}});
    all.push_back({"z fails, v goes out, dies in the next attempt", {.fails = 8, .with = "z", .out = "v", .dies_before = 9}});
    for (const int at : {1, 2, 4, 7, 10}) all.push_back({fmt::format("dies before order {}", at), {.dies_before = at}});
    for (const int at : {1, 2, 3, 6, 8}) all.push_back({fmt::format("dies after order {}", at), {.dies_after = at}});
    all.push_back({"order 3 fails, x is put out at the prompt", {.fails = 3, .typed = "x"}});
    all.push_back({"orders 8 and 9 fail, w is put out at the prompt", {.fails = 8, .times = 2, .typed = "w"}});
    all.push_back({"undo", {}, Act::Kind::Undo});
    all.push_back({"undo, whose first order fails", {.fails = 1}, Act::Kind::Undo});
    for (const int at : {1, 2}) all.push_back({fmt::format("undo, which dies before order {}", at), {.dies_before = at}, Act::Kind::Undo});
    all.push_back({"undo, which dies after its first order", {.dies_after = 1}, Act::Kind::Undo});
    all.push_back({"a step is inserted", {}, Act::Kind::Edit, &Edits::inserts_step});
    all.push_back({"a parameter is changed", {}, Act::Kind::Edit, &Edits::changes_parameter});
    all.push_back({"a define is changed", {}, Act::Kind::Edit, &Edits::changes_define});
    all.push_back({"a condition asks for more", {}, Act::Kind::Edit, &Edits::asks_more});
    all.push_back({"the machine is moved", {}, Act::Kind::Edit, &Edits::moves_machine});
    all.push_back({"the other machine is moved", {}, Act::Kind::Edit, &Edits::moves_other});
    for (const char* lamp : {"x", "w", "y"})
        all.push_back({fmt::format("another run puts {} out", lamp), {}, Act::Kind::Another, nullptr, lamp});
    for (const char* lamp : {"ready", "gate"})
        all.push_back({fmt::format("somebody turns {}", lamp), {}, Act::Kind::Switch, nullptr, lamp});
    return all;
}

struct Tally {
    std::size_t lives = 0, completed = 0;
    std::vector<std::string> wrong;
};

void live(Life life, const std::vector<const Act*>& sequence, Tally& tally) {
    for (const Act* act : sequence) {
        if (!life.is_over()) life.happens(*act);
    }
    life.goes_on_to_its_end();
    ++tally.lives;
    tally.completed += life.is_over();
    const std::vector<std::string> wrong = life.judged();
    if (wrong.empty() || tally.wrong.size() > 12) return;
    std::string story;
    for (const Act* act : sequence) story += act->name + "; ";
    tally.wrong.push_back(fmt::format("{}{}: {}", story, life.text(), wrong.front()));
}

/// All sequences of `length`; of longer ones every `step`th.
Tally all_lives(std::size_t length, std::size_t step) {
    const std::vector<Act> known = acts();
    Tally tally;
    std::size_t count = 1;
    for (std::size_t i = 0; i < length; ++i) count *= known.size();
    for (std::size_t number = 0; number < count; number += step) {
        std::vector<const Act*> sequence;
        for (std::size_t rest = number, i = 0; i < length; ++i, rest /= known.size()) sequence.push_back(&known[rest % known.size()]);
        const bool is_edited = std::any_of(sequence.begin(), sequence.end(), [](const Act* act) { return act->kind == Act::Kind::Edit; });
        for (const Answer answer : {Answer::Nothing, Answer::PutsOut}) {
            for (const Asked asked : {Asked::Nobody, Asked::OneWhoKnows}) {
                live(Life(answer, asked, Agrees::Yes), sequence, tally);
                if (is_edited) live(Life(answer, asked, Agrees::No), sequence, tally);
            }
        }
    }
    return tally;
}

void check(std::size_t length, std::size_t step) {
    const Tally tally = all_lives(length, step);
    MESSAGE(tally.lives, " lives, ", tally.completed, " completed");
    for (const std::string& wrong : tally.wrong) FAIL_CHECK(wrong);
    CHECK(tally.completed > tally.lives / 4);
}

}  // namespace

TEST_CASE("a run to which nothing happens is completed") { check(0, 1); }
TEST_CASE("whatever happens once, or twice, a run that is completed has done what it says") {
    check(1, 1);
    check(2, 1);
}
TEST_CASE("… three times") { check(3, 311); }
TEST_CASE("… or four times") { check(4, 8971); }

}  // namespace runtime_tests
