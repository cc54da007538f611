// HAProxy through its admin socket: who stands in the back ends, and what is done about it.
#include <fmt/format.h>

#include <utility>
#include <vector>

#include "runtime/module.hpp"
#include "stdlib/haproxy/actions.hpp"
#include "stdlib/haproxy/agree.hpp"
#include "stdlib/haproxy/asking.hpp"
#include "stdlib/haproxy/discovery.hpp"
#include "stdlib/haproxy/page.hpp"
#include "stdlib/haproxy/read/server.hpp"
#include "stdlib/haproxy/read/workers.hpp"
#include "stdlib/haproxy/socket.hpp"
#include "stdlib/haproxy/verdict.hpp"
#include "stdlib/support/readers.hpp"

namespace stdlib::haproxy {

namespace {

using namespace std::chrono_literals;
using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Builtin;
using runtime::Context;
using runtime::Query;
using runtime::Read;
using runtime::Reply;

Value all_of(const Value& servers, const Context&) { return servers; }

Value the_one(const Value& servers, const Context& context) {
    auto found = matching(servers, context);
    if (found.size() == 1) return found.front();
    if (found.empty()) return Value::unknown(not_there(context));
    return Value::unknown(fmt::format("it stands in several back ends ({}): name one with `backend:`", describe(Value::list(found))));
}

Value sum_of_sessions(const Value& servers, const Context& context) {
    const auto found = matching(servers, context);
    if (found.empty()) return Value::unknown(not_there(context));
    std::int64_t sum = 0;
    for (const Value& server : found) {
        const Value& sessions = server.field("sessions");
        if (sessions.is_unknown()) return sessions;
        sum += sessions.integer();
    }
    return sum;
}

/// None is only none where no worker from before a reload goes on with its own.
Read read_sessions() {
    Read read = read_servers(sum_of_sessions);
    return {.commands =
                [commands = std::move(read.commands)](const Context& context) {
                    auto all = commands(context);
                    if (const auto workers = show_workers(context)) all.push_back(*workers);
                    return all;
                },
            .value =
                [value = std::move(read.value)](std::span<const Reply> replies, const Context& context) {
                    if (replies.size() < 3) return value(replies, context);
                    const Value sum = value(replies.first(2), context);
                    const auto old = old_workers(replies[2], context);
                    if (!old || sum.is_unknown()) return sum;
                    if (old->is_unknown()) return *old;
                    return Value::unknown(
                        fmt::format("it has {} in the worker that is new, but {}, and what each of them still has is not "
                                    "told; it ends with its last session",
                                    sum.integer(), old->text()));
                }};
}

Builtin servers() {
    return {{.name = "servers",
             .parameters = {},
             .result = Type::list_of(Type::of(server_type())),
             .doc = "Every server of every back end, as this load balancer sees it.",
             .example = "require no v in haproxy.servers() on acd-lb1: v.state != Up",
             .deadline = 20s},
            Query{read_servers(all_of), every_server},
            {detected_client}};
}

Builtin server() {
    return {{.name = "server",
             .parameters = {server_parameter(), backend_parameter(), name_parameter()},
             .result = Type::of(server_type()),
             .doc = "One server in one back end. Unknown where it stands in several and none is named, and where it stands in none.",
             .example = "wait_until haproxy.server(acd-jb1, backend: \"web\").state on acd-lb1 == Up  within 2m",
             .deadline = 20s},
            Query{read_servers(the_one), one_server},
            {detected_client}};
}

Builtin sessions() {
    return {{.name = "sessions",
             .parameters = {server_parameter(), backend_parameter(), name_parameter()},
             .result = Kind::Int,
             .doc = "How many sessions a server has now, in all back ends together or in one. Unknown while a worker from before a reload "
                    "still has some (told by the master process, where its socket may be asked).",
             .example = "wait_until haproxy.sessions(acd-jb1) on acd-lb1 == 0  within 15m",
             .deadline = 20s},
            Query{read_sessions(), one_server},
            {detected_client, detected_master}};
}

Builtin same_states() {
    const Type servers = Type::list_of(Type::of(server_type()));
    return {
        {.name = "same_states",
         .effect = Effect::Pure,
         .hosts = HostKind::None,
         .parameters = {{.name = "left", .type = servers, .doc = "servers as they were", .takes_all = "as HAProxy tells of them"},
                        {.name = "right", .type = servers, .doc = "servers as they are", .takes_all = "as HAProxy tells of them"}},
         .result = Kind::Bool,
         .doc =
             "Do both lists have the same servers, in the same states, out for the same reasons? \"UP 1/2\" is up. Sessions and weights do "
             "not count.",
         .example = "require haproxy.same_states(haproxy.servers() on acd-lb1, haproxy.servers() on acd-lb2)"},
        [](const Context& context) { return haproxy::same_states(context.arguments["left"], context.arguments["right"]); },
        {}};
}

Builtin consistent() {
    const auto commands = [](const Context& context) {
        if (has_page(context)) return std::vector<runtime::Command>{};
        std::vector all{send(context, "show stat"), send(context, "show servers state"), send(context, "show info"),
                        send(context, order_nothing)};
        if (const auto workers = show_workers(context)) all.push_back(*workers);
        return all;
    };
    const auto value = [](std::span<const Reply> replies, const Context& context) {
        if (replies.empty())
            return Value::unknown("HAProxy's page does not tell who answers there and takes orders: that needs its socket");
        const Value servers = servers_of(replies.first(4), context);
        if (servers.is_unknown()) return servers;
        const auto old = replies.size() > 4 ? old_workers(replies[4], context) : std::nullopt;
        return disagreements(servers, addresses_from(replies[1].out), replies[2].out, replies[3].out, old, context.arguments["like"],
                             context.host->name);
    };
    return {{.name = "consistent",
             .parameters = {{.name = "like",
                             .type = Type::list_of(Type::of(server_type())),
                             .doc = "the servers of another load balancer, or as they were; none: only this one is looked at",
                             .default_value = Value::list({}),
                             .takes_all = "as HAProxy tells of them"}},
             .result = Kind::Bool,
             .doc = "Do all agree who is in and who is out? One process answers for this load balancer and takes orders, none from "
                    "before a reload goes on, no server is taken out in one back end and in use in another, and all states are those of "
                    "`like`. Tells everything that does not agree.",
             .example = "require all b in lbs: haproxy.consistent(like: haproxy.servers() on acd-lb1) on b",
             .deadline = 20s},
            Query{.read = Read{.commands = commands, .value = value}, .reads = every_server, .lists_failings = true},
            {detected_client, detected_master}};
}

/// "acd-lb1 has web/jb1 in MAINT" of each server that an operator has out. Its sessions and checks come and go, and are not in it.
Value taken_out(const Value& servers, const Context& context) {
    std::vector<Value> out;
    for (const Value& server : servers.items()) {
        const Value maint = is_set(server, "ForcedMaint"), drain = is_set(server, "ForcedDrain");
        const Value forced = logical_or(maint, drain);
        if (forced.is_unknown()) {
            out.push_back(Value::unknown(fmt::format("{}, {}: {}", context.host->name, path_of(server), forced.why_unknown().why)));
            continue;
        }
        if (!forced.boolean()) continue;
        const Value configured = is_set(server, "ConfigMaint");
        const std::string path = path_of(server), state = maint.boolean() ? "MAINT" : "DRAIN";
        const char* const how = configured.boolean() ? ", as its configuration says" : "";
        out.push_back(runtime::thing(fmt::format("{} has {} in {}{}", context.host->name, path, state, how),
                                     fmt::format("{} {}", state, path),
                                     {path, server.field("server").text(), server.field("backend").text()}));
    }
    return Value::list(std::move(out));
}

bool is_balancer(const lang::Host& host, const lang::Site& site) { return lang::is_of_cluster(site, host, "haproxy"); }

/// The line of the configuration that lets whoever opens the socket give orders of this level, or where there is only the page, that
/// lets the page give orders.
std::vector<runtime::Right> level(const Context& context, std::string_view least) {
    const std::string where = "haproxy.cfg, by an administrator";
    if (has_page(context))
        return least == "admin" ? std::vector<runtime::Right>{{where, "    stats admin if TRUE"}} : std::vector<runtime::Right>{};
    const std::string socket = setting(context, "socket").value_or("/run/haproxy/admin.sock");
    return {{where, fmt::format("    stats socket {} level {}", socket.find('/') == 0 ? socket : "ipv4@" + socket, least)}};
}

}  // namespace

runtime::Module module() {
    std::vector<Builtin> builtins{servers(), server(), sessions(), same_states(), consistent()};
    for (Builtin& action : actions()) {
        action.rights = [](const Context& context) { return level(context, "admin"); };
        builtins.push_back(std::move(action));
    }
    return {
        .name = "haproxy",
        .doc =
            "HAProxy 1.8 and later, asked and ordered through its admin socket, with socat (or, where that is not installed, python3) on "
            "the load balancer. The socket is that of the site's haproxy cluster, a path or \"address:port\", or "
            "/run/haproxy/admin.sock; it must be configured with `level admin`. The master process is asked, too, where there is a socket "
            "of it that may be written to: the cluster's `master`, or /run/haproxy-master.sock. Where only the admin page can be reached, "
            "the cluster says "
            "`page \"http://:8404/haproxy?stats\"` (the address is that of each node), `user` and `password`: that needs no log-in on the "
            "machine, takes orders for one back end at a time, and tells less. A reload starts a new process, and what was set here is "
            "forgotten unless the configuration has `load-server-state-from-file`.",
        .builtins = std::move(builtins),
        .detections = {{detected_client, find_client()}, {detected_processes, count_processes()}, {detected_master, find_master()}},
        .residues = {{.name = "servers taken out",
                      .query = {read_servers(taken_out), every_server},
                      .needs = {detected_client},
                      .applies = is_balancer}},
        .sources = {"HAProxy 2.6 Management Guide, 9.1 (CSV format) and 9.3 (show servers state, set server)"},
        .evidence = {{runtime::Evidence::How::Real, "HAProxy 2.6"},
                     {runtime::Evidence::How::Recorded, "HAProxy 2.6"},
                     {runtime::Evidence::How::Manual, "HAProxy 2.4 with several processes"}},
        .cluster = "haproxy",
        .cluster_kinds = {{.name = "haproxy",
                           .entries = {{.name = "backend", .lists = "back end"},
                                       {.name = "servers", .takes = lang::ClusterEntry::Takes::Hosts, .lists = "server"},
                                       {.name = "socket", .reads = support::text_reader(no_socket)},
                                       {.name = "master", .reads = support::text_reader(no_master)},
                                       {.name = "page", .reads = support::text_reader(no_page)},
                                       {.name = "user"},
                                       {.name = "password", .takes = lang::ClusterEntry::Takes::Secret}}}},
        .discovery = discovery(),
        .aliases = {"load balancer"},
        .rights = [](const Context& context) { return level(context, "operator"); }};
}

}  // namespace stdlib::haproxy
