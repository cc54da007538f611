// One run at a time: when the site's lock is taken, looked after and given back.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/interpret/acts.hpp"
#include "runtime/interpret/interpreter.hpp"

namespace runtime {

namespace {

using Is = LockState::Is;

std::vector<std::string> names(const std::vector<const lang::Host*>& hosts) {
    std::vector<std::string> names;
    for (const lang::Host* host : hosts) names.push_back(host->name);
    return names;
}

std::string refusal(const LockState& state, const lang::Host& host, const SiteLock& lock) {
    switch (state.is) {
        case Is::Held:
            return fmt::format(
                "the site is locked: {} (as {}:{}/holder says)\nWait for its end. If it was killed, its lock is stale: `procrun resume` "
                "or `procrun undo` there goes on with that run, `procrun lock release` gives the lock back.",
                describe(state.note), host.name, lock.directory());
        case Is::Nameless:
            return fmt::format(
                "the site is locked, and nothing says by whom: {}:{} has no name in it\nSomebody may just be taking it: try again. If it "
                "stays so, that run was killed: `procrun lock release`.",
                host.name, lock.directory());
        case Is::Free:
        case Is::Unknown:
            break;
    }
    return fmt::format(
        "the lock on {} could not be taken: {}\nSo it is unknown whether another run is under way, and nothing was sent. Where it is sure "
        "that {} is down for everybody: --lock-without {}",
        host.name, state.why, host.name, host.name);
}

}  // namespace

void Interpreter::take_lock(const Branch& branch) {
    if (program_.site->lock_hosts.empty() || !acts(program_)) return;
    std::vector<const lang::Host*> wanted;
    std::vector<std::string> without;
    for (const lang::Host* host : program_.site->lock_hosts) {
        const auto& down = options_.lock_without;
        if (std::find(down.begin(), down.end(), host->name) == down.end()) {
            wanted.push_back(host);
        } else {
            without.push_back(host->name);
        }
    }
    lock_token_ = past_.lock_token.empty() ? options_.lock_token : past_.lock_token;
    std::string refused = wanted.empty() ? "the site's lock needs a host that is not among --lock-without" : "";
    // The token must outlive us before anything is there that only it can give back.
    if (!wanted.empty()) tell(branch, event::LockSought{.token = lock_token_, .hosts = names(wanted)});
    const LockNote note{.token = lock_token_,
                        .holder = options_.operator_name,
                        .machine = options_.machine,
                        .since = lang::show(world_.scheduler.now()),
                        .what = options_.run == 0 ? program_.name : fmt::format("{}, run {}", program_.name, options_.run)};
    for (const lang::Host* host : wanted) {
        const LockState state = lock_.take(*host, note);
        const bool ours = state.is == Is::Held && state.note.token == lock_token_;
        if (ours) {
            locked_.push_back(host);
            continue;
        }
        refused = refusal(state, *host, lock_);
        break;
    }
    if (refused.empty()) return tell(branch, event::LockTaken{.hosts = names(wanted), .without = std::move(without)});
    for (auto host = locked_.rbegin(); host != locked_.rend(); ++host) lock_.release(**host, lock_token_);
    locked_.clear();
    locked_out_ = true;
    tell(branch, event::Failed{refused});
    throw Failure{.end = End::Locked, .message = std::move(refused), .told = true};
}

void Interpreter::check_lock(const Branch& branch) {
    if (locked_.empty()) return;
    std::vector<LockState> states(locked_.size());
    std::vector<std::function<void()>> looks;
    for (std::size_t i = 0; i < states.size(); ++i) looks.emplace_back([&, i] { states[i] = lock_.look(*locked_[i]); });
    world_.scheduler.run_all(std::move(looks), 0);
    // A procedure may switch a lock host off: those that answer decide, and one of them must.
    std::string lost, unknown;
    bool ours = false;
    for (std::size_t i = 0; i < states.size(); ++i) {
        const std::string& name = locked_[i]->name;
        if (states[i].is == Is::Unknown) {
            unknown += fmt::format("\n  {}: {}", name, states[i].why);
        } else if (states[i].is == Is::Held && states[i].note.token == lock_token_) {
            ours = true;
        } else {
            lost += fmt::format(
                "\n  {}: {}", name,
                states[i].is == Is::Held ? describe(states[i].note) : std::string("it is gone, and was not given back by this run"));
        }
    }
    if (lost.empty() && ours) return;
    if (world_.stop.stop_waiting()) throw Failure{.end = End::Aborted, .message = "interrupted: nothing new was started"};
    const std::string why =
        lost.empty() ? "no lock host can say whether the lock is still ours:" + unknown : "the site's lock is lost:" + lost;
    locked_out_ = true;
    tell(branch, event::LockLost{why});
    throw Failure{.end = End::Locked, .message = why + "\nanother run may be under way: nothing more is sent"};
}

void Interpreter::release_lock() {
    if (locked_.empty()) return;
    world_.stop.rearm();
    event::LockReleased released;
    for (auto host = locked_.rbegin(); host != locked_.rend(); ++host) {
        const LockState state = lock_.release(**host, lock_token_);
        if (state.is == Is::Free) {
            released.hosts.push_back((*host)->name);
        } else {
            released.kept.push_back(fmt::format("{}: {}", (*host)->name, state.is == Is::Held ? describe(state.note) : state.why));
        }
    }
    locked_.clear();
    tell({}, std::move(released));
}

}  // namespace runtime
