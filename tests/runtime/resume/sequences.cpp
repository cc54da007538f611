// Whatever happens to a run, in whatever order: at "completed" the house is as the text says, every order came when it was safe, and no
// script was done twice. The house judges, not what procrun says of it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <set>

#include "runtime/resume/texts.hpp"
#include "tests/runtime/interpret/lamp.hpp"
#include "tests/runtime/resume/house.hpp"

namespace runtime_tests {

namespace {

using namespace runtime;

// ---------------------------------------------------------------- what is run

/// What a person may change in the text while a run is not completed.
struct Edits {
    bool inserts_step = false, changes_parameter = false, changes_define = false, moves_machine = false;
    auto operator<=>(const Edits&) const = default;

    std::string address() const { return moves_machine ? "10.0.0.2" : "10.0.0.1"; }
    std::string extra() const { return changes_parameter ? "u" : "v"; }
    std::string inner() const { return changes_define ? "q" : "z"; }
};

/// What the run does when it fails.
enum class Answer { Nothing, PutsOut };

std::string procedure(const Edits& edits, Answer answer) {
    return fmt::format(R"(
site "house"
host a {{ via simulated  address "{}" }}
param extra: text = "{}"
define shines(name: text): bool = lamp.is_on(name)
define action inner() {{ lamp.light("{}")  undo lamp.dim("{}") }}
{}
step "One" {{
  on a {{
    require not lamp.is_on("y")
    lamp.light("x")  undo lamp.dim("x")
    lamp.flash("f")
  }}
}}
step "Two" retry 1 times every 1s {{
  {}
  step "In" {{
    on a {{
      wait_until shines("x") and shines("ready")  within 5s
      lamp.light("y")  undo lamp.dim("y")
      lamp.light(extra)
    }}
  }}
  on a {{
    require lamp.is_on("y")
    inner()
    require lamp.is_on("x")
  }}
}}
)",
                       edits.address(), edits.extra(), edits.inner(), edits.inner(),
                       answer == Answer::PutsOut ? R"(on_failure { on a { lamp.dim("x") } })" : "",
                       edits.inserts_step ? R"(step "New" { on a { lamp.light("n") } })" : "");
}

std::shared_ptr<const lang::program::Program> program(const Edits& edits, Answer answer) {
    static std::map<std::pair<Edits, Answer>, std::shared_ptr<const lang::program::Program>> all;
    auto& one = all[{edits, answer}];
    if (!one) one = checked_alone(procedure(edits, answer));
    return one;
}

// ---------------------------------------------------------------- what may happen

struct Act {
    std::string name;
    Fate fate = {};
    enum class Kind { Part, Undo, Edit, Another, Unready } kind = Kind::Part;
    bool Edits::*edit = nullptr;
};

std::vector<Act> acts() {
    std::vector<Act> all;
    for (const int at : {1, 3, 5}) all.push_back({fmt::format("order {} fails", at), {.fails = at}});
    for (const int at : {2, 4}) all.push_back({fmt::format("orders fail from {} on", at), {.fails = at, .goes_on = true}});
    for (const int at : {1, 2}) all.push_back({fmt::format("order {} fails, and it is undone", at), {.fails = at, .undoes = true}});
    for (const int at : {1, 2, 4}) all.push_back({fmt::format("dies before order {}", at), {.dies_before = at}});
    for (const int at : {1, 2, 3}) all.push_back({fmt::format("dies after order {}", at), {.dies_after = at}});
    all.push_back({"order 2 fails, x is put out at the prompt", {.fails = 2, .typed = "x"}});
    all.push_back({"orders fail from 5 on, x is put out at the prompt", {.fails = 5, .goes_on = true, .typed = "x"}});
    all.push_back({"undo", {}, Act::Kind::Undo});
    all.push_back({"undo, which dies after its first order", {.dies_after = 1}, Act::Kind::Undo});
    all.push_back({"undo, which dies before its first order", {.dies_before = 1}, Act::Kind::Undo});
    all.push_back({"a step is inserted", {}, Act::Kind::Edit, &Edits::inserts_step});
    all.push_back({"a parameter is changed", {}, Act::Kind::Edit, &Edits::changes_parameter});
    all.push_back({"a define is changed", {}, Act::Kind::Edit, &Edits::changes_define});
    all.push_back({"the machine is moved", {}, Act::Kind::Edit, &Edits::moves_machine});
    all.push_back({"another run puts x out", {}, Act::Kind::Another});
    all.push_back({"nothing is ready any more", {}, Act::Kind::Unready});
    return all;
}

// ---------------------------------------------------------------- a run, from its beginning to its last part

/// What those who resume it know of the text.
enum class Agrees { No, Yes };

struct Life {
    Answer answer = Answer::Nothing;
    Asked asked = Asked::Nobody;
    Agrees agrees = Agrees::No;
    House house = {};
    Edits edits = {};
    std::vector<Event> events = {};
    std::vector<OtherRun> others = {};
    std::vector<Edits> parts = {};
    std::optional<End> end = {};
    bool was_disturbed = false;  ///< by somebody else than the run

