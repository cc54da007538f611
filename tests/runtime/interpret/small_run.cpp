#include "tests/runtime/interpret/small_run.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "lang/check/api.hpp"
#include "rehearsal/scheduler.hpp"
#include "runtime/connection/stream.hpp"
#include "runtime/secret/store.hpp"
#include "tests/runtime/interpret/lamp.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/language.hpp"
#include "tests/support/said.hpp"

namespace runtime_tests {

namespace {

using runtime::Ending;
using runtime::Reaction;
using runtime::Stop;

/// The machines and what stands on them. One lock: the real scheduler asks from several threads.
class Machines {
  public:
    Machines(Script& script, Stop& stop, runtime::Scheduler& scheduler) : script_(script), stop_(stop), scheduler_(scheduler) {}

    Reply run(const std::string& host, const std::string& line, const std::string& input) {
        const std::lock_guard lock(mutex_);
        const std::string key = host + "$ " + line;
        received.push_back(key);
        Reply reply = script_.next(key).value_or(Reply{});
        const std::string own = answer(host, line, input, reply.happens);
        if (!reply.out) reply.out = reply.happens ? own : std::string();
        if (reply.ctrl_c) interrupt();
        return reply;
    }
    void set(const std::string& lamp, const std::string& state) {
        const std::lock_guard lock(mutex_);
        script_.lamps[lamp] = state;
    }
    void interrupt() {
        stop_.escalate();
        scheduler_.wake();
    }

    std::vector<std::string> received;

  private:
    std::string answer(const std::string& host, const std::string& line, const std::string& input, bool happens) {
        std::istringstream words(line);
        std::string program, verb, name;
        words >> program >> verb >> name;
        if (verb == "lit") return lit(host);
        std::string& lamp = script_.lamps.try_emplace(host + " " + name, "off 0").first->second;
        if (lamp == "on") lamp = "on 100";
        if (lamp.find(' ') == std::string::npos && lamp != "???") lamp += " 0";
        if (verb == "status") return lamp + "\n";
        if (verb == "version") return "1.0\n";
        if (verb == "boots") return fmt::format("{}\n", boots_[host]);
        if (verb == "label") return fmt::format("lamp {} of {}\n", name, host);
        if (verb == "code") return fmt::format("the code is {}\n", input);
        if (happens && verb == "on") lamp = "on 100";
        if (happens && verb == "off") lamp = "off 0";
        if (happens && verb == "restart") ++boots_[host];
        return {};
    }

    std::string lit(const std::string& host) const {
        std::string out;
        for (const auto& [lamp, state] : script_.lamps) {
            if (lamp.starts_with(host + ' ') && state.starts_with("on")) out += lamp.substr(host.size() + 1) + '\n';
        }
        return out;
    }

    Script& script_;
    Stop& stop_;
    runtime::Scheduler& scheduler_;
    std::mutex mutex_;
    std::map<std::string, int> boots_;
};

class Running final : public runtime::Stream {
  public:
    Running(Reply reply, runtime::Scheduler& scheduler, const Stop& stop) : reply_(std::move(reply)), scheduler_(scheduler), stop_(stop) {
        ends_ = reply_.silent ? lang::Time::max() : scheduler.now() + reply_.takes;
    }
    Next next(lang::Time until) override {
        const bool never_ran = reply_.ending == Ending::NotSent || reply_.ending == Ending::NotSimulated;
        if (scheduler_.now() < ends_ && !never_ran) {
            scheduler_.sleep_until(std::min(until, ends_), stop_, Stop::Level::StopWaiting);
            if (scheduler_.now() < ends_) return std::monostate{};
        }
        if (reply_.ending == Ending::NotSimulated) return End{reply_.ending, 0, {}, *reply_.err, "answer it"};
        if (reply_.ending != Ending::Exited) return End{reply_.ending, 0, {}, reply_.err.value_or("the other side closed it")};
        if (reply_.out && !reply_.out->empty()) return Chunk{Chunk::From::Out, std::exchange(*reply_.out, {})};
        if (reply_.err && !reply_.err->empty()) return Chunk{Chunk::From::Err, std::exchange(*reply_.err, {})};
        return End{Ending::Exited, reply_.code, {}, {}};
    }

