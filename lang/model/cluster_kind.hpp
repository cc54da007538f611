// What a site may say of a cluster. A module declares the kind that it is for; the check knows none by itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/model/signature.hpp"

namespace lang {

struct ClusterEntry {
    enum class Takes { Text, Texts, Address, Hosts, Secret };
    std::string name;  ///< "backend"
    Takes takes = Takes::Text;
    /// What one of its texts or hosts is, "back end": parameters name it by kind and entry (Parameter::names). Empty: none does.
    std::string lists = {};
    /// Its texts are some of these. Empty: any.
    std::vector<std::string> one_of = {};
    /// Its hosts are machines of the cluster, as its nodes are.
    bool machines = false;
    /// Which texts can never work. Where a parameter names such things, its own reader is asked.
    Reader reads = {};
};

struct ClusterKind {
    std::string name;  ///< "haproxy", as the site writes it
    std::vector<ClusterEntry> entries;

    const ClusterEntry* find(std::string_view entry) const;
};

/// What Parameter::names refers to: "haproxy.backend", "pacemaker.nodes".
struct ListedThing {
    const ClusterKind* kind = nullptr;
    const ClusterEntry* entry = nullptr;  ///< null: the nodes, which every kind has
    std::string_view what() const { return entry == nullptr ? std::string_view("node") : std::string_view(entry->lists); }
    std::string_view name() const { return entry == nullptr ? std::string_view("nodes") : std::string_view(entry->name); }
    bool is_machine() const { return entry == nullptr || entry->takes == ClusterEntry::Takes::Hosts; }
};

}  // namespace lang
