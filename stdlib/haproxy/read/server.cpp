#include "stdlib/haproxy/read/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "stdlib/haproxy/read/table.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::haproxy {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;

/// The words of HAProxy's column "status", what follows them left out: "UP 1/2", "DOWN (agent)", "MAINT (via web/jb1)".
struct Word {
    std::string_view begins;
    std::string_view state;
};
constexpr Word status_words[] = {{"UP", "Up"},       {"DOWN", "Down"},   {"NOLB", "NoLb"},
                                 {"MAINT", "Maint"}, {"DRAIN", "Drain"}, {"no check", "NoCheck"}};

Value state_from(std::string_view status) {
    for (const auto& [begins, state] : status_words) {
        if (status == begins || (status.starts_with(begins) && status[begins.size()] == ' ')) return Value::member(state_type(), state);
    }
    return support::unreadable(fmt::format("'{}' is not a status of a server that this program knows", support::said(status, 60)), status);
}

/// The mask srv_admin_state. 0x40 only says that the name was set through the socket.
struct Bit {
    std::int64_t bit;
    std::string_view name;
};
constexpr Bit admin_bits[] = {{0x01, "ForcedMaint"}, {0x02, "InheritedMaint"}, {0x04, "ConfigMaint"},
                              {0x08, "ForcedDrain"}, {0x10, "InheritedDrain"}, {0x20, "ResolutionMaint"}};
constexpr std::int64_t known_bits = 0x7F;

Value admin_from(std::string_view mask) {
    const auto bits = support::integer(mask);
    if (!bits || (*bits & ~known_bits) != 0)
        return support::unreadable(fmt::format("'{}' is not an administrative state that this program knows", support::said(mask, 60)),
                                   mask);
    std::vector<Value> set;
    for (const auto& [bit, name] : admin_bits) {
        if ((*bits & bit) != 0) set.push_back(Value::member(admin_type(), name));
    }
    return Value::list(std::move(set));
}

/// At most what HAProxy itself could count, so that a sum of them cannot overflow.
Value sessions_from(std::string_view text) {
    const auto number = support::integer(text);
    if (!number || *number < 0 || *number > INT32_MAX)
        return support::unreadable(fmt::format("'{}' is not a number of sessions", support::said(text, 60)), text);
    return *number;
}

using Place = std::pair<std::string_view, std::string_view>;  ///< back end and server

Place place_of(const Value& server) { return {server.field("backend").text(), server.field("server").text()}; }

}  // namespace

const std::shared_ptr<const lang::EnumType>& state_type() {
    static const auto type = support::enumeration("haproxy.State", {"Up", "Down", "NoLb", "Maint", "Drain", "NoCheck"});
    return type;
}

const std::shared_ptr<const lang::EnumType>& admin_type() {
    static const auto type = support::enumeration(
        "haproxy.Admin", {"ForcedMaint", "InheritedMaint", "ConfigMaint", "ForcedDrain", "InheritedDrain", "ResolutionMaint"});
    return type;
}

const std::shared_ptr<const lang::RecordType>& server_type() {
    static const auto type = support::record_type(
        "haproxy.Server",
        {{"backend", Kind::Text, "the back end (or `listen` section) that it stands in"},
         {"server", Kind::Text, "its name there"},
         {"state", Type::of(state_type()),
          "Up, also on its way down; Down, also on its way up; NoLb: up, but its check asks for no new sessions; NoCheck: nobody looks"},
         {"status", Kind::Text, "HAProxy's own words: \"UP 1/2\", \"MAINT (via web/jb1)\""},
         {"admin", Type::list_of(Type::of(admin_type())),
          "why it is out, if somebody wants it out: Forced by an operator, Inherited from the server that it tracks, by the Config at the "
          "start (that one stays when the server is made ready), for want of name Resolution. A drained server that is down says Down: "
          "only "
          "this tells that it is drained"},
         {"sessions", Kind::Int, "now; DRAIN and MAINT leave those that run"}});
    return type;
}

