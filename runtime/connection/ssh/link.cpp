#include "runtime/connection/ssh/link.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/connection/ssh/channel.hpp"

namespace runtime {

namespace {

bool alive(SshSession& session) {
    const auto lock = session.lock();
    return !session.retired && !session.lost();
}

}  // namespace

/// The link there is, where it can be used.
std::optional<SshLink> SshSharedLink::usable() const {
    if (!session_) return std::nullopt;
    const auto lock = session_->lock();
    const bool proved = use_ == For::Tunnels || session_->shell;
    if (session_->retired || session_->lost() || !proved) return std::nullopt;
    return SshLink{.session = session_, .why = {}, .shell = session_->shell.value_or(LoginShell{})};
}

/// A session whose log-in has to prove itself anew is kept, unless it turns out to be dead.
SshLink SshSharedLink::make(std::shared_ptr<SshSession> there_is, Time until) {
    if (there_is) {
        SshLink link = prove(client_, target_, there_is, until);
        if (link.session || alive(*there_is)) return link;
    }
    SshLink link = connect_ssh(client_, target_, until);
    return link.session && use_ == For::Commands ? prove(client_, target_, link.session, until) : link;
}

SshLink SshSharedLink::get(Time until) {
    for (;;) {
        std::unique_lock lock(mutex_);
        if (auto link = usable()) return std::move(*link);
        if (!attempt_.valid()) {
            std::promise<SshLink> promise;
            attempt_ = promise.get_future().share();
            const std::shared_ptr<SshSession> there_is = session_ && alive(*session_) ? session_ : nullptr;
            lock.unlock();
            SshLink link = make(there_is, until);
            lock.lock();
            session_ = link.session;
            attempt_ = {};
            SshLink for_others = link;
            for_others.asked.clear();
            promise.set_value(std::move(for_others));
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