  private:
    Reply reply_;
    runtime::Scheduler& scheduler_;
    const Stop& stop_;
    lang::Time ends_;
};

class Link final : public runtime::Connection {
  public:
    Link(std::string host, Machines& machines, runtime::Scheduler& scheduler, const Stop& stop)
        : host_(std::move(host)), machines_(machines), scheduler_(scheduler), stop_(stop) {}
    std::unique_ptr<runtime::Stream> open(const runtime::Line& line, lang::Time) override {
        const std::string_view shown = support::without_language(line.text);
        // Only what changes something speaks as its account does.
        const std::string_view verb = shown.starts_with("lamp ") ? shown.substr(5, shown.find(' ', 5) - 5) : shown;
        const bool orders = std::find(orders_.begin(), orders_.end(), verb) != orders_.end();
        CHECK_MESSAGE((shown == line.text) == orders, line.text);
        CHECK(line.shown == shown);
        return std::make_unique<Running>(machines_.run(host_, std::string(shown), line.input), scheduler_, stop_);
    }
    void reset() override {}

  private:
    static constexpr std::array<std::string_view, 6> orders_{"on", "off", "restart", "flash", "unlock", "turn"};
    const std::string host_;
    Machines& machines_;
    runtime::Scheduler& scheduler_;
    const Stop& stop_;
};

class Alice final : public runtime::Person {
  public:
    Alice(Script& script, runtime::Scheduler& scheduler, const Stop& stop) : script_(script), scheduler_(scheduler), stop_(stop) {}
    Reaction confirm(const std::string& text, lang::Time until) override { return react(text, until); }
    Reaction ask(const runtime::Question& question, const lang::Type&, lang::Time until) override { return react(question.text, until); }
    Reaction choose(const runtime::Question& question, const std::vector<runtime::Option>&, lang::Time until) override {
        return react(question.text.substr(0, question.text.find('\n')), until);
    }
    Reaction sign(const runtime::Question& question, const std::string& stake, const std::string& first, lang::Time until) override {
        Reaction reaction = react(question.text.substr(0, question.text.find('\n')), until);
        if (first.empty() && reaction.kind == Reaction::Kind::Yes && reaction.text != stake) reaction.kind = Reaction::Kind::No;
        if (!first.empty()) reaction.by = reaction.text;
        return reaction;
    }
    std::optional<std::string> secret(const std::string&) override { return std::nullopt; }

