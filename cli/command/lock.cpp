#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/command/all.hpp"
#include "cli/run/context.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/output.hpp"
#include "runtime/interpret/effects/lock.hpp"

namespace cli {

namespace {

using Is = runtime::LockState::Is;
namespace event = runtime::event;

std::string words(const runtime::LockState& state) {
    switch (state.is) {
        case Is::Free:
            return state.last.is == runtime::LastRun::Is::There ? fmt::format("free; before: {}", describe(state.last)) : "free";
        case Is::Held:
            return "locked: " + describe(state.note);
        case Is::Nameless:
            return "locked, and nothing says by whom";
        case Is::Obstacle:
            return fmt::format("in the way, and no lock of this user's: {} is {}", state.where, state.why);
        case Is::Unknown:
            break;
    }
    return "unknown: " + state.why;
}

std::string json(const lang::Host& host, const runtime::LockState& state) {
    constexpr std::array names{"free", "locked", "nameless", "obstacle", "unknown"};
    nlohmann::ordered_json line{{"host", host.name}, {"lock", names[static_cast<std::size_t>(state.is)]}};
    if (state.last.is == runtime::LastRun::Is::There) line["before"] = describe(state.last);
    if (!state.where.empty()) line["path"] = state.where;
    if (state.is == Is::Unknown || state.is == Is::Obstacle) line["why"] = state.why;
    if (state.is == Is::Held) {
        line["holder"] = state.note.holder;
        line["machine"] = state.note.machine;
        line["since"] = state.note.since;
        line["procedure"] = state.note.procedure;
        line["message"] = state.note.message;
    }
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// The lock of a site, outside of any run that it keeps.
class Lock {
  public:
    Lock(const lang::program::Program& program, const RunRequest& request)
        : program_(program),
          request_(request),
          context_(program, request, screen_),
          emitter_(context_.world()),
          connections_(context_.world(), *program.site, emitter_),
          lock_(*program.site, connections_) {
        if (hosts().empty()) throw UsageError{fmt::format("{}: this site has no `lock`", request.source.file)};
        context_.world().observers.clear();  // to look is not part of any run
    }

    int status() {
        look();
        const auto is_any = [&](auto... is) {
            return std::any_of(states_.begin(), states_.end(), [&](const auto& state) { return ((state.is == is) || ...); });
        };
        using runtime::End;
        return static_cast<int>(is_any(Is::Held, Is::Nameless, Is::Obstacle) ? End::Locked
                                : is_any(Is::Unknown)                        ? End::Failed
                                                                             : End::Completed);
    }

    int release() {
        look();
        std::vector<event::Answered> answers;
        for (const runtime::LockState& state : states_) {
            if (state.is != Is::Held && state.is != Is::Nameless) continue;
            if (!agrees(state.note, answers)) {
                screen_.line("not released: the holder's name was not typed");
                return static_cast<int>(runtime::End::Aborted);
            }
        }
        for (std::size_t i = 0; i < states_.size(); ++i) {
            if (states_[i].is == Is::Obstacle) screen_.line(visible("not released: " + describe_obstacle(states_[i], *hosts()[i])));
        }
        if (answers.empty()) return status_of_nothing();
        return release(std::move(answers));
    }

  private:
    const std::vector<const lang::Host*>& hosts() const { return program_.site->lock_hosts; }

    void look() {
        for (const lang::Host* host : hosts()) {
            states_.push_back(lock_.look(*host, runtime::lock_patience));
            if (request_.json)
                write_at_once(stdout, json(*host, states_.back()) + '\n');
            else
                screen_.line(visible(fmt::format("{}: {}", host->name, words(states_.back()))));
        }
    }

    int status_of_nothing() const {
        const bool all_free = std::all_of(states_.begin(), states_.end(), [](const auto& state) { return state.is == Is::Free; });
        return static_cast<int>(all_free ? runtime::End::Completed : runtime::End::Failed);
    }

    /// Whose lock it is must be typed: nobody breaks one by habit. Each holder is asked for once.
    bool agrees(const runtime::LockNote& note, std::vector<event::Answered>& answers) {
        const std::string holder = note.holder.empty() ? "nobody" : note.holder;
        const auto typed = [&](const event::Answered& answer) { return answer.answer == holder; };
        if (std::any_of(answers.begin(), answers.end(), typed)) return true;
        const std::string question = fmt::format(
            "The run must be over: a lock that is broken protects it no more. To break it, type the holder's name ({})", holder);
        const runtime::Reaction reaction = context_.world().person.ask(
            {.kind = runtime::Question::Kind::Lock, .about = holder, .text = question}, lang::Type(lang::Kind::Text), runtime::Time::max());
        if (reaction.kind != runtime::Reaction::Kind::Yes) return false;
        answers.push_back({.key = {}, .question = question, .answer = reaction.text, .by = reaction.by});
        return typed(answers.back());
    }

    /// As a run of its own in the journal: who broke whose lock, and when.
    int release(std::vector<event::Answered> answers) {
        context_.world().observers.push_back(&context_.journal());
        lang::program::Program named;
        named.name = "lock release";
        named.site = program_.site;
        named.parts = program_.parts;
        context_.journal().begin(named, context_.simulated(), socket_of(request_));
        emitter_.emit({}, {},
                      event::RunStarted{.procedure = named.name,
                                        .site = program_.site->name,
                                        .operator_name = operator_name(),
                                        .machine = machine_name(),
                                        .steps = 0,
                                        .parameters = {},
                                        .simulated = context_.simulated()});
        const runtime::Time started = context_.scheduler().now();
        for (event::Answered& answer : answers) emitter_.emit({}, {}, std::move(answer));
        event::LockReleased released;
        for (std::size_t i = 0; i < states_.size(); ++i) release_on(*hosts()[i], states_[i], released);
        for (const std::string& host : released.hosts) screen_.line(host + ": released");
        for (const std::string& kept : released.kept) screen_.line(visible("not released: " + kept));
        event::RunEnded ended;
        ended.skipped = released.kept;
        ended.end = released.kept.empty() ? runtime::End::Completed : runtime::End::CompletedWithSkips;
        ended.took = context_.scheduler().now() - started;
        emitter_.emit({}, {}, std::move(released));
        emitter_.emit({}, {}, ended);
        context_.finish();
        return static_cast<int>(ended.end);
    }

    /// Only what was shown before: a lock that was taken since is another one.
    void release_on(const lang::Host& host, const runtime::LockState& seen, event::LockReleased& released) {
        if (seen.is == Is::Free) return;
        if (seen.is == Is::Unknown || seen.is == Is::Obstacle) {
            return released.kept.push_back(fmt::format("{}: {}", host.name, words(seen)));
        }
        const runtime::LockState now = lock_.release(host, seen.note.token);
        if (now.is == Is::Free) return released.hosts.push_back(host.name);
        released.kept.push_back(fmt::format("{}: {}", host.name, words(now)));
    }

    const lang::program::Program& program_;
    const RunRequest& request_;
    Screen screen_;
    RunContext context_;
    runtime::EventEmitter emitter_;
    runtime::HostConnections connections_;
    runtime::SiteLock lock_;
    std::vector<runtime::LockState> states_;  ///< of the lock hosts, as they were shown
};

}  // namespace

int lock_command(RunRequest request, bool release) {
    request.source.site = request.source.file;
    // A site of its own process outlives this one: a person breaks its locks, not the rehearsal.
    request.rehearse = request.ask = request.at.has_value();
    const lang::Checked checked = load(request.source);
    if (!checked.program) return static_cast<int>(runtime::End::Refused);
    Lock lock(*checked.program, request);
    return release ? lock.release() : lock.status();
}

}  // namespace cli
