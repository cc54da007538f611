#include "stdlib/compose/verdict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "stdlib/compose/project.hpp"

namespace stdlib::compose {

namespace {

using lang::Value;
using runtime::Verdict;
using State = Verdict::State;

/// "xuc: Running, unhealthy"
std::string describe(const Value& service) {
    const std::string& health = service.field("health").text();
    return fmt::format("{}: {}{}{}", service.field("name").text(), service.field("state").plain(), health.empty() ? "" : ", ", health);
}

bool is(const Value& service, std::string_view state) {
    return !service.field("state").is_unknown() && service.field("state").member_name() == state;
}

/// It was started, and not at the same moment as before.
bool started_since(const Value& before, const Value& now) {
    const Value& started = now.field("started");
    if (started.is_unknown()) return false;
    return before.is_unknown() || before.field("started").is_unknown() || before.field("started").time() < started.time();
}

Verdict stands(const Value& service) {
    if (service.field("state").is_unknown()) return {State::Unclear, service.field("state").why_unknown().why};
    if (is(service, "Running")) return {State::Reached, describe(service)};
    if (is(service, "Exited") || is(service, "Dead")) return {State::Failed, describe(service) + ": see its log"};
    return {State::Moving, describe(service)};
}

}  // namespace

Verdict may_restart(const Value& service) {
    if (service.is_unknown()) return {State::Refused, service.why_unknown().why};
    if (service.field("state").is_unknown()) return {State::Unclear, service.field("state").why_unknown().why};
    if (is(service, "Absent")) return {State::Refused, describe(service) + ": it has no container to restart; `up -d` makes one"};
    return {State::Needed, describe(service)};
}

Verdict restarted(const Value& before, const Value& now) {
    if (now.is_unknown()) return {State::Unclear, now.why_unknown().why};
    // As what was before is not known, that it runs says nothing.
    if (before.is_unknown()) return {State::Unclear, fmt::format("{}, and whether it was restarted is not known", describe(now))};
    if (!started_since(before, now)) return {is(now, "Running") ? State::Needed : State::Moving, describe(now) + ", not started again yet"};
    return stands(now);
}

Verdict may_bring_up(const Value& services) {
    std::vector<std::string> wrong;
    for (const Value& service : services.items()) {
        const Value& current = service.field("current");
        if (service.field("state").is_unknown()) return {State::Unclear, service.field("state").why_unknown().why};
        if (!is(service, "Running")) {
            wrong.push_back(describe(service));
        } else if (current.is_unknown()) {
            wrong.push_back(fmt::format("{}: {}", service.field("name").text(), current.why_unknown().why));
        } else if (!current.boolean()) {
            wrong.push_back(fmt::format("{} was made with another configuration", service.field("name").text()));
        }
    }
    if (services.items().empty()) return {State::Refused, "the project has no services"};
    if (wrong.empty()) return {State::Reached, "all services run, as configured"};
    return {State::Needed, fmt::format("{}", fmt::join(wrong, "; "))};
}

Verdict brought_up(const Value& before, const Value& now) {
    std::vector<std::string> anew;
    std::string untold;
    for (const Value& service : now.items()) {
        const Verdict verdict = stands(service);
        if (verdict.state != State::Reached) return verdict;
        const std::string& name = service.field("name").text();
        const Value& current = service.field("current");
        if (!current.is_unknown() && !current.boolean()) return {State::Needed, name + " was made with another configuration"};
        // Of a container that was made since, its hash need not be told: it was made as it is configured now.
        if (!before.is_unknown() && started_since(service_named(before, name), service)) {
            anew.push_back(name);
        } else if (current.is_unknown()) {
            untold = fmt::format("{} was not started again, and {}", name, current.why_unknown().why);
        }
    }
    if (now.items().empty()) return {State::Unclear, "the project has no services"};
    if (!untold.empty()) return {State::Unclear, untold};
    return {State::Reached, anew.empty() ? "all services run; none had to be started" : fmt::format("started: {}", fmt::join(anew, ", "))};
}

}  // namespace stdlib::compose
