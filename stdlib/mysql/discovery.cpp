#include "stdlib/mysql/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "stdlib/support/findings.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::mysql {

namespace {

using lang::Value;
using runtime::FoundCluster;
using runtime::FoundMachine;
using Words = std::vector<std::string>;

/// The sources of its replication, hosts without ports: none where it replicates from nobody.
runtime::Finding look(runtime::AskedMachine& machine) {
    const runtime::Reply client =
        machine.ask(runtime::Command::script({runtime::Verbatim{"command -v mysql || command -v mariadb"}}).as_login_user());
    if (client.ending != runtime::Ending::Exited) return support::not_known("MySQL or MariaDB", client.describe());
    if (!client.ok()) return {};
    const Value replicas = machine.query("replicas");
    if (replicas.is_unknown()) {
        const std::string& why = replicas.why_unknown().why;
        const bool no_server = why.find("ERROR 2002") != std::string::npos;  // only the client is installed
        return no_server ? runtime::Finding{} : support::not_known("MySQL or MariaDB", why);
    }
    Words sources;
    for (const Value& replica : replicas.items()) {
        if (!replica.field("configured").boolean()) continue;
        const std::string& source = replica.field("source").text();
        sources.push_back(source.substr(0, source.rfind(':')));
    }
    return {.what = support::text_list(sources)};
}

class Replication {
  public:
    explicit Replication(std::span<const FoundMachine> all) : all_(all) {}

    /// Masters of each other first, then masters of replicas and servers that stand alone, then what fits nowhere.
    std::vector<FoundCluster> clusters() {
        for (const FoundMachine& one : all_) {
            const FoundMachine* other = source_of(one);
            if (other == nullptr || other == &one || source_of(*other) != &one || done_.contains(&one)) continue;
            done_.insert({&one, other});
            add_with_replicas({one.name, other->name}, "master-master", {});
        }
        for (const FoundMachine& one : all_) {
            const bool master = is_database(one) && source_of(one) == nullptr;
            if (!master || !done_.insert(&one).second) continue;
            Words remarks;
            for (const std::string& source : sources_of(one))
                remarks.push_back(fmt::format("{} replicates from {}, which is none of these machines", one.name, source));
            add_with_replicas({one.name}, "master-replica", std::move(remarks));
        }
        for (const FoundMachine& one : all_) {
            if (!is_database(one) || done_.contains(&one)) continue;
            found_.push_back({.remarks = {fmt::format("{} replicates from {}, which is a replica itself: a chain is for you to write",
                                                      one.name, sources_of(one).front())}});
        }
        return std::move(found_);
    }

  private:
    static bool is_database(const FoundMachine& one) { return !one.found_by("mysql").is_nothing(); }
    static Words sources_of(const FoundMachine& one) { return support::texts_in(one.found_by("mysql")); }

    const FoundMachine* source_of(const FoundMachine& one) const {
        const Words sources = sources_of(one);
        return sources.empty() ? nullptr : runtime::find_machine(all_, sources.front());
    }

    void add_with_replicas(Words masters, std::string replication, Words remarks) {
        Words replicas;
        for (const FoundMachine& one : all_) {
            const FoundMachine* source = source_of(one);
            const bool of_these = source != nullptr && std::find(masters.begin(), masters.end(), source->name) != masters.end();
            if (of_these && done_.insert(&one).second) replicas.push_back(one.name);
        }
        const bool replicates = masters.size() > 1 || !replicas.empty();
        FoundCluster cluster{.name = "database", .nodes = std::move(masters), .remarks = std::move(remarks)};
        if (!replicas.empty()) cluster.entries.push_back({"replicas", std::move(replicas)});
        if (replicates) cluster.entries.push_back({"replication", {std::move(replication)}});
        found_.push_back(std::move(cluster));
    }

    std::span<const FoundMachine> all_;
    std::set<const FoundMachine*> done_;
    std::vector<FoundCluster> found_;
};

}  // namespace

runtime::Discovery discovery() {
    return {.layer = runtime::Discovery::Layer::Database,
            .look = look,
            .summary = [](const Value&) { return "MySQL or MariaDB"; },
            .clusters = [](std::span<const FoundMachine> all) { return Replication(all).clusters(); },
            .looks_for = "replication of databases"};
}

}  // namespace stdlib::mysql
