// One run at a time: when the site's lock is taken, looked after and given back.
#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "runtime/interpret/effects/acts.hpp"
#include "runtime/interpret/interpreter.hpp"

namespace runtime {

namespace {

using namespace std::chrono_literals;
using Is = LockState::Is;

constexpr Duration short_patience = 5s;  ///< with a lock host that has not answered before
constexpr Duration outage = 1min;        ///< so long all of them may be silent
constexpr Duration lease = 5s;           ///< so long a look at the lock lets things be sent
constexpr Duration lock_pause = 300ms;   ///< between looks at a lock that is being taken or given back

std::vector<std::string> names(const std::vector<const lang::Host*>& hosts) {
    std::vector<std::string> names;
    for (const lang::Host* host : hosts) names.push_back(host->name);
    return names;
}

bool contains(const std::vector<std::string>& texts, const std::string& text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

std::string refusal(const LockState& state, const lang::Host& host) {
    switch (state.is) {
        case Is::Held:
            return fmt::format(
                "the site is locked: {} (as {}:{} says)\nWait for its end. If it was killed, its lock is stale: on {} `procrun resume` or "
                "`procrun undo` takes it up again, and `procrun lock release` breaks it.",
                describe(state.note), host.name, state.where, state.note.machine);
        case Is::Nameless:
            return fmt::format(
                "the site is locked, and nothing says by whom: {}:{} is empty\nThe run that made it was killed at that moment: `procrun "
                "lock "
                "release` breaks it.",
                host.name, state.where);
        case Is::Obstacle:
            return fmt::format("{}\nNothing was sent.", describe_obstacle(state, host));
        case Is::Free:
        case Is::Unknown:
            break;
    }
    return fmt::format(
        "the lock on {} could not be taken: {}\nSo it is unknown whether another run is under way, and nothing was sent. Where it is sure "
        "that {} is down for everybody: --lock-without {}",
        host.name, state.why, host.name, host.name);
}

/// Of two lock hosts, what the one says that has seen the later run. Where one cannot tell, it may be that one.
LastRun later(const LastRun& a, const LastRun& b) {
    using Is = LastRun::Is;
    if (a.is == Is::Unreadable || b.is == Is::None) return a;
    if (b.is == Is::Unreadable || a.is == Is::None) return b;
    if (a.note.number == b.note.number) return a.note.ended.empty() ? b : a;
    return a.note.number < b.note.number ? b : a;
}

}  // namespace

// ---------------------------------------------------------------- taking

void Interpreter::take_lock(const Branch& branch) {
    if (program_.site->lock_hosts.empty() || !acts(program_)) return;
    std::vector<const lang::Host*> wanted;
    event::LockTaken taken;
    for (const lang::Host* host : program_.site->lock_hosts) {
        if (contains(options_.lock_without, host->name)) {
            taken.without.push_back(host->name);
        } else {
            wanted.push_back(host);
        }
    }
    const Time wall = world_.scheduler.wall();
    const auto& earlier = resumption_.lock_tokens();
    LockNote note{.token = fmt::format("{}-{}", options_.lock_token, resumption_.part()),
                  .holder = options_.operator_name,
                  .machine = options_.machine,
                  .since = lang::show(wall) + " UTC",
                  .procedure = options_.run == 0 ? program_.name : fmt::format("{}, run {}", program_.name, options_.run),
                  .message = options_.lock_message,
                  .number = std::chrono::duration_cast<std::chrono::seconds>(wall.time_since_epoch()).count()};
    note.run = earlier.empty() ? note.token : earlier.front();
    lock_note_ = note;
    // The token must outlive us before anything is there that only it can give back.
    emit(branch, event::LockSought{.token = note.token, .hosts = names(wanted)});
    LastRun last{.is = LastRun::Is::None};
    std::string refused;
    for (const lang::Host* host : wanted) {
        const LockState state = take_lock_on(*host, note, taken.again);
        if (state.is == Is::Held && state.note.token == note.token) {
            locked_.push_back(host);
            taken.hosts.push_back(host->name);
            lock_note_.number = std::max(lock_note_.number, state.note.number);
            last = later(last, state.last);
        } else if (state.is == Is::Unknown && resumption_.lock_yielded().contains(host->name)) {
            taken.without.push_back(host->name);  // this run has switched it off itself
        } else {
            refused = refusal(state, *host);
            break;
        }
    }
    if (refused.empty()) refused = taken_up_elsewhere(last);
    if (refused.empty() && locked_.empty()) refused = "no lock host is left that could keep the lock: nothing was sent";
    if (refused.empty()) {
        begin_lease();
        guard_actions();
        shut_out(last, taken, branch);
        return emit(branch, std::move(taken));
    }
    const bool interrupted = world_.stop.no_new_action();
    release_lock(Release::NothingBegun);
    locked_out_ = true;
    emit(branch, event::Failed{refused});
    throw Failure{.end = interrupted ? End::Aborted : End::Locked, .message = std::move(refused), .told = true};
}

LockState Interpreter::take_lock_on(const lang::Host& host, const LockNote& note, std::vector<std::string>& again) {
    constexpr int looks = 10;
    LockState state = lock_.take(host, note);
    // Another run may be between making the directory and writing its name, or between taking its name out and the directory away, or
    // have given it back since it was in our way.
    const auto unfinished = [&] {
        return state.is == Is::Nameless || state.is == Is::Free || (state.is == Is::Held && state.note.holder.empty());
    };
    for (int i = 0; i < looks && unfinished() && !world_.stop.no_new_action(); ++i) {
        world_.scheduler.sleep_until(world_.scheduler.now() + lock_pause, world_.stop, Stop::Level::NoNewAction);
        state = lock_.take(host, note);
    }
    if (state.is != Is::Held || !contains(resumption_.lock_tokens(), state.note.token)) return state;
    again.push_back(host.name);
    return lock_.take_over(host, state.note.token, note);
}

// ---------------------------------------------------------------- looking after it

std::vector<const lang::Host*> Interpreter::locked() const {
    const std::lock_guard lock(mutex_);
    return locked_;
}

bool Interpreter::silent(const lang::Host& host) const {
    const std::lock_guard lock(mutex_);
    return silent_.contains(&host);
}

/// Some may be down: those that answer decide, and one of them must.
Interpreter::LockSeen Interpreter::look_at_lock(const std::vector<const lang::Host*>& hosts) {
    std::vector<LockState> states(hosts.size());
    std::vector<std::exception_ptr> broken(hosts.size());  // a branch must not throw, and the journal may
    std::vector<std::function<void()>> looks;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        looks.emplace_back([&, i] {
            try {
                states[i] = lock_.look(*hosts[i], silent(*hosts[i]) ? short_patience : lock_patience);
            } catch (...) {
                broken[i] = std::current_exception();
            }
        });
    }
    world_.scheduler.run_all(std::move(looks), 0);
    for (const std::exception_ptr& one : broken) {
        if (one) std::rethrow_exception(one);
    }
    LockSeen seen;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        const LockState& state = states[i];
        if (state.is == Is::Unknown) {
            seen.unknown += fmt::format("\n  {}: {}", hosts[i]->name, state.why);
        } else if (state.is == Is::Held && state.note.token == lock_note_.token) {
            seen.ours = true;
        } else {
            seen.lost += fmt::format("\n  {}: {}", hosts[i]->name,
                                     state.is == Is::Held       ? describe(state.note)
                                     : state.is == Is::Obstacle ? fmt::format("{} is {}", state.where, state.why)
                                                                : "it is gone, and was not given back by this run");
        }
        const std::lock_guard lock(mutex_);
        silent_.erase(hosts[i]);
        if (state.is == Is::Unknown) silent_.insert(hosts[i]);
    }
    return seen;
}

