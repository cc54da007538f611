// The machines that a new site is made of, and what was found out about each.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/site.hpp"

namespace cli::new_site {

/// A machine as it was asked for: `web1`, `procrun@web1`, `web1=procrun@10.0.0.11`.
struct Machine {
    std::string name;     ///< of the host; empty where only an address was given: the machine's own name is taken
    std::string address;  ///< empty where the name is all that is needed to reach it
    std::string user;
};

/// Throws UsageError where `words` is none of these.
Machine read_machine(std::string_view words);

/// A name of the language made of any text: `Web1.example.org` is web1. `taken` has it afterwards.
std::string name_for(std::string_view text, std::set<std::string>& taken);

/// The hosts that ~/.ssh/config names, patterns apart.
std::vector<std::string> hosts_of_ssh_config();

struct Balanced {
    std::string backend;
    std::vector<std::string> servers;
};

/// What runs on a machine, as it said.
struct Findings {
    Machine machine;
    std::optional<std::string> unreachable;  ///< why nothing is known of it
    lang::Os os = lang::Os::Linux;
    bool root = false;                        ///< whoever logs in may do everything
    bool sudo = false;                        ///< or everything is done by sudo
    std::vector<std::string> unknown;         ///< what could not be found out, each with its reason
    std::vector<std::string> addresses;       ///< its own
    std::vector<std::string> drbd;            ///< resources
    std::vector<std::string> cluster_nodes;   ///< of the Pacemaker cluster that it is in
    std::vector<std::string> cluster_groups;  ///< groups, and resources of none
    std::vector<std::string> cluster_addresses;
    bool is_database = false;
    std::vector<std::string> sources;  ///< of its replication, hosts without ports
    std::vector<Balanced> backends;
    std::string haproxy_socket;
    std::vector<std::string> units, services;  ///< of the site's own

    /// Is this another word for the machine: its name, its address, one of its own addresses?
    bool is_called(std::string_view word) const;
};

/// Adds what is neither empty nor among them.
void add_once(std::vector<std::string>& all, const std::string& one);

/// A text of the language, with what cannot be printed made visible.
std::string quoted(const std::string& text);

}  // namespace cli::new_site
