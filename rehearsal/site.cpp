#include "rehearsal/site.hpp"

#include "rehearsal/scene.hpp"

namespace rehearsal {

Reachability reach_in(const World& world, const lang::Host& host) {
    if (const auto refusal = world.machines.refusal(host)) {
        if (*refusal == Machines::Refusal::NoRoute) return Refused{.why = "No route to host", .after_waiting = true};
        if (*refusal == Machines::Refusal::Silence)
            return Refused{.why = "Connection timed out", .after_waiting = true, .keeps_links = true};
        return Refused{.why = "Connection refused"};
    }
    return Reached{world.machines[host].boots};
}

// Branches are threads where the time is real: they ask one after the other.
Reachability LocalSite::reach(const lang::Host& host, lang::Time at) {
    const std::lock_guard lock(mutex_);
    world_.advance(at);
    return reach_in(world_, host);
}

Answer LocalSite::run(const lang::Host& host, const runtime::Line& line, lang::Time at) {
    const std::lock_guard lock(mutex_);
    return world_.run(host, line.text, line.input, at);
}

std::optional<std::string> LocalSite::inject(std::string_view trouble, Fault fault, lang::Time at) {
    const std::lock_guard lock(mutex_);
    world_.advance(at);
    return rehearsal::inject(world_, trouble, fault);
}

std::optional<std::vector<std::string>> LocalSite::troubles(lang::Time) {
    const std::lock_guard lock(mutex_);
    return world_.troubles;
}

lang::Time LocalSite::now() {
    const std::lock_guard lock(mutex_);
    return world_.now;
}

}  // namespace rehearsal
