#include "rehearsal/drbd/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rehearsal/core/roles.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using Link = DrbdResource::Link;

// Bytes a millisecond.
constexpr std::int64_t write_rate = 8 * 1049;    ///< the applications write 8 MiB a second …
constexpr std::int64_t fast_resync = 40 * 1049;  ///< 40 MiB a second
constexpr std::int64_t slow_resync = 2 * 1049;
constexpr std::int64_t hot_blocks = 6LL << 30;  ///< … into the same 6 GiB again and again

constexpr lang::Duration starts_network = 600ms;  ///< after it was brought up
constexpr lang::Duration finds_peer = 600ms;
constexpr lang::Duration shakes_hands = 900ms;
constexpr lang::Duration notices_silence = 5s;

std::string refused(int code, std::string_view words) { return fmt::format("State change failed: ({}) {}", code, words); }

/// Loses the link. A Primary goes on alone, and its data leave the peer's behind.
void cut(DrbdResource& resource) {
    resource.link = Link::Off;
    resource.link_due.reset();
    resource.link_lost.reset();
    resource.source.reset();
}

/// Where only one side may write, the replication goes with the cluster's own network. Of two that both write each would go on by itself,
/// which is a trouble of its own: "drbd split-brain".
bool can_talk(const DrbdResource& resource, const DrbdSide& side, const World& world) {
    const bool cut_off = world.pacemaker.is_lost(*side.host) && !resource.two_primaries;
    return side.is_up && side.has_network && world.machines[*side.host].power >= Power::On && !cut_off;
}

/// Which side's data are newer: the source of a resync. Nothing: they are alike.
std::optional<std::size_t> newer(const DrbdResource& resource) {
    for (std::size_t side : {0U, 1U}) {
        if (resource.sides[side].is_ahead || !resource.sides[1 - side].is_consistent) return side;
    }
    return std::nullopt;
}

void finish_resync(DrbdResource& resource) {
    resource.source.reset();
    resource.out_of_sync = 0;
    for (DrbdSide& side : resource.sides) {
        side.is_ahead = false;
        side.is_consistent = true;
    }
}

void begin_resync(DrbdResource& resource, lang::Time now) {
    resource.source = newer(resource);
    if (!resource.source) return;
    resource.resync_total = resource.out_of_sync = std::max<std::int64_t>(resource.out_of_sync, 4096);
    resource.resync_began = now;
    resource.sides[1 - *resource.source].is_consistent = false;
}

/// As if somebody had decided: a side that is not Primary gives up what it alone has, and the sides are connected at once, before a Primary
/// writes on without its peer.
void end_split_brain(DrbdResource& resource, lang::Time now) {
    const std::size_t loser = resource.sides[0].is_primary ? 1 : 0;
    resource.sides[loser].is_ahead = false;
    resource.sides[1 - loser].is_ahead = true;
    resource.link = Link::On;
    resource.link_due.reset();
    begin_resync(resource, now);
}

/// The next step of two sides that look for each other.
void step_link(DrbdResource& resource, lang::Time now) {
    if (resource.link == Link::On) return;
    if (!resource.link_due) resource.link_due = now + finds_peer;
    if (now < *resource.link_due) return;
    const lang::Time due = *resource.link_due;
    if (resource.link == Link::Off) {
        if (resource.sides[0].is_ahead && resource.sides[1].is_ahead) {  // Split brain: both give up.
            for (DrbdSide& side : resource.sides) side.has_network = false;
            resource.link_due.reset();
            return;
        }
        resource.link = Link::Handshake;
        resource.link_due = due + shakes_hands;
        return;
    }
    resource.link = Link::On;
    resource.link_due.reset();
    begin_resync(resource, due);
}