    bool is_over() const { return end == End::Completed || end == End::CompletedWithSkips; }

    std::string address() const { return edits.address(); }

    void part(const Fate& fate) {
        const auto now = program(edits, answer);
        if (parts.empty()) {
            parts.push_back(edits);
            end = play_part(house, events, *now, fate, asked, nullptr);
            return;
        }
        Texts texts(*now, registry().catalog());
        for (const Edits& then : parts) texts.add(program(then, answer));
        const Resumption resumption(events, others, texts.earlier());
        if (!texts.lost(resumption).empty() && agrees == Agrees::No) {
            end = End::Refused;
            return;
        }
        parts.push_back(edits);
        end = play_part(house, events, *now, fate, asked, &resumption);
    }

    void undo(const Fate& fate) {
        for (std::size_t once = 0; once < 3; ++once) {
            const Resumption resumption(events, others, {}, Resumption::GoesOn::Undos);
            if (resumption.undos().empty()) return;
            const int of = resumption.undos().back().part;
            const Edits then = parts[static_cast<std::size_t>(of - 1)];
            Resumption those = resumption;
            for (int part = 1; part < resumption.part(); ++part) {
                if (part != of) those.leave_undos_to_others(part);
            }
            parts.push_back(then);
            end = play_part(house, events, *program(then, answer), fate, asked, &those, true);
            if (!end) return;
        }
    }

