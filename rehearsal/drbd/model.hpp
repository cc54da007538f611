// DRBD 8.4: pairs of disks kept alike over the network. A resource for each that a pacemaker cluster names: Pacemaker moves its roles.
//
// And one for each text in the fact `drbd` of two hosts: no cluster manager knows of it. It comes up Secondary with its machine, roles are
// set by hand, and what uses it runs where the cluster of these hosts, if they have one, has its address. With the fact
// `allow_two_primaries` both sides may be Primary, and on a healthy site they are.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

/// One node's half of a resource.
struct DrbdSide {
    const lang::Host* host = nullptr;
    bool is_up = true;  ///< configured in the kernel
    bool is_primary = false;
    bool is_held = false;                        ///< mounted: cannot be demoted or taken down
    bool is_consistent = true;                   ///< false: a resync into it was not finished
    bool is_ahead = false;                       ///< was Primary without its peer: holds data that the peer has not
    bool has_network = true;                     ///< false: StandAlone
    std::optional<lang::Time> network_due = {};  ///< just brought up: when it starts to look for its peer
    // What went through it, in bytes.
    std::int64_t sent = 0, received = 0, written = 0, read = 0;
};

struct DrbdResource {
    enum class Link { Off, Handshake, On };

    std::string name;
    int minor = 0;
    std::array<DrbdSide, 2> sides;
    bool by_hand = false;        ///< no cluster manager brings it up and moves its roles
    bool two_primaries = false;  ///< its configuration has allow-two-primaries
    Link link = Link::On;
    std::optional<lang::Time> link_due = {};   ///< when the link makes its next step
    std::optional<lang::Time> link_lost = {};  ///< the peer fell silent: when that is noticed
    std::int64_t out_of_sync = 0;              ///< bytes that the peer has not
    std::optional<std::size_t> source = {};    ///< of a running resync: which side
    std::int64_t resync_total = 0;
    lang::Time resync_began{};
    bool is_slow = false;  ///< injected
    lang::Time moved{};    ///< up to here the data flowed

    std::int64_t resync_rate() const;  ///< bytes a millisecond
    std::optional<std::size_t> side_of(const lang::Host&) const;
    /// As /proc/drbd and drbdadm name them, seen from a side that is up.
    std::string connection(std::size_t side) const;
    std::string role(std::size_t side) const;       ///< "Primary"
    std::string peer_role(std::size_t side) const;  ///< "Unknown" without a link
    std::string disk(std::size_t side) const;       ///< "UpToDate"
    std::string peer_disk(std::size_t side) const;  ///< "DUnknown" without a link
};

struct Drbd {
    static Drbd healthy(const lang::Site&, lang::Time start);

    void advance(lang::Time now, World&);
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&);
    void power_on(const lang::Host&, lang::Time, World&);  ///< where there is a cluster manager, that brings it up
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault = Fault::Begins);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

    std::optional<std::string> unnamed(const Invocation&, const World&) const;

    DrbdResource* find(std::string_view name, const lang::Host&);
    const DrbdResource* find(std::string_view name, const lang::Host&) const;

    // What the tools and the cluster's resource agent do. A refusal is the kernel's text.
    using Refusal = std::optional<std::string>;
    static Refusal promote(DrbdResource&, std::size_t side);
    static Refusal force(DrbdResource&, std::size_t side);  ///< primary --force
    static Refusal demote(DrbdResource&, std::size_t side);
    static Refusal invalidate(DrbdResource&, std::size_t side, lang::Time);
    static void bring_up(DrbdResource&, std::size_t side, lang::Time);
    static Refusal bring_down(DrbdResource&, std::size_t side);

    std::vector<DrbdResource> resources;  ///< in the order of the site

  private:
    /// Cuts links that cannot be, and takes those that can be a step further.
    void follow_links(lang::Time now, const World&);
};

}  // namespace rehearsal