/// What is written and copied from `resource.moved` to `now`.
void move_data(DrbdResource& resource, lang::Time now) {
    const std::int64_t elapsed = (now - resource.moved).count();
    resource.moved = now;
    for (std::size_t i : {0U, 1U}) {
        DrbdSide& side = resource.sides[i];
        if (!side.is_up || !side.is_primary) continue;
        if (resource.link == Link::Off) side.is_ahead = true;
        if (!side.is_held) continue;
        side.written += elapsed * write_rate;
        if (resource.link == Link::On) {
            side.sent += elapsed * write_rate;
            resource.sides[1 - i].received += elapsed * write_rate;
            resource.sides[1 - i].written += elapsed * write_rate;
        } else {
            resource.out_of_sync = std::min(hot_blocks, resource.out_of_sync + elapsed * write_rate);
        }
    }
    if (!resource.source || resource.link != Link::On) return;
    const std::int64_t copied = std::min(resource.out_of_sync, elapsed * resource.resync_rate());
    resource.out_of_sync -= copied;
    resource.sides[*resource.source].sent += copied;
    resource.sides[*resource.source].read += copied;
    resource.sides[1 - *resource.source].received += copied;
    resource.sides[1 - *resource.source].written += copied;
    if (resource.out_of_sync == 0) finish_resync(resource);
}

/// The resources that two hosts name by their fact `drbd`.
std::vector<DrbdResource> by_hand(const lang::Site& site) {
    std::vector<DrbdResource> resources;
    for (const auto& host : site.hosts) {
        for (const std::string& name : fact_texts(*host, "drbd")) {
            const auto other = std::find_if(resources.begin(), resources.end(), [&](const auto& r) { return r.name == name; });
            if (other != resources.end()) {
                other->sides[1].host = host.get();
                continue;
            }
            const auto dual = host->facts.find("allow_two_primaries");
            DrbdResource resource{.name = name, .sides = {}, .by_hand = true};
            resource.two_primaries = dual != host->facts.end() && dual->second.boolean();
            resource.sides[0].host = host.get();
            resources.push_back(std::move(resource));
        }
    }
    std::erase_if(resources, [](const DrbdResource& resource) { return resource.sides[1].host == nullptr; });
    return resources;
}

/// What uses a disk without a cluster manager over it: Samba, beside the address that the hosts' cluster moves; on the first of them
/// where no cluster does. It keeps the device open, and so only a Primary has it.
void open_by_hand(DrbdResource& resource, const World& world) {
    const lang::Host* user = resource.sides[0].host;
    for (const PacemakerCluster& cluster : world.pacemaker.clusters) {
        if (cluster.node_of(*user) && !cluster.groups.empty()) {
            user = world.pacemaker.location(cluster.groups.front().id);
            break;
        }
    }
    for (DrbdSide& side : resource.sides) side.is_held = side.is_primary && side.host == user;
}

}  // namespace

std::int64_t DrbdResource::resync_rate() const { return is_slow ? slow_resync : fast_resync; }

std::optional<std::size_t> DrbdResource::side_of(const lang::Host& host) const {
    for (std::size_t side : {0U, 1U}) {
        if (sides[side].host == &host) return side;
    }
    return std::nullopt;
}

std::string DrbdResource::connection(std::size_t side) const {
    if (!sides[side].has_network || sides[side].network_due) return "StandAlone";
    if (link == Link::Off) return "WFConnection";
    if (link == Link::Handshake) {
        const auto source_to_be = newer(*this);
        if (!source_to_be) return "WFReportParams";
        return *source_to_be == side ? "WFBitMapS" : "WFSyncUUID";
    }
    if (!source) return "Connected";
    return *source == side ? "SyncSource" : "SyncTarget";
}

std::string DrbdResource::role(std::size_t side) const { return sides[side].is_primary ? "Primary" : "Secondary"; }
std::string DrbdResource::peer_role(std::size_t side) const { return link == Link::Off ? "Unknown" : role(1 - side); }

std::string DrbdResource::disk(std::size_t side) const {
    if (!sides[side].is_consistent) return "Inconsistent";
    return link == Link::Handshake && newer(*this) == 1 - side ? "Outdated" : "UpToDate";
}

std::string DrbdResource::peer_disk(std::size_t side) const {
    if (link == Link::Off) return "DUnknown";
    return link == Link::Handshake && newer(*this) == side ? "Consistent" : disk(1 - side);
}

