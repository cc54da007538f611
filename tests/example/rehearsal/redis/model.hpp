// Redis servers of the site's redis clusters: the first node is the master, the others are its replicas. A server that boots is again what
// its configuration says, for REPLICAOF is written nowhere.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

struct RedisServer {
    std::string port;
    const lang::Host* configured = nullptr;  ///< its master; null: it is one itself
    const lang::Host* master = nullptr;      ///< now
    bool copying = false;                    ///< injected: the first copy does not come to its end
};

struct Redis {
    static Redis healthy(const lang::Site&, lang::Time start);
    void advance(lang::Time, World&) {}
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&) {}
    void power_on(const lang::Host&, lang::Time, World&);
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

    std::optional<std::string> unnamed(const Invocation&, const World&) const;
    static std::vector<std::string> units(const lang::Site&, const lang::Host&);
    static bool fails_over(const lang::Cluster& cluster) { return cluster.kind == "redis"; }

  private:
    std::map<std::string, RedisServer> servers_;  ///< by the host's name
};

}  // namespace rehearsal
