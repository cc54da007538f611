#include "runtime/connection/ssh/link.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace runtime {

namespace {

bool usable(SshSession& session) {
    const auto lock = session.lock();
    return !session.retired && !session.lost();
}

}  // namespace

SshLink SshSharedLink::get(Time until) {
    for (;;) {
        std::unique_lock lock(mutex_);
        if (session_ && usable(*session_)) return {session_, {}};
        if (!attempt_.valid()) {
            std::promise<SshLink> promise;
            attempt_ = promise.get_future().share();
            lock.unlock();
            SshLink link = connect_ssh(client_, target_, until);
            lock.lock();
            session_ = link.session;
            attempt_ = {};
            promise.set_value(link);
            return link;
        }
        const auto attempt = attempt_;
        lock.unlock();
        const Duration patience = std::clamp(until - client_.scheduler.now(), Duration{0}, Duration{std::chrono::hours{1}});
        if (attempt.wait_for(patience) == std::future_status::timeout)
            return {nullptr, fmt::format("{}: no time was left to connect", target_.name), true};
        // Whoever made this attempt may have had less time than we have.
        const SshLink& link = attempt.get();
        if (link.session || !link.out_of_time || client_.scheduler.now() >= until) return link;
    }
}

void SshSharedLink::forget() {
    const std::lock_guard lock(mutex_);
    session_ = nullptr;
}

}  // namespace runtime