  private:
    Reaction react(const std::string& question, lang::Time until) {
        const auto reply = script_.next('"' + question + '"');
        if (!reply || reply->out == "nobody") return {};
        const lang::Time answers = reply->silent ? lang::Time::max() : scheduler_.now() + reply->takes;
        scheduler_.sleep_until(std::min(until, answers), stop_, Stop::Level::NoNewAction);
        if (scheduler_.now() < answers) return {.kind = Reaction::Kind::Expired, .text = {}, .by = {}};
        return {.kind = reply->out == "no" ? Reaction::Kind::No : Reaction::Kind::Yes, .text = reply->out.value_or(""), .by = "alice"};
    }
    Script& script_;
    runtime::Scheduler& scheduler_;
    const Stop& stop_;
};

struct Listener final : runtime::Observer {
    std::vector<runtime::Event> events;
    void on(const runtime::Event& event) override { events.push_back(event); }
};

/// As if by kill -9: what it was told of is in the journal, and nothing comes after it.
struct Killed {};

struct Killer final : runtime::Observer {
    Killer(Script& script, runtime::Scheduler& scheduler) : script(script), start(scheduler.now()) {}
    void on(const runtime::Event& event) override {
        if (script.kills.empty() || !support::says(told(event, start), script.kills.front())) return;
        script.kills.pop_front();
        throw Killed{};
    }
    Script& script;
    lang::Time start;
};

/// Runs to the end, resumed as often as it was killed.
runtime::event::RunEnded in_parts(const lang::program::Program& program, runtime::World& world, Script& script, const Listener& listener,
                                  const runtime::Resumption* before) {
    runtime::Resumption resumption;
    runtime::RunOptions options{.operator_name = "alice", .machine = "here", .simulated = true};
    options.resumption = before;
    options.silent = script.silent;
    options.without = script.without;
    if (script.undo) options.on_failure = runtime::OnFailure::Undo;
    while (true) {
        try {
            runtime::event::RunEnded ended = runtime::run(program, world, options);
            if (!std::exchange(script.resumed, false)) return ended;
        } catch (const Killed&) {
        }
        resumption = runtime::Resumption(listener.events);
        options.resumption = &resumption;
    }
}

}  // namespace

std::shared_ptr<const lang::program::Program> checked(const std::string& program, const Script& script,
                                                      std::vector<std::string>& findings) {
    static const std::string site = support::read(support::in_tests("runtime/interpret/site.proc"));
    const auto load = [&](const std::string& path) -> std::optional<std::string> {
        if (path == "case.proc") return program;
        if (path == "site.proc") return site;
        return std::nullopt;
    };
    const lang::Checked result = lang::check(
        {.procedure = "case.proc", .site = "site.proc", .parameters = script.parameters, .load = load, .catalog = &registry().catalog()});
    if (!result.program) {
        for (const lang::Diagnostic& diagnostic : result.diagnostics) findings.push_back(lang::render(diagnostic, *result.sources));
    }
    return result.program;
}

Played play(const std::string& program, const std::vector<std::string>& lines, const Setting& setting) {
    Script script = Script::read(lines);
    Played played;
    const auto checked_program = checked(program, script, played.findings);
    if (!checked_program) return played;

    const std::unique_ptr<runtime::Scheduler> scheduler =
        setting.real_time ? runtime::real_scheduler(setting.wall) : std::make_unique<rehearsal::SimulatedScheduler>();
    Stop stop, over;
    Machines machines(script, stop, *scheduler);
    Alice alice(script, *scheduler, stop);
    Listener listener;
    runtime::Masker masker;
    masker.add(the_code);
    masker.add(the_other_code);
    std::vector<runtime::Observer*> observers = setting.observers;
    if (setting.journal != nullptr) observers.insert(observers.begin(), setting.journal);
    observers.push_back(&listener);
    Killer killer(script, *scheduler);
    observers.push_back(&killer);
    runtime::World world{.scheduler = *scheduler,
                         .stop = stop,
                         .registry = registry(),
                         .connect = [&](const lang::Host& host) { return std::make_unique<Link>(host.name, machines, *scheduler, stop); },
                         .person = alice,
                         .observers = std::move(observers),
                         .secret = [](std::string_view) { return lang::Value(lang::Secret{the_code}); },
                         .mask = [&](std::string text) { return masker.mask(std::move(text)); },
                         .kept =
                             [&](const std::string& procedure, const std::string& name, const lang::Type& type) {
                                 if (setting.journal == nullptr) return lang::Value::unknown("nothing is kept here");
                                 return setting.journal->kept(procedure, name, type, *checked_program->site, true);
                             },
                         .keep =
                             [&](const std::string& name, const lang::Value& value) {
                                 if (setting.journal != nullptr) setting.journal->keep(name, value);
                             },
                         .broken_invariant = nullptr,
                         .look_around = setting.look_around};
    if (setting.journal != nullptr) setting.journal->begin(*checked_program, true);

    const lang::Time start = scheduler->now();
    std::exception_ptr thrown;
    std::vector<std::function<void()>> branches;
    branches.emplace_back([&] {
        try {
            played.ended = in_parts(*checked_program, world, script, listener, setting.resumption);
        } catch (...) {
            thrown = std::current_exception();
        }
        over.escalate();
        scheduler->wake();
    });
    if (!script.later.empty()) {
        branches.emplace_back([&, later = script.later] {
            for (const Script::Later& event : later) {
                scheduler->sleep_until(start + event.at, over, Stop::Level::NoNewAction);
                if (over.no_new_action()) return;
                event.host.empty() ? machines.interrupt() : machines.set(event.host + " " + event.lamp, event.state);
            }
        });
    }
    scheduler->run_all(std::move(branches), 0);
    played.events = std::move(listener.events);
    played.received = std::move(machines.received);
    if (thrown) std::rethrow_exception(thrown);
    return played;
}

}  // namespace runtime_tests
