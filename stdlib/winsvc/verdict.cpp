#include "stdlib/winsvc/verdict.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "stdlib/support/shape.hpp"

namespace stdlib::winsvc {

namespace {

using lang::Value;
using runtime::Verdict;
using State = Verdict::State;

/// "never started since boot": no failure.
constexpr std::int64_t never_started = 1077;

/// The verdict where there is no state to look at.
std::optional<Verdict> without_state(const Value& status, bool skip_missing) {
    if (status.is_unknown()) return Verdict{State::Unclear, status.why_unknown().why};
    if (!status.field("exists").boolean()) {
        if (skip_missing) return Verdict{State::Reached, "there is no such service here"};
        return Verdict{State::Refused, "there is no service of this name or display name: check the spelling, or say if_missing: Skip"};
    }
    if (status.field("state").is_unknown()) return Verdict{State::Unclear, status.field("state").why_unknown().why};
    return std::nullopt;
}

std::string state(const Value& status) { return status.field("state").member_name(); }

bool is_disabled(const Value& status) {
    const Value& type = status.field("start_type");
    return !type.is_unknown() && type.member_name() == "Disabled";
}

/// A service takes no orders while one is under way.
bool must_wait(std::string_view state, Through through) { return through == Through::Sc && state.ends_with("Pending"); }

/// After an order to start: it is not running any more.
Verdict ended(const Value& now) {
    const Value& code = now.field("exit_code");
    if (!code.is_unknown() && code.integer() == never_started) return {State::Needed, "Stopped"};
    return {State::Failed, fmt::format("it stopped again, with exit code {}: see the event log, System and Application", code.plain())};
}

}  // namespace

const std::shared_ptr<const lang::EnumType>& if_missing_type() {
    static const auto type = support::enumeration("winsvc.IfMissing", {"Fail", "Skip"});
    return type;
}

Verdict may_start(const Value& status, bool skip_missing, Through through) {
    if (auto verdict = without_state(status, skip_missing)) return *verdict;
    const std::string now = state(status);
    if (now == "Running") return {State::Reached, now};
    if (now == "StartPending" || now == "ContinuePending") return {State::Moving, now};
    if (now == "Paused" || now == "PausePending") return {State::Refused, fmt::format("it is {}: continue it by hand", now)};
    if (is_disabled(status)) return {State::Refused, "it is disabled: set its start type first"};
    return {must_wait(now, through) ? State::Moving : State::Needed, now};
}

Verdict may_stop(const Value& status, bool skip_missing, Through through) {
    if (auto verdict = without_state(status, skip_missing)) return *verdict;
    const std::string now = state(status);
    if (now == "Stopped") return {State::Reached, now};
    return {now == "StopPending" || must_wait(now, through) ? State::Moving : State::Needed, now};
}

Verdict may_restart(const Value& status, bool skip_missing, Through through) {
    if (auto verdict = without_state(status, skip_missing)) return *verdict;
    if (through == Through::Sc) return {State::Refused, "without PowerShell there a restart is no single order: say stop, and then start"};
    if (is_disabled(status)) return {State::Refused, "it is disabled: it would stop and not start again"};
    return {State::Needed, state(status)};
}

Verdict started(const Value& now) {
    if (auto verdict = without_state(now, false)) return *verdict;
    const std::string is = state(now);
    if (is == "Running") return {State::Reached, is};
    if (is == "Stopped") return ended(now);
    return {is == "Paused" ? State::Needed : State::Moving, is};
}

Verdict stopped(const Value& now) {
    if (auto verdict = without_state(now, false)) return *verdict;
    const std::string is = state(now);
    if (is == "Stopped") return {State::Reached, is};
    return {is.ends_with("Pending") ? State::Moving : State::Needed, is};
}

Verdict restarted(const Value& before, const Value& now) {
    Verdict verdict = started(now);
    if (verdict.state != State::Reached) return verdict;
    const Value same = equal(before.field("pid"), now.field("pid"));
    if (same.is_unknown()) return {State::Unclear, same.why_unknown().why};
    if (same.boolean()) return {State::Needed, "Running, but still the same process"};
    return verdict;
}

}  // namespace stdlib::winsvc
