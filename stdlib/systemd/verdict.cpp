#include "stdlib/systemd/verdict.hpp"

#include <fmt/format.h>

#include <optional>

namespace stdlib::systemd {

namespace {

using lang::Value;
using runtime::Verdict;
using State = Verdict::State;

const std::string& active(const Value& status) { return status.field("active").member_name(); }

bool is_up(const Value& status) { return active(status) == "Active" || active(status) == "Reloading" || active(status) == "Refreshing"; }

/// "Activating (auto-restart), Result: exit-code"
std::string describe(const Value& status) {
    const std::string sub = status.field("sub").plain(), result = status.field("result").plain();
    std::string text = active(status);
    if (!sub.empty()) text += fmt::format(" ({})", sub);
    if (!status.field("result").is_unknown() && !result.empty() && result != "success") text += fmt::format(", Result: {}", result);
    return text;
}

/// The verdict on what cannot be judged: no status, or a state that we do not know.
std::optional<Verdict> unclear(const Value& status) {
    if (status.is_unknown()) return Verdict{State::Unclear, status.why_unknown().why};
    for (const char* field : {"active", "load"}) {
        if (status.field(field).is_unknown()) return Verdict{State::Unclear, status.field(field).why_unknown().why};
    }
    return std::nullopt;
}

/// Why systemd would not start it.
std::optional<Verdict> not_startable(const Value& status, std::string_view unit) {
    const std::string& load = status.field("load").member_name();
    if (load == "NotFound") return Verdict{State::Refused, fmt::format("there is no unit '{}' here: check its name", unit)};
    if (load == "Masked")
        return Verdict{State::Refused, fmt::format("'{}' is masked: somebody wants it never to start; `systemctl unmask` it first", unit)};
    if (load == "BadSetting" || load == "Error")
        return Verdict{State::Refused, fmt::format("'{}' has a faulty unit file: `systemctl status {}` tells more", unit, unit)};
    return std::nullopt;
}

Verdict failed(const Value& status, std::string_view unit) {
    return {State::Failed, fmt::format("{}: see `journalctl -u {}`", describe(status), unit)};
}

/// It ran since: another invocation than before.
bool ran_since(const Value& before, const Value& now) {
    const std::string& invocation = now.field("invocation").text();
    return !invocation.empty() && (before.is_unknown() || before.field("invocation").text() != invocation);
}

/// A unit that is down and has a job can only be about to start: it waits for the unit that it comes after.
bool start_is_queued(const Value& status) {
    const Value& ordered = status.field("ordered");
    return !ordered.is_unknown() && ordered.boolean();
}

std::string can_come_back(const Value& status) {
    const Value& triggers = status.field("triggered_by");
    return triggers.items().empty() ? std::string() : fmt::format("; may be started again by {}", triggers.plain());
}

}  // namespace

Verdict may_start(const Value& status, std::string_view unit) {
    if (auto verdict = unclear(status)) return *verdict;
    if (is_up(status)) return {State::Reached, describe(status)};
    if (auto refused = not_startable(status, unit)) return *refused;
    return {active(status) == "Activating" ? State::Moving : State::Needed, describe(status)};
}

Verdict may_stop(const Value& status, std::string_view unit) {
    if (auto verdict = unclear(status)) return *verdict;
    const bool down = active(status) == "Inactive" || active(status) == "Failed";
    if (down && status.field("load").member_name() == "NotFound") return *not_startable(status, unit);
    if (down && start_is_queued(status)) return {State::Needed, describe(status) + ", its start is queued"};
    if (down) return {State::Reached, describe(status) + can_come_back(status)};
    return {active(status) == "Deactivating" ? State::Moving : State::Needed, describe(status)};
}

Verdict may_restart(const Value& status, std::string_view unit) {
    if (auto verdict = unclear(status)) return *verdict;
    if (auto refused = not_startable(status, unit)) return *refused;
    return {State::Needed, describe(status)};
}

Verdict started(const Value& before, const Value& now, std::string_view unit) {
    if (auto verdict = unclear(now)) return *verdict;
    if (is_up(now)) return {State::Reached, describe(now)};
    if (active(now) == "Failed") return failed(now, unit);
    if (active(now) != "Inactive") return {State::Moving, describe(now)};
    if (!ran_since(before, now)) return {State::Needed, describe(now)};
    const bool done = now.field("type").plain() == "oneshot" && now.field("result").plain() == "success";
    return done ? Verdict{State::Reached, "it ran to its end"} : failed(now, unit);
}

Verdict stopped(const Value&, const Value& now, std::string_view) {
    if (auto verdict = unclear(now)) return *verdict;
    const bool down = active(now) == "Inactive" || active(now) == "Failed";
    if (down && start_is_queued(now)) return {State::Needed, describe(now) + ", a start of it was queued again"};
    if (down) return {State::Reached, describe(now) + can_come_back(now)};
    return {is_up(now) ? State::Needed : State::Moving, describe(now)};
}

Verdict restarted(const Value& before, const Value& now, std::string_view unit) {
    Verdict verdict = started(before, now, unit);
    const bool told = !now.is_unknown() && !now.field("invocation").text().empty();
    if (verdict.state == State::Reached && told && !ran_since(before, now))
        return {State::Needed, fmt::format("{}, but not started again yet", describe(now))};
    return verdict;
}

}  // namespace stdlib::systemd
