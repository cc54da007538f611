#include "tests/campaign/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "tests/support/language.hpp"

namespace campaign {

namespace {

using namespace std::chrono_literals;
using rehearsal::Answer;

/// How late an action works: while its procedure waits for it, or when that is over.
constexpr std::array lateness{5s, 45s, 240s};

}  // namespace

rehearsal::Reachability FaultySite::reach(const lang::Host& host, lang::Time at) {
    pass(at);
    return site_.reach(host, at);
}

Answer FaultySite::run(const lang::Host& host, const runtime::Line& line, lang::Time at) {
    pass(at);
    const bool acts = intended_.erase(host.name) > 0;
    const bool strikes = acts && std::exchange(armed_, armed_ == host.name ? "" : armed_) == host.name;
    if (strikes && fault_ == Fault::Lie) return {};
    if (strikes && fault_ == Fault::LostBefore) return {.ending = runtime::Ending::LinkLost};
    wire.push_back({host.name, fmt::format("{}\n{}", support::without_language(line.text), line.input), acts});
    Answer answer = strikes ? strike(host, line, at) : site_.run(host, line, at);
    watch_disks();
    return answer;
}

Answer FaultySite::strike(const lang::Host& host, const runtime::Line& line, lang::Time at) {
    if (fault_ == Fault::LostAfter || fault_ == Fault::SilentAfter) {
        Answer answer = site_.run(host, line, at);
        if (fault_ == Fault::LostAfter) answer.ending = runtime::Ending::LinkLost;
        if (fault_ == Fault::SilentAfter) silence(host.name);
        return answer;
    }
    late_.push_back({at + lateness[at_ % lateness.size()], &host, line});
    if (fault_ == Fault::LateUnheard) return {.takes = 48h};
    const bool fails = fault_ == Fault::LateFailed;
    if (line.request) return {.code = fails ? 504 : 200};
    return {.code = fails ? 1 : 0, .err = fails ? "timed out\n" : ""};
}

void FaultySite::silence(const std::string& host) {
    silent_.insert(&world_.host(host));
    world_.machines.silence(world_.host(host), true);
}

void FaultySite::lose_a_node() {
    std::vector<const lang::Host*> nodes;
    for (const rehearsal::PacemakerCluster& cluster : world_.pacemaker.clusters) {
        for (const rehearsal::ClusterNode& node : cluster.nodes) {
            if (node.state == rehearsal::ClusterNode::State::Online) nodes.push_back(node.host);
        }
    }
    if (nodes.empty()) return;
    const lang::Host& lost = *nodes[at_ % nodes.size()];
    lost_.insert(&lost);
    world_.pacemaker.inject(lost, "pcs lost", world_.now, world_);
    if (at_ / nodes.size() % 2 == 1) silence(lost.name);
}

void FaultySite::heal() {
    for (const lang::Host* host : std::exchange(silent_, {})) world_.machines.silence(*host, false);
    for (const lang::Host* host : std::exchange(lost_, {})) world_.pacemaker.meet_again(*host, world_.now, world_);
}

std::optional<lang::Time> FaultySite::takes_effect(const std::string& host) const {
    for (const Late& late : late_) {
        if (late.host->name == host) return late.when;
    }
    return std::nullopt;
}

void FaultySite::pass(lang::Time now) {
    deliver(now);
    if (endless_ || now <= latest_) return;
    endless_ = true;
    stop_.escalate();
    stop_.escalate();
    scheduler_.wake();
}

void FaultySite::deliver(lang::Time until) {
    while (!late_.empty() && late_.front().when <= until) {
        const Late late = std::move(late_.front());
        late_.erase(late_.begin());
        // Where the machine has gone in the meantime, so has what it was to do.
        if (std::holds_alternative<rehearsal::Reached>(site_.reach(*late.host, late.when))) site_.run(*late.host, late.line, late.when);
    }
}

void FaultySite::finish() { deliver(lang::Time::max()); }

void FaultySite::watch_disks() {
    for (const rehearsal::DrbdResource& resource : world_.drbd.resources) {
        const auto& [one, other] = resource.sides;
        if (split_ || resource.two_primaries || !one.is_primary || !other.is_primary) continue;
        split_ = fmt::format("{} is Primary on {} and on {}", resource.name, one.host->name, other.host->name);
    }
}

std::size_t FaultySite::acts() const {
    return static_cast<std::size_t>(std::count_if(wire.begin(), wire.end(), [](const auto& sent) { return sent.acts; }));
}

std::size_t FaultySite::acts_at(const std::string& host) const {
    return static_cast<std::size_t>(
        std::count_if(wire.begin(), wire.end(), [&](const auto& sent) { return sent.acts && sent.host == host; }));
}

}  // namespace campaign