Value server_from(const Row& row, Value admin) {
    return support::record(server_type(), {{"backend", row.at("pxname")},
                                           {"server", row.at("svname")},
                                           {"state", state_from(row.at("status"))},
                                           {"status", row.at("status")},
                                           {"admin", std::move(admin)},
                                           {"sessions", sessions_from(row.at("scur"))}});
}

Value servers_from(std::string_view show_stat, std::string_view show_servers_state) {
    const auto stat = stat_table(show_stat);
    if (!stat)
        return support::unreadable(fmt::format("the table of `show stat` was expected; {}", support::quoted_output(show_stat)), show_stat);
    const auto states = servers_state_table(show_servers_state);
    if (!states)
        return support::unreadable(
            fmt::format("the table of `show servers state` was expected; {}", support::quoted_output(show_servers_state)),
            show_servers_state);

    std::map<Place, std::vector<std::string_view>> masks;
    for (const Row& row : *states) masks[{row.at("be_name"), row.at("srv_name")}].push_back(row.at("srv_admin_state"));
    std::vector<Value> servers;
    for (const Row& row : *stat) {
        if (row.at("type") != "2") continue;  // front ends, back ends as a whole, listening sockets
        const Place place{row.at("pxname"), row.at("svname")};
        const auto mask = masks.find(place);
        if (mask == masks.end())
            return Value::unknown(
                fmt::format("`show servers state` does not tell of {}/{}: servers changed meanwhile", place.first, place.second));
        // Older versions only warn of a name that is given twice in a back end.
        const bool one = mask->second.size() == 1;
        servers.push_back(server_from(
            row, one ? admin_from(mask->second.front())
                     : Value::unknown(fmt::format("{} servers are called {}/{}", mask->second.size(), place.first, place.second))));
    }
    return Value::list(std::move(servers));
}

std::map<std::string, std::string, std::less<>> addresses_from(std::string_view show_servers_state) {
    std::map<std::string, std::string, std::less<>> found;
    for (const Row& row : servers_state_table(show_servers_state).value_or(std::vector<Row>{})) {
        const auto address = row.find("srv_addr");
        if (address == row.end() || address->second == "-") continue;
        const std::string path = fmt::format("{}/{}", row.at("be_name"), row.at("srv_name"));
        const auto [at, is_new] = found.emplace(path, address->second);
        if (!is_new && at->second != address->second) at->second.clear();
    }
    std::erase_if(found, [](const auto& one) { return one.second.empty(); });
    return found;
}

std::vector<Value> servers_called(const Value& servers, std::string_view name, std::string_view backend) {
    std::vector<Value> found;
    for (const Value& server : servers.items()) {
        const Place place = place_of(server);
        if (place.second == name && (backend.empty() || place.first == backend)) found.push_back(server);
    }
    return found;
}

Value is_set(const Value& server, std::string_view admin) {
    const Value& set = server.field("admin");
    if (set.is_unknown()) {
        const Value& state = server.field("state");
        const bool in_maint = state.is_unknown() || state.member_name() == "Maint";
        return admin == "ForcedMaint" && !in_maint ? Value(false) : set;
    }
    return std::any_of(set.items().begin(), set.items().end(), [&](const Value& one) { return one.member_name() == admin; });
}

std::string path_of(const Value& server) { return fmt::format("{}/{}", server.field("backend").text(), server.field("server").text()); }

Value same_states(const Value& left, const Value& right) {
    std::map<Place, const Value*> others;
    for (const Value& server : right.items()) others[place_of(server)] = &server;
    Value same = left.items().size() == right.items().size();
    for (const Value& server : left.items()) {
        const auto other = others.find(place_of(server));
        if (other == others.end()) return false;
        for (const char* field : {"state", "admin"}) same = logical_and(same, equal(server.field(field), other->second->field(field)));
    }
    return same;
}

}  // namespace stdlib::haproxy
