#include "stdlib/haproxy/verdict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "stdlib/haproxy/read/server.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::haproxy {

namespace {

using lang::Value;
using runtime::Verdict;
using State = Verdict::State;

Value is_at(const Value& server, const Goal& goal) {
    return logical_and(equal(is_set(server, "ForcedMaint"), goal.maint), equal(is_set(server, "ForcedDrain"), goal.drain));
}

}  // namespace

const std::shared_ptr<const lang::EnumType>& if_missing_type() {
    static const auto type = support::enumeration("haproxy.IfMissing", {"Fail", "Skip"});
    return type;
}

Verdict reached(const Value& servers, const Goal& goal) {
    Value all = true;
    for (const Value& server : servers.items()) all = logical_and(all, is_at(server, goal));
    if (all.is_unknown()) return {State::Unclear, all.why_unknown().why};
    return {all.boolean() ? State::Reached : State::Needed, describe(servers)};
}

Verdict needed_on_page(const Value& servers, const Goal& goal) {
    Verdict verdict = reached(servers, goal);
    const auto down = [](const Value& server) {
        const Value& state = server.field("state");
        return !state.is_unknown() && state.member_name() == "Down";
    };
    const auto told = [&](const Value& server) { return !is_at(server, goal).is_unknown() || down(server); };
    if (verdict.state == State::Unclear && std::all_of(servers.items().begin(), servers.items().end(), told))
        return {State::Needed, fmt::format("{}; {}", describe(servers), verdict.why)};
    return verdict;
}

std::string orders(const Value& servers, const Goal& goal) {
    std::vector<std::string> all;
    for (const Value& server : servers.items()) {
        const Value there = is_at(server, goal);
        if (there.is_unknown() || !there.boolean()) all.push_back(fmt::format("set server {} state {}", path_of(server), goal.word));
    }
    return fmt::format("{}", fmt::join(all, "; "));
}

Verdict emptied(const Value& servers) {
    std::int64_t sessions = 0;
    for (const Value& server : servers.items()) {
        const Value &count = server.field("sessions"), &admin = server.field("admin");
        if (count.is_unknown()) return {State::Unclear, count.why_unknown().why};
        if (admin.is_unknown()) return {State::Unclear, admin.why_unknown().why};
        sessions += count.integer();
        if (admin.items().empty())
            return {State::Refused,
                    fmt::format("{} takes new sessions ({}): `maint` or `drain` it first", path_of(server), server.field("status").text())};
    }
    return {sessions == 0 ? State::Reached : State::Needed, fmt::format("{} sessions on {}", sessions, describe(servers))};
}

std::string orders_to_end_sessions(const Value& servers) {
    std::vector<std::string> all;
    for (const Value& server : servers.items()) all.push_back(fmt::format("shutdown sessions server {}", path_of(server)));
    return fmt::format("{}", fmt::join(all, "; "));
}

std::string describe(const Value& servers) {
    std::vector<std::string> all;
    for (const Value& server : servers.items()) {
        std::string text = fmt::format("{}: {}", path_of(server), server.field("status").text());
        const Value drained = is_set(server, "ForcedDrain");
        if (!drained.is_unknown() && drained.boolean() && !server.field("status").text().starts_with("DRAIN")) text += " (drained)";
        all.push_back(std::move(text));
    }
    return fmt::format("{}", fmt::join(all, ", "));
}

}  // namespace stdlib::haproxy