Drbd Drbd::healthy(const lang::Site& site, lang::Time start) {
    Drbd drbd;
    for (const lang::Cluster& cluster : site.clusters) {
        if (cluster.kind != "pacemaker" || cluster.nodes.size() < 2) continue;
        for (const std::string& name : texts(cluster, "drbd")) {
            DrbdResource resource{.name = name, .minor = static_cast<int>(drbd.resources.size()), .sides = {}};
            resource.moved = start;
            for (std::size_t side : {0U, 1U}) resource.sides[side].host = cluster.nodes[side];
            resource.sides[0].is_primary = resource.sides[0].is_held = true;
            drbd.resources.push_back(std::move(resource));
        }
    }
    for (DrbdResource& resource : by_hand(site)) {
        resource.minor = static_cast<int>(drbd.resources.size());
        resource.moved = start;
        resource.sides[0].is_primary = resource.sides[0].is_held = true;
        resource.sides[1].is_primary = resource.two_primaries;
        drbd.resources.push_back(std::move(resource));
    }
    return drbd;
}

void Drbd::advance(lang::Time now, World& world) {
    for (DrbdResource& resource : resources) move_data(resource, now);
    if (!is_whole_second(now)) return;
    for (DrbdResource& resource : resources) {
        if (resource.by_hand) open_by_hand(resource, world);
    }
    follow_links(now, world);
}

void Drbd::follow_links(lang::Time now, const World& world) {
    for (DrbdResource& resource : resources) {
        for (DrbdSide& side : resource.sides) {
            if (side.network_due && *side.network_due <= now) side.network_due.reset();
        }
        if (resource.link_lost && *resource.link_lost <= now) cut(resource);
        const auto ready = [&](const DrbdSide& side) { return can_talk(resource, side, world) && !side.network_due; };
        if (ready(resource.sides[0]) && ready(resource.sides[1])) {
            step_link(resource, now);
        } else if (resource.link != Link::Off && !resource.link_lost) {
            cut(resource);
        }
    }
}

void Drbd::power_off(const lang::Host& host, lang::Time at, World&) {
    for (DrbdResource& resource : resources) {
        const auto side = resource.side_of(host);
        if (!side) continue;
        move_data(resource, at);
        DrbdSide& dead = resource.sides[*side];
        const bool was_up = dead.is_up;
        dead.is_up = dead.is_primary = dead.is_held = false;
        dead.has_network = true;
        dead.network_due.reset();
        dead.sent = dead.received = dead.written = dead.read = 0;
        if (was_up && resource.link != Link::Off) resource.link_lost = at + notices_silence;
    }
}

void Drbd::power_on(const lang::Host& host, lang::Time at, World&) {
    for (DrbdResource& resource : resources) {
        const auto side = resource.side_of(host);
        if (side && resource.by_hand) bring_up(resource, *side, at);
    }
}

DrbdResource* Drbd::find(std::string_view name, const lang::Host& host) {
    return const_cast<DrbdResource*>(std::as_const(*this).find(name, host));
}

const DrbdResource* Drbd::find(std::string_view name, const lang::Host& host) const {
    const auto it = std::find_if(resources.begin(), resources.end(),
                                 [&](const DrbdResource& resource) { return resource.name == name && resource.side_of(host); });
    return it == resources.end() ? nullptr : &*it;
}

Drbd::Refusal Drbd::promote(DrbdResource& resource, std::size_t side) {
    DrbdSide& me = resource.sides[side];
    const DrbdSide& peer = resource.sides[1 - side];
    if (me.is_primary) return std::nullopt;
    if (resource.link == Link::On && peer.is_primary && !resource.two_primaries)
        return refused(-1, "Multiple primaries not allowed by config");
    if (!me.is_consistent && resource.link != Link::On) return refused(-2, "Need access to UpToDate data");
    me.is_primary = true;
    return std::nullopt;
}

Drbd::Refusal Drbd::force(DrbdResource& resource, std::size_t side) {
    if (resource.link == Link::On && resource.sides[1 - side].is_primary) return refused(-1, "Multiple primaries not allowed by config");
    resource.sides[side].is_consistent = true;
    resource.sides[side].is_primary = true;
    return std::nullopt;
}

