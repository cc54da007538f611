#include "stdlib/haproxy/agree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "stdlib/haproxy/read/server.hpp"
#include "stdlib/haproxy/socket.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::haproxy {

namespace {

using lang::Value;
using Addresses = std::map<std::string, std::string, std::less<>>;

/// "DOWN [ForcedDrain]": HAProxy's word, and why it is out if it is.
std::string state(const Value& server) {
    const Value& admin = server.field("admin");
    const bool plain = !admin.is_unknown() && admin.items().empty();
    return plain ? server.field("status").text() : fmt::format("{} {}", server.field("status").text(), admin.plain());
}

Value is_forced_out(const Value& server) { return logical_or(is_set(server, "ForcedMaint"), is_set(server, "ForcedDrain")); }

class Examination {
  public:
    explicit Examination(std::string_view host) : host_(host) {}
    Value found() && { return Value::list(std::move(found_)); }

    void process(std::string_view show_info) {
        const auto count = info_field(show_info, "Nbproc"), stopping = info_field(show_info, "Stopping");
        if (!count) return untold(fmt::format("`show info` was expected; {}", support::quoted_output(show_info)));
        if (*count != "1")
            add("{} processes share the work, and the socket reaches one of them: what is set there, the others do not know", *count);
        if (stopping && *stopping != "0")
            add("the process that answers is an old one that is stopping: the socket does not reach the one that took over");
    }

    void level(std::string_view ordered) {
        if (ordered.starts_with("Permission denied")) add("the socket takes no orders: it must be configured with `level admin`");
    }

    void workers(const Value& old) {
        if (old.is_unknown()) return found_.push_back(old);
        add("{}; what is set here is not known there", old.text());
    }

    /// Who takes a machine out means the machine: in one back end it may have been forgotten. Two machines may have one name in two back
    /// ends; what has another address is another one.
    void same_everywhere(const Value& servers, const Addresses& addresses) {
        std::map<std::string, std::vector<const Value*>> by_name;
        for (const Value& server : servers.items()) by_name[server.field("server").text()].push_back(&server);
        for (const auto& [name, places] : by_name) {
            std::vector<const Value*> first_at;  // of each address
            for (const Value* place : places) {
                const auto same_machine = [&](const Value* other) { return is_same(*other, *place, addresses).value_or(false); };
                const auto first = std::find_if(first_at.begin(), first_at.end(), same_machine);
                if (first != first_at.end()) {
                    compare(**first, *place, true);
                    continue;
                }
                for (const Value* other : first_at) {
                    if (!is_same(*other, *place, addresses)) compare(*other, *place, false);
                }
                first_at.push_back(place);
            }
        }
    }

    void same_as(const Value& servers, const Value& other) {
        std::map<std::string, const Value*> there;
        for (const Value& server : other.items()) there.emplace(path_of(server), &server);
        for (const Value& server : servers.items()) {
            const auto twin = there.find(path_of(server));
            if (twin == there.end()) {
                add("{} stands here only", path_of(server));
                continue;
            }
            const Value same = logical_and(equal(server.field("state"), twin->second->field("state")),
                                           equal(server.field("admin"), twin->second->field("admin")));
            if (same.is_unknown()) {
                untold(fmt::format("{}: {}", path_of(server), same.why_unknown().why));
            } else if (!same.boolean()) {
                add("{} is {} here and {} there", path_of(server), state(server), state(*twin->second));
            }
            there.erase(twin);
        }
        for (const auto& [name, server] : there) add("{} stands there only", name);
    }

  private:
    /// Nothing where an address is not told.
    static std::optional<bool> is_same(const Value& one, const Value& other, const Addresses& addresses) {
        const auto first = addresses.find(path_of(one)), second = addresses.find(path_of(other));
        if (first == addresses.end() || second == addresses.end()) return std::nullopt;
        return first->second == second->second;
    }

    void compare(const Value& one, const Value& other, bool is_same_machine) {
        const Value same = equal(is_forced_out(one), is_forced_out(other));
        if (same.is_unknown()) {
            untold(fmt::format("{}: {}", path_of(other), same.why_unknown().why));
        } else if (!same.boolean() && is_same_machine) {
            add("{} is {}, but {} is {}", path_of(one), state(one), path_of(other), state(other));
        } else if (!same.boolean()) {
            untold(fmt::format("{} is {} and {} is {}, and whether they are one machine is not told", path_of(one), state(one),
                               path_of(other), state(other)));
        }
    }

    template <typename... Arguments>
    void add(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
        found_.emplace_back(fmt::format("{}: {}", host_, fmt::format(text, std::forward<Arguments>(arguments)...)));
    }
    void untold(const std::string& why) { found_.push_back(Value::unknown(fmt::format("{}: {}", host_, why))); }

    std::string host_;
    std::vector<Value> found_;
};

}  // namespace

Value disagreements(const Value& servers, const Addresses& addresses, std::string_view show_info, std::string_view ordered,
                    const std::optional<Value>& old_workers, const Value& other, std::string_view host) {
    Examination examination(host);
    examination.process(show_info);
    examination.level(ordered);
    if (old_workers) examination.workers(*old_workers);
    examination.same_everywhere(servers, addresses);
    if (!other.items().empty()) examination.same_as(servers, other);
    return std::move(examination).found();
}

}  // namespace stdlib::haproxy
