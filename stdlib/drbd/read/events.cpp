// `drbdsetup events2 --now --statistics`, the oldest machine format that is still written, by DRBD 8.4 and 9 alike:
//
//   exists resource name:r0 role:Primary suspended:no
//   exists connection name:r0 peer-node-id:0 conn-name:peer connection:Connected role:Secondary
//   exists device name:r0 volume:0 minor:0 disk:UpToDate
//   exists peer-device name:r0 peer-node-id:0 conn-name:peer volume:0 replication:Established peer-disk:UpToDate out-of-sync:0
//   exists -
//
// The last line says that nothing is missing.
#include <fmt/format.h>

#include <map>

#include "stdlib/drbd/read/status.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::drbd {

namespace {

using lang::Value;
using Fields = std::map<std::string, std::string, std::less<>>;

/// What is told of one resource: the fields of each line, by the kind of its object.
struct Told {
    Fields resource;
    std::vector<Fields> connections, devices, peer_devices;
};

std::string at(const Fields& fields, std::string_view key) {
    const auto it = fields.find(key);
    return it == fields.end() ? std::string() : it->second;
}

/// Also "unknown".
std::optional<bool> truth(const std::string& word) {
    if (word == "yes" || word == "no") return word == "yes";
    return std::nullopt;
}

/// Where it does not know, DRBD tells the highest number that there is.
std::optional<std::int64_t> count(const std::string& word) {
    constexpr std::int64_t most = std::int64_t{1} << 53;
    const auto number = support::integer(word);
    return number && *number >= 0 && *number <= most ? number : std::nullopt;
}

/// Nothing where a line is not an event or the end is missing: what was cut off is not taken for the whole.
std::optional<std::map<std::string, Told>> resources_in(std::string_view events2) {
    std::map<std::string, Told> found;
    bool whole = false;
    for (const std::string_view line : support::lines(events2)) {
        const auto words = support::words(line);
        if (words.empty()) continue;
        if (words.size() < 2 || words[0] != "exists" || whole) return std::nullopt;
        if (words[1] == "-") {
            whole = true;
            continue;
        }
        Fields fields;
        for (std::size_t i = 2; i < words.size(); ++i) {
            const auto colon = words[i].find(':');
            if (colon == std::string_view::npos) return std::nullopt;
            fields.emplace(words[i].substr(0, colon), words[i].substr(colon + 1));
        }
        Told& told = found[at(fields, "name")];
        if (words[1] == "resource")
            told.resource = std::move(fields);
        else if (words[1] == "connection")
            told.connections.push_back(std::move(fields));
        else if (words[1] == "device")
            told.devices.push_back(std::move(fields));
        else if (words[1] == "peer-device")
            told.peer_devices.push_back(std::move(fields));
        // What else there is ("path", "helper") tells nothing of a state.
    }
    if (!whole) return std::nullopt;
    return found;
}

std::vector<View> views(const Told& told) {
    std::vector<View> found;
    for (const Fields& connection : told.connections) {
        for (const Fields& device : told.devices) {
            View view;
            view.peer = at(connection, "conn-name") == "peer" ? "" : at(connection, "conn-name");
            view.volume = support::integer(at(device, "volume")).value_or(0);
            view.role = at(told.resource, "role");
            view.disk = at(device, "disk");
            view.open = at(device, "open") == "yes";
            view.client = truth(at(device, "client"));
            view.quorum = truth(at(device, "quorum"));
            const std::string suspended = at(told.resource, "suspended");  // "no", or for what: "user,no-data"
            view.suspended = !suspended.empty() && suspended != "no";
            view.connection = at(connection, "connection");
            view.peer_role = at(connection, "role");
            for (const Fields& peer : told.peer_devices) {
                if (at(peer, "volume") != at(device, "volume") || at(peer, "peer-node-id") != at(connection, "peer-node-id")) continue;
                view.replication = at(peer, "replication");
                view.peer_disk = at(peer, "peer-disk");
                view.peer_client = truth(at(peer, "peer-client"));
                view.out_of_sync = count(at(peer, "out-of-sync"));
                view.synced = support::real(at(peer, "done"));
            }
            found.push_back(std::move(view));
        }
    }
    return found;
}

}  // namespace

Views views_from_events(std::string_view events2, std::string_view resource) {
    const auto resources = resources_in(events2);
    if (!resources) {
        return Value::unknown("`drbdsetup events2 --now` wrote no whole list of what exists: " + support::quoted_output(events2),
                              std::string(events2.substr(0, 1000)));
    }
    const auto it = resources->find(std::string(resource));
    if (it == resources->end()) return std::vector<View>{};
    auto found = views(it->second);
    if (found.empty()) return Value::unknown(fmt::format("'{}' has no volume or no peer in what drbdsetup says", resource));
    return found;
}

std::optional<std::vector<Summary>> summary_from_events(std::string_view events2) {
    const auto resources = resources_in(events2);
    if (!resources) return std::nullopt;
    std::vector<Summary> summary;
    for (const auto& [name, told] : *resources) {
        std::string states;
        for (const Fields& device : told.devices) states += ", " + at(device, "disk");
        for (const Fields& connection : told.connections) states += ", " + at(connection, "connection");
        summary.push_back({.resource = name, .states = at(told.resource, "role") + states});
    }
    return summary;
}

}  // namespace stdlib::drbd
