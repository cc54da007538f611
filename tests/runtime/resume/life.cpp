#include "tests/runtime/resume/life.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runtime/resume/texts.hpp"
#include "tests/runtime/interpret/lamp.hpp"

namespace runtime_tests {

namespace {

using namespace runtime;

constexpr std::array addresses{"10.0.0.1", "10.0.0.2"};

// Each line is there for what goes wrong without a part of the rule:
//   w, v     are lit and never looked at again: who believes too long that they are lit completes without them
//   open     a script that its undo takes back; f one that has none
//   far      is on a machine that no condition reads
//   g or h   which of them is lit is read once, and is one thing
std::string procedure(const Edits& edits, Answer answer) {
    const std::string on_failure = answer == Answer::PutsOut ? R"(on_failure { on a { lamp.dim("w") } })" : "";
    return fmt::format(R"(
site "house"
host a {{ via simulated  address "{}" }}
host b {{ via simulated  address "{}" }}
param extra: text = "{}"
define shines(name: text): bool = lamp.is_on(name){}
define action inner() {{ lamp.light("{}")  undo lamp.dim("{}") }}
{}
step "One" {{
  on a {{
    require not lamp.is_on("x") and not lamp.is_on("y")
    lamp.light("x")  undo lamp.dim("x")
    lamp.flash("open")  undo {{
      lamp.flash("close")
      lamp.dim("lobby")
    }}
    lamp.light("w")
    lamp.flash("f")
  }}
  on b {{ lamp.light("far") }}
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
step "Three" {{
  on a {{
    if lamp.is_on("gate") {{
      lamp.light("g1")
      lamp.light("g2")
    }} else {{
      lamp.light("h1")
      lamp.light("h2")
    }}
  }}
}}
)",
                       edits.address(), edits.other_address(), edits.extra(), edits.asks_more ? R"( and not lamp.is_on("danger"))" : "",
                       edits.inner(), edits.inner(), on_failure, edits.inserts_step ? R"(step "New" { on a { lamp.light("n") } })" : "");
}

std::shared_ptr<const lang::program::Program> program(const Edits& edits, Answer answer) {
    static std::map<std::pair<Edits, Answer>, std::shared_ptr<const lang::program::Program>> all;
    auto& one = all[{edits, answer}];
    if (!one) one = checked_alone(procedure(edits, answer));
    return one;
}

std::string unsafe(const House& house, const std::string& address, const std::string& verb, const std::string& lamp) {
    const auto is_lit = [&](const char* one) { return house.is_lit(address, one); };
    if (lamp == "open" && house.is_open(address)) return "it is open";
    if (lamp == "close" && house.times(address, "close") > 0 && !house.is_open(address)) return "it is closed";
    if (lamp == "close" && house.times(address, "open") == 0 && !house.script_in_doubt) return "it was never opened";
    if (verb != "on") return {};
    if (lamp == "y" && !is_lit("x")) return "x is out";
    if (lamp == "y" && !is_lit("ready")) return "ready is out";
    if ((lamp == "y" || lamp == "v" || lamp == "u") && is_lit("danger")) return "danger is on";
    if ((lamp == "z" || lamp == "q") && !is_lit("y")) return "y is out";
    if (lamp.starts_with('g') && (is_lit("h1") || is_lit("h2"))) return "an h is on";
    if (lamp.starts_with('h') && (is_lit("g1") || is_lit("g2"))) return "a g is on";
    return {};
}

}  // namespace

Life::Life(Answer answer, Asked asked, Agrees agrees) : answer_(answer), asked_(asked), agrees_(agrees) {
    house_.judge = unsafe;
    for (const std::string address : addresses) house_.lit[address + " ready"] = house_.lit[address + " lobby"] = true;
    house_.now = lang::Time(std::chrono::hours(1'000'000 / 24));
}

// ---------------------------------------------------------------- what happens

void Life::happens(const Act& act) {
    using namespace std::chrono_literals;
    house_.now += 1min;
    house_.catch_up();
    was_disturbed_ = was_disturbed_ || !act.fate.typed.empty() || (act.kind != Act::Kind::Part && act.kind != Act::Kind::Undo);
    switch (act.kind) {
        case Act::Kind::Part:
            return part(act.fate);
        case Act::Kind::Undo:
            return undo(act.fate);
        case Act::Kind::Edit:
            edits_.*act.edit = true;
            if (!edits_.asks_more) return;
            for (const std::string address : addresses) house_.lit[address + " danger"] = true;
            return;
        case Act::Kind::Another:
            house_.lit[edits_.address() + " " + act.lamp] = false;
            others_.push_back({.name = "run 13 (other)", .last = house_.now});
            return;
        case Act::Kind::Switch:
            for (const std::string address : addresses) {
                bool& is_lit = house_.lit[address + " " + act.lamp];
                is_lit = !is_lit;
            }
            return;
    }
}

void Life::goes_on_to_its_end() {
    for (int again = 0; again < 3 && !is_over(); ++again) {
        house_.now += std::chrono::minutes(10);
        house_.catch_up();
        part({});
    }
}

void Life::part(const Fate& fate) {
    const auto now = program(edits_, answer_);
    if (parts_.empty()) {
        parts_.push_back(edits_);
        end_ = play_part(house_, events_, *now, fate, asked_, nullptr);
    } else {
        Texts texts(*now, registry().catalog());
        for (const Edits& then : parts_) texts.add(program(then, answer_));
        const Resumption resumption(events_, others_, texts.earlier());
        if (!texts.lost(resumption).empty() && agrees_ == Agrees::No) {
            end_ = End::Refused;
            return;
        }
        parts_.push_back(edits_);
        end_ = play_part(house_, events_, *now, fate, asked_, &resumption);
    }
    if (fate.undoes && end_ == End::Failed) judge_undone();
}

void Life::undo(const Fate& fate) {
    const House before = house_;
    for (std::size_t once = 0; once < 3 && !is_undone(); ++once) {
        const Resumption resumption(events_, others_, {}, Resumption::GoesOn::Undos);
        const int of = resumption.undos().back().part;
        const Edits then = parts_[static_cast<std::size_t>(of - 1)];
        Resumption those = resumption;
        for (int part = 1; part < resumption.part(); ++part) {
            if (part != of) those.leave_undos_to_others(part);
        }
        parts_.push_back(then);
        end_ = play_part(house_, events_, *program(then, answer_), fate, asked_, &those, true);
        if (!end_) return;
    }
    // An undo is nothing that is completed.
    if (is_over()) end_ = End::Aborted;
    judge_undone();
    // A script that the undo of an earlier "open" has done is asked about: whether it is to be done again, the journal does not say.
    const bool was_opened_again = before.times(addresses[0], "open") + before.times(addresses[1], "open") > 1;
    const bool is_asked = (house_.script_in_doubt || was_opened_again) && asked_ == Asked::Nobody;
    if (!is_undone() && !is_asked && fate.fails == 0) house_.wrong.push_back("an undo that nothing hinders is not done");
    for (const std::string address : addresses) {
        if (!has_finished("One")) continue;
        if (house_.is_lit(address, "x") != before.is_lit(address, "x")) house_.wrong.push_back("the undo of a step that is done: x");
        if (house_.is_open(address) != before.is_open(address)) house_.wrong.push_back("the undo of a step that is done: open");
    }
}

// ---------------------------------------------------------------- what is wrong with it

bool Life::has_finished(const std::string& title) const {
    bool finished = false;
    for (const Event& event : events_) {
        if (const auto* started = std::get_if<event::StepStarted>(&event.body); started != nullptr && started->title == title)
            finished = false;
        if (const auto* ended = std::get_if<event::StepEnded>(&event.body); ended != nullptr && ended->title == title)
            finished = ended->done;
    }
    return finished;
}

bool Life::has_ever_finished(const std::string& title) const {
    return std::any_of(events_.begin(), events_.end(), [&](const Event& event) {
        const auto* ended = std::get_if<event::StepEnded>(&event.body);
        return ended != nullptr && ended->title == title && ended->done;
    });
}

bool Life::is_undone() const { return Resumption(events_, others_, {}, Resumption::GoesOn::Undos).undos().empty(); }

/// Of a step that was never done, what has an undo is undone, wherever it was.
void Life::judge_undone() {
    if (!is_undone()) return;
    for (const std::string address : addresses) {
        const auto must_be_out = [&](const std::string& lamp) {
            if (house_.is_lit(address, lamp)) house_.wrong.push_back(fmt::format("all is undone, and {} is on at {}", lamp, address));
        };
        if (!has_ever_finished("One")) {
            must_be_out("x");
            if (house_.is_open(address)) house_.wrong.push_back("all is undone, and it is open");
        }
        if (!has_ever_finished("Two")) {
            for (const char* lamp : {"y", "z", "q"}) must_be_out(lamp);
        }
    }
}

std::vector<std::string> Life::judged() const {
    std::vector<std::string> wrong = house_.wrong;
    for (const std::string address : addresses) {
        if (house_.times(address, "f") > 1) wrong.push_back(fmt::format("f was done {} times", house_.times(address, "f")));
    }
    if (!is_over()) {
        judge_stopped(wrong);
        return wrong;
    }
    const std::string here = edits_.address();
    std::vector<std::string> lamps{"x", "w", "y", edits_.inner(), edits_.extra()};
    if (edits_.inserts_step) lamps.emplace_back("n");
    const bool is_g = house_.is_lit(here, "g1");
    for (const char* lamp : is_g ? std::array{"g1", "g2"} : std::array{"h1", "h2"}) lamps.emplace_back(lamp);
    for (const std::string& lamp : lamps) {
        if (!house_.is_lit(here, lamp)) wrong.push_back(fmt::format("completed, and {} is out at {}", lamp, here));
    }
    if (!house_.is_lit(edits_.other_address(), "far")) wrong.push_back("completed, and far is out");
    if (!house_.is_open(here)) wrong.push_back("completed, and it is not open");
    if (house_.times(here, "f") == 0) wrong.push_back("completed, and f was never done");
    return wrong;
}

/// Where nobody has interfered, and somebody knows what the journal cannot, or there is nothing of the kind, it comes to its end.
void Life::judge_stopped(std::vector<std::string>& wrong) const {
    if (was_disturbed_) return;
    const bool is_asked = house_.script_in_doubt || house_.walk_in_doubt || answer_ == Answer::PutsOut;
    if (is_asked && asked_ == Asked::Nobody) return;
    wrong.push_back(fmt::format("it is never completed: {}", end_ ? name(*end_) : "killed"));
}

std::string Life::text() const {
    return fmt::format("on_failure {}, {}, {}", answer_ == Answer::Nothing ? "does nothing" : "puts w out",
                       asked_ == Asked::Nobody ? "nobody is asked" : "one who knows is asked",
                       agrees_ == Agrees::Yes ? "changes are agreed to" : "changes are refused");
}

}  // namespace runtime_tests
