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

bool is_script(const std::string& text) { return text.find("flash") != std::string::npos; }

/// The journal, which dies with the run.
struct Diary final : Observer {
    Diary(House& house, std::vector<Event>& events, const Fate& fate) : house(house), events(events), fate(fate) {}
    void on(const Event& event) override {
        events.push_back(event);
        if (const auto* intent = std::get_if<event::Intent>(&event.body)) {
            on_its_way = is_script(intent->command);
            if (++intents == fate.dies_before) die();
        }
        const auto* command = std::get_if<event::CommandEnded>(&event.body);
        if (command != nullptr && command->purpose == event::CommandEnded::For::Action && ++orders == fate.dies_after) die();
        if (const auto* ended = std::get_if<event::ActionEnded>(&event.body)) {
            on_its_way = false;
            const bool is_known = ended->effect != Effect::Failed && ended->effect != Effect::Unknown;
            house.script_in_doubt = house.script_in_doubt || (is_script(ended->call) && !is_known);
        }
        const auto* step = std::get_if<event::StepStarted>(&event.body);
        if (step != nullptr && event.step.find('.') == std::string::npos) attempt = step->attempt;
        if (const auto* started = std::get_if<event::UndoStarted>(&event.body)) {
            undoing = is_script(started->undo);
            for (const auto& [place, times] : house.flashes)
                house.walk_in_doubt = house.walk_in_doubt || (times > 0 && place.ends_with(" f"));
        }
        if (const auto* ended = std::get_if<event::UndoEnded>(&event.body)) {
            house.walk_in_doubt = house.walk_in_doubt || (undoing && !ended->done);
            undoing = false;
        }
    }
    [[noreturn]] void die() {
        house.script_in_doubt = house.script_in_doubt || on_its_way;
        house.walk_in_doubt = house.walk_in_doubt || undoing;
        throw DiedThere{};
    }
    House& house;
    std::vector<Event>& events;
    const Fate& fate;
    int intents = 0, orders = 0, attempt = 1;
    bool on_its_way = false, undoing = false;  ///< a script
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
    Wire(House& house, std::string address, int& orders, const Fate& fate, const Diary& diary)
        : house_(house), address_(std::move(address)), orders_(orders), fate_(fate), diary_(diary) {}
    std::unique_ptr<Stream> open(const Line& line, Time) override {
        const std::string shown(support::without_language(line.text));
        if (!is_order(shown)) return said(shown, Obeyed::Well);
        const int order = ++orders_;
        if (order == fate_.not_sent) return std::make_unique<SaidAtOnce>(Stream::End{Ending::NotSent, 0, {}, "no link"}, std::string());
        const bool fails = fate_.fails > 0 && order >= fate_.fails && order < fate_.fails + fate_.times;
        if (fails && diary_.attempt == 1 && shown == "lamp on " + fate_.with) house_.lit[address_ + " " + fate_.out] = false;
        return said(shown, !fails ? Obeyed::Well : fate_.late ? Obeyed::Later : Obeyed::Not);
    }
    void reset() override {}

  private:
    std::unique_ptr<Stream> said(const std::string& line, Obeyed obeyed) {
        std::string out;
        Stream::End end = house_.run(address_, line, obeyed, out);
        return std::make_unique<SaidAtOnce>(std::move(end), std::move(out));
    }

    House& house_;
    std::string address_;
    int& orders_;
    const Fate& fate_;
    const Diary& diary_;
};

/// Knows whether a script was done on the machine that it is about; types something where she is asked to.
class Somebody final : public Person {
  public:
    Somebody(const House& house, const lang::Site& site, const Fate& fate, Asked asked)
        : house_(house), site_(site), fate_(fate), asked_(asked) {}
    Reaction confirm(const std::string&, Time) override { return yes("yes"); }
    Reaction ask(const Question&, const lang::Type&, Time) override { return {}; }
    Reaction choose(const Question& question, const std::vector<Option>& options, Time) override {
        const auto offers = [&](std::string_view word) {
            return std::any_of(options.begin(), options.end(), [&](const Option& option) { return option.word == word; });
        };
        if (offers("prompt") && !fate_.typed.empty()) return yes(std::exchange(typed_, true) ? "abort" : "prompt");
        if (asked_ == Asked::Nobody || !offers("done")) return {};
        std::string name, lamp;  // lamp.flash("f") on a …
        const std::string& about = question.about;
        const auto at = about.find("\") on ");
        lamp = about.substr(about.find('"') + 1, at - about.find('"') - 1);
        name = about.substr(at + 6);
        const std::string address = site_.find_host(name)->address;
        const bool done = lamp == "open"    ? house_.is_open(address)
                          : lamp == "close" ? house_.times(address, "close") > 0 && !house_.is_open(address)
                                            : house_.times(address, lamp) > 0;
        return yes(done ? "done" : "again");
    }
    Reaction sign(const Question&, const std::string&, const std::string&, Time) override { return {}; }
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
void type_at_prompt(House& house, const FailedStatement& here, const std::string& lamp) {
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

int House::times(const std::string& address, const std::string& flash) const {
    const auto found = flashes.find(address + " " + flash);
    return found == flashes.end() ? 0 : found->second;
}

Stream::End House::run(const std::string& address, const std::string& line, Obeyed obeyed, std::string& out) {
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
    if (obeyed == Obeyed::Later) late.emplace_back(address, line);
    if (obeyed != Obeyed::Well) return {Ending::Exited, 1, {}, {}};
    if (judge) {
        if (std::string why = judge(*this, address, verb, lamp); !why.empty()) wrong.push_back(line + ": " + why);
    }
    if (verb == "on") lit[address + " " + lamp] = true;
    if (verb == "off") lit[address + " " + lamp] = false;
    if (verb == "flash") ++flashes[address + " " + lamp];
    if (lamp == "open" || lamp == "close") lit[address + " open"] = lamp == "open";
    return well;
}

void House::catch_up() {
    for (const auto& [address, line] : std::exchange(late, {})) {
        std::string out;
        run(address, line, Obeyed::Well, out);
    }
}

std::optional<End> play_part(House& house, std::vector<Event>& events, const lang::program::Program& program, const Fate& fate, Asked asked,
                             const Resumption* resumption, bool only_undos) {
    Instant scheduler(house);
    Stop stop;
    Somebody person(house, *program.site, fate, asked);
    Diary diary(house, events, fate);
    int orders = 0;
    World world{.scheduler = scheduler,
                .stop = stop,
                .registry = registry(),
                .connect = [&](const lang::Host& host) { return std::make_unique<Wire>(house, host.address, orders, fate, diary); },
                .person = person,
                .observers = {&diary},
                .secret = [](std::string_view) { return lang::Value::unknown("there is none"); },
                .mask = [](std::string text) { return text; },
                .kept = [](const std::string&, const std::string&, const lang::Type&) { return lang::Value::unknown("nothing is kept"); },
                .keep = [](const std::string&, const lang::Value&) {},
                .broken_invariant = nullptr,
                .look_around = [&](const FailedStatement& here) { type_at_prompt(house, here, fate.typed); }};
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
