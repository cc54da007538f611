// How a module finds out what a machine has of its system, and what a new site says of it: `procrun new site` knows no system by itself.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/site.hpp"
#include "lang/model/value.hpp"
#include "runtime/command.hpp"

namespace runtime {

/// A machine that is asked what it has. What is sent to it only reads: nothing is changed to find something out.
class AskedMachine {
  public:
    virtual ~AskedMachine() = default;
    virtual Reply ask(const Command&) = 0;
    /// What a query of the module says that takes no arguments.
    virtual lang::Value query(std::string_view name) = 0;
};

/// What a module found out about a machine.
struct Finding {
    lang::Value what = {};                  ///< in a shape of the module's own; nothing where the machine has nothing of its system
    std::vector<std::string> unknown = {};  ///< what could not be told, each with its reason: "DRBD resources: no answer in time"
};

/// A machine of a new site by the name that it gets there, with what all modules found.
struct FoundMachine {
    std::string name;
    std::string address;                                  ///< empty: the name is all that is needed to reach it
    std::vector<std::string> addresses;                   ///< its own
    std::map<std::string, lang::Value, std::less<>> has;  ///< by module, where there is something

    /// What a module found; nothing where it found nothing.
    lang::Value found_by(std::string_view module) const {
        const auto it = has.find(module);
        return it == has.end() ? lang::Value() : it->second;
    }
    /// Is this another word for the machine: its name, its address, one of its own addresses? No word is none.
    bool is_called(std::string_view word) const {
        if (word.empty()) return false;
        const bool longer = word.size() > name.size() && word.starts_with(name) && word[name.size()] == '.';
        return word == name || longer || word == address || std::find(addresses.begin(), addresses.end(), word) != addresses.end();
    }
};

/// A fact that is written into a host because of what was found there.
struct FoundFact {
    std::string name;  ///< "units"
    bool is_list = false;
    std::string doc;  ///< "the systemd units of the site's own software"
    /// None: the host does not get it. Of a fact that is no list, the first counts.
    std::function<std::vector<std::string>(const FoundMachine&)> texts;
};

/// A cluster of the module's kind (Module::cluster) that machines make up together.
struct FoundCluster {
    struct Entry {
        std::string name;  ///< of lang::ClusterEntry, which says whether they are texts or machines
        std::vector<std::string> values;
    };
    std::string name;                       ///< "storage"; it gets another one where that is taken
    std::vector<std::string> nodes;         ///< names of machines; none: there are only remarks
    std::vector<Entry> entries = {};        ///< in this order
    std::vector<std::string> remarks = {};  ///< what does not fit, for the person who reviews the site; they are written above it
};

/// What a module has to do with a new site.
struct Discovery {
    /// As a machine is built up: modules are asked and told of in this order.
    enum class Layer { Storage, ClusterManager, Database, LoadBalancer, Software };
    Layer layer = Layer::Software;
    lang::Os os = lang::Os::Linux;  ///< of the machines that are asked
    std::function<Finding(AskedMachine&)> look;
    /// "HAProxy with 2 back ends": what was found on a machine, for a line about it.
    std::function<std::string(const lang::Value& what)> summary;
    std::optional<FoundFact> fact = {};
    /// What machines make up together, told by each from its own side.
    std::function<std::vector<FoundCluster>(std::span<const FoundMachine>)> clusters = {};
    std::string looks_for = {};  ///< "replication of databases": what there is none of where `clusters` gives nothing
};

/// The machine that a word means; null where it means none of them.
inline const FoundMachine* find_machine(std::span<const FoundMachine> all, std::string_view word) {
    const auto it = std::find_if(all.begin(), all.end(), [&](const FoundMachine& one) { return one.is_called(word); });
    return it == all.end() ? nullptr : &*it;
}

}  // namespace runtime
