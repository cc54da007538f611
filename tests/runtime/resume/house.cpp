#include "tests/runtime/resume/house.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "lang/check/api.hpp"
#include "tests/runtime/interpret/lamp.hpp"
#include "tests/support/language.hpp"

namespace runtime_tests {

namespace {

using namespace runtime;

/// One branch after the other; who waits is at its time at once.
class Instant final : public Scheduler {
  public:
    explicit Instant(House& house) : house_(house) {}
    Time now() override { return house_.now; }
    void sleep_until(Time when, const Stop& stop, Stop::Level level) override {
        if (stop.level() < level) house_.now = std::max(house_.now, when);
    }
    void run_all(std::vector<std::function<void()>> branches, std::size_t) override {
        for (const auto& branch : branches) branch();
    }
    void wake() override {}
    bool concurrent() const override { return false; }

  private:
    House& house_;
};

struct DiedThere {};

/// The journal, which dies with the run.
struct Diary final : Observer {
    Diary(std::vector<Event>& events, const Fate& fate) : events(events), fate(fate) {}
    void on(const Event& event) override {
        events.push_back(event);
        const auto* command = std::get_if<event::CommandEnded>(&event.body);
        if (std::holds_alternative<event::Intent>(event.body) && ++intents == fate.dies_before) throw DiedThere{};
        if (command != nullptr && command->purpose == event::CommandEnded::For::Action && ++orders == fate.dies_after) throw DiedThere{};
    }
    std::vector<Event>& events;
    const Fate& fate;
    int intents = 0, orders = 0;
};

class SaidAtOnce final : public Stream {
  public:
    SaidAtOnce(Stream::End end, std::string out) : end_(std::move(end)), out_(std::move(out)) {}
    Next next(Time) override {
        if (!out_.empty()) return Chunk{Chunk::From::Out, std::exchange(out_, {})};
        return end_;
    }

  private:
    Stream::End end_;
    std::string out_;
};

bool is_order(const std::string& line) { return !line.starts_with("lamp status ") && !line.starts_with("lamp version"); }

class Wire final : public Connection {
  public:
    Wire(House& house, std::string address, int& orders, const Fate& fate)
        : house_(house), address_(std::move(address)), orders_(orders), fate_(fate) {}
    std::unique_ptr<Stream> open(const Line& line, Time) override {
        const std::string shown(support::without_language(line.text));
        const bool fails = is_order(shown) && fails_now(++orders_);
        std::string out;
        Stream::End end = house_.run(address_, shown, fails, out);
        return std::make_unique<SaidAtOnce>(std::move(end), std::move(out));
    }
    void reset() override {}

  private:
    bool fails_now(int order) const { return order == fate_.fails || (fate_.goes_on && fate_.fails > 0 && order > fate_.fails); }

    House& house_;
    std::string address_;
    int& orders_;
    const Fate& fate_;
};

/// Knows whether a script was done on the machine that it is about; types something where she is asked to.
class Somebody final : public Person {
  public:
    Somebody(const House& house, const lang::Site& site, const Fate& fate, Asked asked)
        : house_(house), site_(site), fate_(fate), asked_(asked) {}
    Reaction confirm(const std::string&, Time) override { return yes("yes"); }
    Reaction ask(const std::string&, const lang::Type&, Time) override { return {}; }
    Reaction choose(const std::string& question, const std::vector<Option>& options, Time) override {
        const auto offers = [&](std::string_view word) {
            return std::any_of(options.begin(), options.end(), [&](const Option& option) { return option.word == word; });
        };
        if (offers("prompt") && !fate_.typed.empty()) return yes(std::exchange(typed_, true) ? "abort" : "prompt");
        if (asked_ == Asked::Nobody || !offers("done")) return {};
        std::string name, lamp;  // lamp.flash("f") on a …
        const auto at = question.find("\") on ");
        lamp = question.substr(question.find('"') + 1, at - question.find('"') - 1);
        std::istringstream(question.substr(at + 6)) >> name;
        const auto done = house_.flashes.find(site_.find_host(name)->address + " " + lamp);
        return yes(done != house_.flashes.end() && done->second > 0 ? "done" : "again");
    }
    Reaction sign(const std::string&, const std::string&, const std::string&, Time) override { return {}; }
    std::optional<std::string> secret(const std::string&) override { return std::nullopt; }

