#include "cli/discover/clusters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/terminal/screen.hpp"
#include "lang/model/value.hpp"

namespace cli::new_site {

namespace {

using Words = std::vector<std::string>;

const Findings* find(const std::vector<Findings>& all, std::string_view word) {
    const auto it = std::find_if(all.begin(), all.end(), [&](const Findings& one) { return one.is_called(word); });
    return it == all.end() ? nullptr : &*it;
}

class Clusters {
  public:
    Clusters(const std::vector<Findings>& all, std::set<std::string>& taken) : all_(all), taken_(taken) {}

    Words written() {
        pacemaker();
        mysql();
        haproxy();
        return std::move(lines_);
    }

  private:
    /// The names of the machines that these words mean; a remark for each that means none of them.
    Words machines(const Words& words, std::string_view what) {
        Words names;
        for (const std::string& word : words) {
            if (const Findings* one = find(all_, word)) {
                add_once(names, one->machine.name);
            } else {
                lines_.push_back(fmt::format("# {} {} is none of these machines", what, visible(word)));
            }
        }
        return names;
    }

    void add(const std::string& base, std::string_view kind, const Words& nodes, const std::string& more) {
        lines_.push_back(fmt::format("cluster {} {{ kind {} nodes {}{} }}", name_for(base, taken_), kind, joined(nodes), more));
    }

    void pacemaker() {
        std::set<std::set<std::string>> known;
        for (const Findings& one : all_) {
            const std::set<std::string> members(one.cluster_nodes.begin(), one.cluster_nodes.end());
            if (members.empty() || !known.insert(members).second) continue;
            const Words nodes = machines(one.cluster_nodes, "a cluster node:");
            if (nodes.empty()) continue;
            Words drbd;
            for (const std::string& node : nodes) {
                for (const std::string& resource : find(all_, node)->drbd) add_once(drbd, resource);
            }
            std::string more;
            if (!one.cluster_groups.empty()) more += " resource " + text_or_list(one.cluster_groups);
            if (!drbd.empty()) more += " drbd " + text_or_list(drbd);
            if (!one.cluster_addresses.empty()) more += " ip " + quoted(one.cluster_addresses.front());
            for (std::size_t i = 1; i < one.cluster_addresses.size(); ++i) {
                lines_.push_back("# it moves another address: " + visible(one.cluster_addresses[i]));
            }
            add(drbd.empty() ? "moved" : "storage", "pacemaker", nodes, more);
        }
    }

    /// Masters of each other first, then masters of replicas, then servers that stand alone.
    void mysql() {
        std::set<const Findings*> done;
        const auto source_of = [&](const Findings& one) { return one.sources.empty() ? nullptr : find(all_, one.sources.front()); };
        const auto add_with_replicas = [&](const Words& masters, std::string_view kind) {
            Words replicas;
            for (const Findings& one : all_) {
                const Findings* source = source_of(one);
                const bool of_these = source != nullptr && std::find(masters.begin(), masters.end(), source->machine.name) != masters.end();
                if (of_these && done.insert(&one).second) replicas.push_back(one.machine.name);
            }
            std::string more;
            if (!replicas.empty()) more += " replicas " + joined(replicas);
            if (masters.size() > 1 || !replicas.empty()) more += fmt::format(" replication \"{}\"", kind);
            add("database", "mysql", masters, more);
        };
        for (const Findings& one : all_) {
            const Findings* other = source_of(one);
            if (other == nullptr || other == &one || source_of(*other) != &one || done.contains(&one)) continue;
            done.insert({&one, other});
            add_with_replicas({one.machine.name, other->machine.name}, "master-master");
        }
        for (const Findings& one : all_) {
            const bool master = one.is_database && source_of(one) == nullptr;
            if (!master || !done.insert(&one).second) continue;
            for (const std::string& source : one.sources) {
                lines_.push_back(
                    fmt::format("# {} replicates from {}, which is none of these machines", one.machine.name, visible(source)));
            }
            add_with_replicas({one.machine.name}, "master-replica");
        }
        for (const Findings& one : all_) {
            if (!one.is_database || done.contains(&one)) continue;
            lines_.push_back(fmt::format("# {} replicates from {}, which is a replica itself: a chain is for you to write",
                                         one.machine.name, visible(one.sources.front())));
        }
    }

    void haproxy() {
        struct Backend {
            std::string name;
            Words servers, nodes;
        };
        std::vector<Backend> backends;
        for (const Findings& one : all_) {
            for (const Balanced& balanced : one.backends) {
                const auto same = [&](const Backend& b) { return b.name == balanced.backend && b.servers == balanced.servers; };
                auto it = std::find_if(backends.begin(), backends.end(), same);
                if (it == backends.end()) it = backends.insert(it, {balanced.backend, balanced.servers, {}});
                it->nodes.push_back(one.machine.name);
            }
        }
        for (const Backend& backend : backends) {
            // A server is asked for by its name in HAProxy, which must be the host's.
            Words servers;
            for (const std::string& server : backend.servers) {
                const Findings* host = find(all_, server);
                if (host != nullptr && host->machine.name == server) {
                    servers.push_back(server);
                } else {
                    lines_.push_back(
                        fmt::format("# server {} of the back end {} is none of these hosts", visible(server), visible(backend.name)));
                }
            }
            if (servers.empty()) continue;
            add("web_" + backend.name, "haproxy", backend.nodes,
                fmt::format(" backend {} servers {}", quoted(backend.name), joined(servers)));
        }
    }

    const std::vector<Findings>& all_;
    std::set<std::string>& taken_;
    Words lines_;
};

}  // namespace

std::vector<std::string> clusters(const std::vector<Findings>& all, std::set<std::string>& taken) { return Clusters(all, taken).written(); }

std::vector<std::string> drbd_without_manager(const Findings& one) { return one.cluster_nodes.empty() ? one.drbd : Words{}; }

std::string text_or_list(const std::vector<std::string>& texts) {
    Words all;
    for (const std::string& text : texts) all.push_back(quoted(text));
    return all.size() == 1 ? all.front() : "[" + joined(all) + "]";
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

}  // namespace cli::new_site
