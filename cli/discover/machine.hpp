// The machines that a new site is made of, and what was found out about each.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/site.hpp"
#include "runtime/module.hpp"

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

/// A machine of the new site, as it said.
struct Findings {
    runtime::FoundMachine machine;  ///< its name is empty as long as only an address is known
    std::string user;
    std::optional<std::string> unreachable;  ///< why nothing is known of it
    lang::Os os = lang::Os::Linux;
    bool root = false;                 ///< whoever logs in may do everything
    bool sudo = false;                 ///< or everything is done by sudo
    std::vector<std::string> unknown;  ///< what could not be found out, each with its reason
};

/// The modules that find something on machines, from the bottom of a machine up.
std::vector<const runtime::Module*> discovering(const runtime::Registry&);

/// A text of the language, with what cannot be printed made visible.
std::string quoted(const std::string& text);

}  // namespace cli::new_site
