// Who may still send: a run is told to the machines of the site, so that one that was paused and wakes up sends nothing to any of them.
#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "runtime/interpret/interpreter.hpp"

namespace runtime {

namespace {

/// At the same time: each may take as long as a machine that is off does.
constexpr std::size_t at_once = 30;

bool keeps_a_record(const lang::Host& host) { return host.os != lang::Os::Windows; }

}  // namespace

void Interpreter::guard_actions() {
    const std::string name = newest_name(*program_.site);
    std::int64_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        number = lock_note_.number;
    }
    connections_.guard_actions(
        {.prepared = fmt::format("{}/{}", prepared_place, name), .common = fmt::format("{}/{}", common_place, name), .number = number});
}

/// Its journal was copied before it had the lock, and it was paused. What it would do has been done.
std::string Interpreter::taken_up_elsewhere(const LastRun& last) const {
    const bool is_ours = last.is == LastRun::Is::There && last.note.run == lock_note_.run && last.note.token != lock_note_.token;
    if (!is_ours || resumption_.is_one()) return {};
    return fmt::format("this run has been gone on with elsewhere: {}\nNothing was sent from here: go on with it there.", describe(last));
}

/// A run that has given its lock back sends nothing more. Any other may: it was killed, or it is paused, also where somebody has released
/// its lock.
void Interpreter::shut_out(const LastRun& last, event::LockTaken& taken, const Branch& branch) {
    const bool is_there = last.is == LastRun::Is::There;
    if (is_there) {
        taken.before = describe(last);
        const auto& own = resumption_.lock_tokens();
        taken.other_run = resumption_.is_one() && std::find(own.begin(), own.end(), last.note.token) == own.end();
        if (taken.other_run) resumption_.another_run_since(last.note.procedure);
    }
    if (last.is == LastRun::Is::None || (is_there && !last.note.ended.empty())) return;

    const auto& hosts = program_.site->hosts;
    std::vector<std::string> not_told(hosts.size());
    std::vector<std::exception_ptr> broken(hosts.size());  // a branch must not throw, and the journal may
    std::vector<std::function<void()>> claims;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        claims.emplace_back([&, i] {
            try {
                const Claim said = claim(*hosts[i], branch);
                if (said.is != Claim::Is::Ours) not_told[i] = fmt::format("{}: {}", hosts[i]->name, said.why);
            } catch (...) {
                broken[i] = std::current_exception();
            }
        });
    }
    world_.scheduler.run_all(std::move(claims), at_once);
    for (const std::exception_ptr& one : broken) {
        if (one) std::rethrow_exception(one);
    }
    std::erase(not_told, std::string());
    taken.not_told = std::move(not_told);
}

Claim Interpreter::claim(const lang::Host& host, const Branch& branch) {
    if (!keeps_a_record(host)) return {.why = "Windows keeps no record of runs"};
    constexpr int attempts = 2;
    for (int attempt = 1;; ++attempt) {
        LockNote note;
        {
            const std::lock_guard lock(mutex_);
            note = lock_note_;
        }
        Claim said = lock_.claim(host, note);
        if (said.is != Claim::Is::Newer) return said;
        said.why = fmt::format("it knows of a newer run: {}", describe(said.newest));
        if (attempt == attempts) return said;
        check_lock(branch);
        {
            const std::lock_guard lock(mutex_);
            lock_note_.number = std::max(lock_note_.number, said.newest.number + 1);
        }
        guard_actions();
    }
}

std::optional<std::string> Interpreter::why_kept_back(const lang::Host& host, const Branch& branch) {
    try {
        check_lock(branch);
        const Claim said = claim(host, branch);
        if (said.is == Claim::Is::Ours) return std::nullopt;
        return fmt::format(
            "{} says that a newer run has been there, though the site's lock is this run's: {}\nWhat it says so by lies in {} or {}: where "
            "no "
            "other run is under way for sure, have it taken away there",
            host.name, said.why, prepared_place, common_place);
    } catch (const Failure& failure) {
        return failure.message;
    }
}

}  // namespace runtime
