// `drbdsetup status --json` of DRBD 9. Before drbd-utils 9.4 it wrote numbers as texts, before 9.6 a bare `nan`.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "stdlib/drbd/read/status.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::drbd {

namespace {

using lang::Value;
using nlohmann::json;

/// `nan` and `-nan` outside of texts become `null`.
std::string without_nan(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') quoted = !quoted;
        if (quoted && c == '\\' && i + 1 < text.size()) {
            out += c;
            out += text[++i];
        } else if (!quoted && text.substr(i).starts_with("-nan")) {
            out += "null";
            i += 3;
        } else if (!quoted && text.substr(i).starts_with("nan")) {
            out += "null";
            i += 2;
        } else {
            out += c;
        }
    }
    return out;
}

std::string text_at(const json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// A number, or a text that holds one.
std::optional<double> number_at(const json& object, const char* key) {
    const auto it = object.find(key);
    if (it == object.end()) return std::nullopt;
    if (it->is_number()) return it->get<double>();
    if (it->is_string()) return support::real(it->get_ref<const std::string&>());
    return std::nullopt;
}

std::optional<bool> truth_at(const json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_boolean() ? std::optional(it->get<bool>()) : std::nullopt;
}

/// Where it does not know, DRBD tells the highest number that there is.
std::optional<std::int64_t> count_at(const json& object, const char* key) {
    const auto number = number_at(object, key);
    if (!number || *number < 0 || *number > 9e15) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

/// The objects of an array; nothing else of it.
std::vector<const json*> objects_at(const json& object, const char* key) {
    std::vector<const json*> found;
    const auto it = object.find(key);
    if (it == object.end() || !it->is_array()) return found;
    for (const json& item : *it) {
        if (item.is_object()) found.push_back(&item);
    }
    return found;
}

/// The worst of the disks of this side stands for all: which volume it is, `drbdadm status` tells.
std::vector<View> views(const json& resource) {
    std::vector<View> found;
    const auto devices = objects_at(resource, "devices");
    for (const json* connection : objects_at(resource, "connections")) {
        for (const json* device : devices) {
            View view;
            view.peer = text_at(*connection, "name");
            view.volume = count_at(*device, "volume").value_or(0);
            const auto open = device->find("open");
            view.open = open != device->end() && *open == true;
            view.client = truth_at(*device, "client");
            view.quorum = truth_at(*device, "quorum");
            view.suspended = truth_at(resource, "suspended").value_or(false);
            view.role = text_at(resource, "role");
            view.disk = text_at(*device, "disk-state");
            view.connection = text_at(*connection, "connection-state");
            view.peer_role = text_at(*connection, "peer-role");
            for (const json* peer : objects_at(*connection, "peer_devices")) {
                if (number_at(*peer, "volume") != number_at(*device, "volume")) continue;
                view.replication = text_at(*peer, "replication-state");
                view.peer_disk = text_at(*peer, "peer-disk-state");
                view.peer_client = truth_at(*peer, "peer-client");
                view.out_of_sync = count_at(*peer, "out-of-sync");
                view.synced = number_at(*peer, "percent-in-sync");
            }
            found.push_back(std::move(view));
        }
    }
    return found;
}

json parsed(std::string_view text) { return json::parse(without_nan(text), nullptr, false); }

}  // namespace

Views views_from_json(std::string_view text, std::string_view resource) {
    const json all = parsed(text);
    if (!all.is_array()) {
        return Value::unknown("`drbdsetup status --json` wrote no JSON list: " + support::quoted_output(text),
                              std::string(text.substr(0, 1000)));
    }
    for (const json& one : all) {
        if (!one.is_object() || text_at(one, "name") != resource) continue;
        auto found = views(one);
        if (found.empty()) return Value::unknown(fmt::format("'{}' has no volume or no peer in what drbdsetup says", resource));
        return found;
    }
    return std::vector<View>{};
}

}  // namespace stdlib::drbd