Drbd::Refusal Drbd::invalidate(DrbdResource& resource, std::size_t side, lang::Time now) {
    if (resource.link != Link::On || resource.source) return refused(-2, "Need access to UpToDate data");
    resource.sides[side].is_consistent = false;
    resource.out_of_sync = hot_blocks;
    begin_resync(resource, now);
    return std::nullopt;
}

Drbd::Refusal Drbd::demote(DrbdResource& resource, std::size_t side) {
    if (resource.sides[side].is_held) return refused(-12, "Device is held open by someone");
    resource.sides[side].is_primary = false;
    return std::nullopt;
}

void Drbd::bring_up(DrbdResource& resource, std::size_t side, lang::Time now) {
    DrbdSide& me = resource.sides[side];
    if (me.is_up) return;
    me.is_up = me.has_network = true;
    me.is_primary = me.is_held = false;
    me.network_due = now + starts_network;
}

Drbd::Refusal Drbd::bring_down(DrbdResource& resource, std::size_t side) {
    DrbdSide& me = resource.sides[side];
    if (me.is_held) return refused(-12, "Device is held open by someone") + "\nadditional info from kernel:\nfailed to demote";
    if (me.is_up && !resource.link_lost) cut(resource);
    me.is_up = me.is_primary = false;
    me.network_due.reset();
    return std::nullopt;
}

TroublesOf Drbd::troubles() {
    return {.system = "drbd",
            .troubles = {{.form = "drbd standalone",
                          .doc = "The two sides are not connected: this one does not try any more.",
                          .example = "store1: drbd standalone"},
                         {.form = "drbd split-brain",
                          .doc = "Both sides have written what the other one does not have, and neither connects.",
                          .example = "store1: drbd split-brain"},
                         {.form = "drbd slow", .doc = "A synchronisation takes very long.", .example = "store1: drbd slow"}}};
}

std::optional<std::string> Drbd::inject(const lang::Host& host, std::string_view trouble, lang::Time now, World&, Fault fault) {
    const bool there = fault == Fault::Begins;
    const TroublesOf known = troubles();
    const auto is_it = [&](const Trouble& one) { return one.form == trouble; };
    if (std::none_of(known.troubles.begin(), known.troubles.end(), is_it)) return std::nullopt;
    bool found = false;
    for (DrbdResource& resource : resources) {
        const auto side = resource.side_of(host);
        if (!side) continue;
        found = true;
        if (trouble == "drbd slow") {
            resource.is_slow = there;
            continue;
        }
        if (!there) {
            for (DrbdSide& each : resource.sides) each.has_network = true;
            if (trouble == "drbd split-brain") end_split_brain(resource, now);
            continue;
        }
        cut(resource);
        resource.sides[*side].has_network = false;
        if (trouble == "drbd split-brain") {
            for (DrbdSide& each : resource.sides) each.is_ahead = true;
            resource.sides[1 - *side].has_network = false;
        }
    }
    return found ? "" : host.name + " is in no pacemaker cluster with DRBD, and has no fact `drbd`";
}

void Drbd::snapshot(std::map<std::string, std::string>& out) const {
    for (const DrbdResource& resource : resources) {
        for (std::size_t i : {0U, 1U}) {
            const DrbdSide& side = resource.sides[i];
            std::string& text = out[fmt::format("{} drbd {}", side.host->name, resource.name)];
            if (!side.is_up) {
                text = fmt::format("down, {}{}", side.is_consistent ? "consistent" : "inconsistent", side.is_ahead ? ", ahead" : "");
                continue;
            }
            text = fmt::format("cs:{} ro:{}/{} ds:{}/{}{}{}{}", resource.connection(i), resource.role(i), resource.peer_role(i),
                               resource.disk(i), resource.peer_disk(i), side.is_held ? ", in use" : "", side.is_ahead ? ", ahead" : "",
                               resource.is_slow ? ", slow" : "");
        }
    }
}

}  // namespace rehearsal