void Interpreter::check_lock(const Branch& branch) {
    const std::vector<const lang::Host*> hosts = locked();
    if (hosts.empty()) return;
    const Time until = world_.scheduler.now() + outage;
    LockSeen seen = look_at_lock(hosts);
    while (seen.lost.empty() && !seen.ours && world_.scheduler.now() < until && !world_.stop.no_new_action()) {
        world_.scheduler.sleep_until(world_.scheduler.now() + short_patience, world_.stop, Stop::Level::NoNewAction);
        seen = look_at_lock(hosts);
    }
    if (seen.lost.empty() && seen.ours) return begin_lease();
    if (world_.stop.no_new_action()) throw Failure{.end = End::Aborted, .message = "interrupted: nothing new was started"};
    const std::string why =
        seen.lost.empty() ? "no lock host can say whether the lock is still ours:" + seen.unknown : "the site's lock is lost:" + seen.lost;
    if (locked_out_.exchange(true)) throw Failure{.end = End::Failed, .message = why, .told = true};  // another branch has told it
    emit(branch, event::LockLost{why});
    throw Failure{.end = End::Failed, .message = why + "\nanother run may be under way: nothing more is sent"};
}

void Interpreter::begin_lease() {
    const std::lock_guard lock(mutex_);
    lease_from_ = world_.scheduler.uptime();
    lease_from_wall_ = world_.scheduler.wall();
}