    void happens(const Act& act) {
        using namespace std::chrono_literals;
        house.now += 1min;
        if (act.kind == Act::Kind::Undo) return undo(act.fate);
        was_disturbed = was_disturbed || !act.fate.typed.empty();
        if (act.kind == Act::Kind::Part) return part(act.fate);
        if (act.kind == Act::Kind::Edit) {
            edits.*act.edit = true;
            return;
        }
        was_disturbed = true;
        if (act.kind == Act::Kind::Unready) {
            for (const char* one : {"10.0.0.1", "10.0.0.2"}) house.lit[std::string(one) + " ready"] = false;
            return;
        }
        house.lit[address() + " x"] = false;
        others.push_back({.name = "run 13 (other)", .last = house.now});
    }
};

std::string unsafe(const House& house, const std::string& address, const std::string& verb, const std::string& lamp) {
    if (verb != "on") return {};
    if (lamp == "y" && !house.is_lit(address, "x")) return "x is out";
    if (lamp == "y" && !house.is_lit(address, "ready")) return "ready is out";
    if ((lamp == "z" || lamp == "q") && !house.is_lit(address, "y")) return "y is out";
    return {};
}

/// What is wrong with it, as the house tells.
std::vector<std::string> judged(const Life& life) {
    std::vector<std::string> wrong = life.house.wrong;
    for (const auto& [where, times] : life.house.flashes) {
        if (times > 1) wrong.push_back(fmt::format("the script at {} was done {} times", where, times));
    }
    if (!life.is_over()) return wrong;
    const std::string here = life.address();
    std::vector<std::string> lamps{"x", "y", life.edits.inner(), life.edits.extra()};
    if (life.edits.inserts_step) lamps.emplace_back("n");
    for (const std::string& lamp : lamps) {
        if (!life.house.is_lit(here, lamp)) wrong.push_back(fmt::format("completed, and {} is out at {}", lamp, here));
    }
    if (!life.house.flashes.contains(here + " f")) wrong.push_back("completed, and the script was never done");
    return wrong;
}

struct Tally {
    std::size_t sequences = 0, completed = 0;
    std::vector<std::string> wrong;
};

void live(Life life, const std::vector<const Act*>& sequence, Tally& tally) {
    life.house.judge = unsafe;
    for (const char* address : {"10.0.0.1", "10.0.0.2"}) life.house.lit[std::string(address) + " ready"] = true;
    life.house.now = lang::Time(std::chrono::hours(1'000'000 / 24));
    for (const Act* act : sequence) {
        if (!life.is_over()) life.happens(*act);
    }
    for (int again = 0; again < 3 && !life.is_over(); ++again) {
        life.house.now += std::chrono::minutes(10);
        life.part({});
    }
    ++tally.sequences;
    tally.completed += life.is_over();
    std::vector<std::string> wrong = judged(life);
    // "x" is lit only where "y" is not: who puts "x" out behind "y" leaves what no resume may go on with.
    const bool may_stop = life.was_disturbed || life.answer == Answer::PutsOut;
    if (life.asked == Asked::OneWhoKnows && life.agrees == Agrees::Yes && !may_stop && !life.is_over()) {
        wrong.push_back(fmt::format("it is never completed: {}", life.end ? name(*life.end) : "killed"));
    }
    if (wrong.empty() || tally.wrong.size() > 12) return;
    std::string story;
    for (const Act* act : sequence) story += act->name + "; ";
    tally.wrong.push_back(fmt::format("{}on_failure {}, {}, {}: {}", story, life.answer == Answer::Nothing ? "does nothing" : "puts x out",
                                      life.asked == Asked::Nobody ? "nobody is asked" : "one who knows is asked",
                                      life.agrees == Agrees::Yes ? "changes are agreed to" : "changes are refused", wrong.front()));
}

/// All sequences up to `length`; of longer ones every `step`th.
Tally all_lives(std::size_t length, std::size_t step) {
    const std::vector<Act> known = acts();
    Tally tally;
    std::size_t count = 1;
    for (std::size_t i = 0; i < length; ++i) count *= known.size();
    for (std::size_t number = 0; number < count; number += step) {
        std::vector<const Act*> sequence;
        for (std::size_t rest = number, i = 0; i < length; ++i, rest /= known.size()) sequence.push_back(&known[rest % known.size()]);
        for (const Answer answer : {Answer::Nothing, Answer::PutsOut}) {
            for (const Asked asked : {Asked::Nobody, Asked::OneWhoKnows}) {
                for (const Agrees agrees : {Agrees::No, Agrees::Yes})
                    live({.answer = answer, .asked = asked, .agrees = agrees}, sequence, tally);
            }
        }
    }
    return tally;
}

void check(std::size_t length, std::size_t step) {
    const Tally tally = all_lives(length, step);
    MESSAGE(tally.sequences, " lives, ", tally.completed, " completed");
    for (const std::string& wrong : tally.wrong) FAIL_CHECK(wrong);
    CHECK(tally.completed > tally.sequences / 4);
}

}  // namespace

TEST_CASE("a run to which nothing happens is completed") { check(0, 1); }
TEST_CASE("whatever happens once, or twice, a run that is completed has done what it says") {
    check(1, 1);
    check(2, 1);
}
TEST_CASE("… three times") { check(3, 53); }
TEST_CASE("… or four times") { check(4, 1499); }

}  // namespace runtime_tests
