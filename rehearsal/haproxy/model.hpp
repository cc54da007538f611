// The load balancers: HAProxy 2.6 on each node of the haproxy clusters, with the same back ends, each with a mind of its own.
//
// What is set through the admin socket (MAINT, DRAIN) lives in the process: it is known to that node only, and forgotten when the
// process starts again. A server is checked every two seconds (rise 2, fall 3); it answers while its machine and its software (the fact
// `unit`, else `units`) run.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

/// A server as one process sees it.
struct BackendServer {
    enum class Admin { Ready, Drain, Maint };
    static constexpr int rise = 2, fall = 3;
    static constexpr int full_health = rise + fall - 1;

    std::string name;  ///< of the host
    Admin admin = Admin::Ready;
    bool up = true;
    int health = full_health;  ///< HAProxy's counter: from `rise` on it is up
    lang::Time changed{};      ///< since when it is up or down, ready, draining or in maintenance
    int failed_checks = 0, times_down = 0;
    int sessions = 0;    ///< fade, one every few seconds, where no new ones come
    bool stuck = false;  ///< injected: one session never ends

    bool takes_new_sessions() const { return up && admin == Admin::Ready; }
    /// "UP", "UP 1/3", "DOWN", "DRAIN", "MAINT"
    std::string status() const;
};

struct Backend {
    std::string cluster;  ///< of the site
    std::string name;
    bool http = true;
    std::vector<BackendServer> servers;
};

/// The process on one node.
struct Balancer {
    bool runs = true;
    int starts = 1;      ///< of its unit: another number is another process
    std::string socket;  ///< where it listens for commands
    lang::Time since{};
    std::vector<Backend> backends;
};

struct Haproxy {
    static Haproxy healthy(const lang::Site&, lang::Time start);
    void advance(lang::Time now, World&);
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&) {}
    void power_on(const lang::Host&, lang::Time, World&) {}
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault = Fault::Begins);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

    std::optional<std::string> unnamed(const Invocation&, const World&) const;
    static std::vector<std::string> units(const lang::Site&, const lang::Host&);

    /// The server that a new session through this cluster's back end reaches: the first that takes one, seen from the node that
    /// serves. Null where no node serves, or none of its servers does.
    const lang::Host* leads_to(const lang::Cluster&, const World&) const;

  private:
    void run_for_a_second(const std::string& node, Balancer&, lang::Time now, const World&);
    void check(BackendServer&, bool answers, lang::Time now);
    std::string command(Balancer&, const std::string& node, std::string_view line, lang::Time now, const World&);
    const Balancer* serving(const lang::Cluster&, const World&) const;

    std::map<std::string, Balancer> balancers_;                  ///< by the node's name
    std::set<std::pair<std::string, std::string>> unreachable_;  ///< injected: node, server
    lang::Time moved_to_{};
};

/// The cluster whose back end has just these hosts as its servers; null where there is none.
const lang::Cluster* balanced_by(const lang::Site&, const std::vector<const lang::Host*>& servers);

}  // namespace rehearsal