/// The uptime counts a suspended machine's sleep, but not that of a virtual one whose host has stopped it; the clock on the wall may be
/// set. What either of them has counted is over.
bool Interpreter::renew_lease(const Branch& branch) {
    const Time now = world_.scheduler.uptime(), wall = world_.scheduler.wall();
    {
        const std::lock_guard lock(mutex_);
        if (locked_.empty()) return false;
        if (now - lease_from_ <= lease && wall - lease_from_wall_ <= lease && lease_from_wall_ - wall <= lease) return false;
    }
    check_lock(branch);
    return world_.scheduler.uptime() - now > lease;
}

bool Interpreter::still_locked() {
    if (locked_out_) return false;
    world_.stop.rearm();
    try {
        check_lock({});
    } catch (const Failure&) {
        return false;
    }
    return true;
}

// ---------------------------------------------------------------- giving it back

void Interpreter::yield_lock(const lang::Host& host, const std::string& call, const Branch& branch) {
    {
        const std::lock_guard lock(mutex_);
        const auto at = std::find(locked_.begin(), locked_.end(), &host);
        if (at == locked_.end()) return;
        if (locked_.size() == 1) {
            throw Failure{.end = End::Failed,
                          .message = fmt::format("{} keeps the site's lock, and no other machine does: it must stay on", host.name)};
        }
        locked_.erase(at);
    }
    check_lock(branch);
    emitter_.emit(branch.place.step, host.name, event::LockYielded{call});
    lock_.release(host, lock_note_.token);
}

void Interpreter::yield_lock(const Value& hosts, const std::string& call, const Branch& branch) {
    if (const auto* host = std::get_if<const lang::Host*>(&hosts.payload())) yield_lock(**host, call, branch);
    if (!std::holds_alternative<std::shared_ptr<const lang::List>>(hosts.payload())) return;
    for (const Value& item : hosts.items()) yield_lock(item, call, branch);
}

void Interpreter::release_lock(Release why) {
    std::vector<const lang::Host*> hosts = locked();
    if (hosts.empty()) return;
    world_.stop.rearm();
    event::LockReleased released;
    LockNote note = lock_note_;
    note.ended = name(totals_.end);
    for (auto host = hosts.rbegin(); host != hosts.rend(); ++host) {
        const LockState state = why == Release::RunEnded ? lock_.give_back(**host, note) : lock_.release(**host, note.token);
        if (state.is == Is::Free) {
            released.hosts.push_back((*host)->name);
        } else if (state.is == Is::Unknown) {
            released.kept.push_back(fmt::format("{}: {}", (*host)->name, state.why));
        }
    }
    {
        const std::lock_guard lock(mutex_);
        locked_.clear();
    }
    emit({}, std::move(released));
}

}  // namespace runtime