  private:
    static Reaction yes(std::string text) { return {Reaction::Kind::Yes, std::move(text), "alice"}; }
    const House& house_;
    const lang::Site& site_;
    const Fate& fate_;
    Asked asked_;
    bool typed_ = false;
};

/// As a prompt tells it: an action of its own line.
void type_at_prompt(House& house, const Surroundings& here, const std::string& lamp) {
    const std::string call = "lamp.dim(\"" + lamp + "\")";
    const Key key{.path = {{.kind = Key::Part::Kind::Prompt}}, .label = call, .host = here.host->name};
    const auto told = [&](Event::Body body) {
        here.told.on({.at = house.now, .step = {}, .host = here.host->name, .body = std::move(body)});
    };
    told(event::Intent{.key = key, .call = call, .command = "lamp off " + lamp});
    house.lit[here.host->address + " " + lamp] = false;
    told(event::ActionEnded{.key = key, .call = call, .effect = Effect::Changed, .why = {}});
}

}  // namespace

bool House::is_lit(const std::string& address, const std::string& lamp) const {
    const auto found = lit.find(address + " " + lamp);
    return found != lit.end() && found->second;
}

Stream::End House::run(const std::string& address, const std::string& line, bool fail, std::string& out) {
    using namespace std::chrono_literals;
    now += 100ms;
    std::istringstream words(line);
    std::string program, verb, lamp;
    words >> program >> verb >> lamp;
    const Stream::End well{Ending::Exited, 0, {}, {}};
    if (verb == "status") out = is_lit(address, lamp) ? "on 100\n" : "off 0\n";
    if (verb == "version") out = "1.0\n";
    if (!is_order(line)) return well;
    orders.push_back(address + "$ " + line);
    if (fail) return {Ending::Exited, 1, {}, {}};
    if (judge) {
        if (std::string why = judge(*this, address, verb, lamp); !why.empty()) wrong.push_back(line + ": " + why);
    }
    if (verb == "on") lit[address + " " + lamp] = true;
    if (verb == "off") lit[address + " " + lamp] = false;
    if (verb == "flash") ++flashes[address + " " + lamp];
    return well;
}

std::optional<End> play_part(House& house, std::vector<Event>& events, const lang::program::Program& program, const Fate& fate, Asked asked,
                             const Resumption* resumption, bool only_undos) {
    Instant scheduler(house);
    Stop stop;
    Somebody person(house, *program.site, fate, asked);
    Diary diary(events, fate);
    int orders = 0;
    World world{.scheduler = scheduler,
                .stop = stop,
                .registry = registry(),
                .connect = [&](const lang::Host& host) { return std::make_unique<Wire>(house, host.address, orders, fate); },
                .person = person,
                .observers = {&diary},
                .secret = [](std::string_view) { return lang::Value::unknown("there is none"); },
                .mask = [](std::string text) { return text; },
                .kept = [](const std::string&, const std::string&, const lang::Type&) { return lang::Value::unknown("nothing is kept"); },
                .keep = [](const std::string&, const lang::Value&) {},
                .broken_invariant = nullptr,
                .look_around = [&](const Surroundings& here) { type_at_prompt(house, here, fate.typed); }};
    if (fate.typed.empty()) world.look_around = nullptr;
    RunOptions options{.operator_name = "alice", .machine = "here", .simulated = true, .resumption = resumption};
    options.on_failure = fate.undoes ? OnFailure::Undo : fate.typed.empty() ? OnFailure::Keep : OnFailure::Ask;
    try {
        if (!only_undos) return run(program, world, options).end;
        std::vector<event::UndoPending> pending;
        for (const Resumption::Undo& undo : resumption->undos()) pending.push_back(undo.told);
        Resumption rest = *resumption;
        for (int part = 1; part <= rest.part(); ++part) rest.leave_undos_to_others(part);
        options.resumption = &rest;
        return run_undos(program, world, options, pending).end;
    } catch (const DiedThere&) {
        return std::nullopt;
    }
}

std::shared_ptr<const lang::program::Program> checked_alone(const std::string& text) {
    const auto load = [&](const std::string& path) { return path == "house.proc" ? std::optional(text) : std::nullopt; };
    const lang::Checked checked =
        lang::check({.procedure = "house.proc", .site = {}, .parameters = {}, .load = load, .catalog = &registry().catalog()});
    for (const lang::Diagnostic& finding : checked.diagnostics) MESSAGE(lang::render(finding, *checked.sources));
    REQUIRE(checked.program);
    return checked.program;
}

}  // namespace runtime_tests
