// HAProxy through its admin socket: who stands in the back ends, and taking servers out and in.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/module.hpp"
#include "stdlib/haproxy/agree.hpp"
#include "stdlib/haproxy/page.hpp"
#include "stdlib/haproxy/server.hpp"
#include "stdlib/haproxy/socket.hpp"
#include "stdlib/haproxy/verdict.hpp"
#include "stdlib/haproxy/workers.hpp"
#include "stdlib/support/readers.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::haproxy {

namespace {

using namespace std::chrono_literals;
using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Parameter;
using lang::Type;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Context;
using runtime::Query;
using runtime::Read;
using runtime::Reply;
using runtime::Verdict;

Parameter server_parameter() {
    return {.name = "server",
            .type = Kind::Host,
            .doc = "the machine behind HAProxy; its name in HAProxy is the host's name",
            .names = "haproxy.servers"};
}

/// HAProxy's Configuration Manual, 2.1: letters, digits and `-_.:` make a name.
std::optional<std::string> no_name(std::string_view name) {
    const auto belongs = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-_.:").find(c) != std::string_view::npos;
    };
    if (std::all_of(name.begin(), name.end(), belongs)) return std::nullopt;
    return fmt::format("letters, digits and `-_.:` make a name in HAProxy, and this is {}", Value(name).show());
}

Parameter backend_parameter() {
    return {.name = "backend",
            .type = Kind::Text,
            .doc = "one back end; empty: all in which the server stands",
            .standard = Value(""),
            .names = "haproxy.backend",
            .reads = support::text_reader(no_name, support::Empty::Taken)};
}
Parameter name_parameter() {
    return {.name = "server_name",
            .type = Kind::Text,
            .doc = "the server's name in HAProxy, where it is not the host's",
            .standard = Value(""),
            .reads = support::text_reader(no_name, support::Empty::Taken)};
}

std::string name_of(const Context& context) {
    const std::string& given = context.arguments.text("server_name");
    return given.empty() ? context.arguments.host("server").name : given;
}

Value servers_of(std::span<const Reply> replies, const Context& context) {
    if (has_page(context)) return servers_from_page(replies.front());
    for (const Reply& reply : replies) {
        if (auto why = refusal(reply, context)) return support::unreadable(*why, reply.err);
    }
    return servers_from(replies[0].out, replies[1].out);
}

using Then = Value (*)(const Value& servers, const Context&);

/// Both tables are needed: one tells the state and the sessions, the other who wants it so.
Read read_servers(Then then) {
    return {.commands =
                [](const Context& context) {
                    if (has_page(context)) return std::vector{show_page(context)};
                    return std::vector{send(context, "show stat"), send(context, "show servers state")};
                },
            .value =
                [then](std::span<const Reply> replies, const Context& context) {
                    const Value servers = servers_of(replies, context);
                    return servers.is_unknown() ? servers : then(servers, context);
                }};
}

std::vector<Value> matching(const Value& servers, const Context& context) {
    return servers_called(servers, name_of(context), context.arguments.text("backend"));
}

std::string not_there(const Context& context) {
    const std::string& backend = context.arguments.text("backend");
    return backend.empty() ? fmt::format("no back end has a server '{}'", name_of(context))
                           : fmt::format("the back end '{}' has no server '{}'", backend, name_of(context));
}

std::vector<runtime::Footprint> every_server(const Context&) { return {{"haproxy", "*"}}; }
std::vector<runtime::Footprint> one_server(const Context& context) { return {{"haproxy", name_of(context)}}; }

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
                             .standard = Value::list({}),
                             .takes_all = "as HAProxy tells of them"}},
             .result = Kind::Bool,
             .doc = "Do all agree who is in and who is out? One process answers for this load balancer and takes orders, none from "
                    "before a reload goes on, no server is taken out in one back end and in use in another, and all states are those of "
                    "`like`. Tells everything that does not agree.",
             .example = "require all b in lbs: haproxy.consistent(like: haproxy.servers() on acd-lb1)",
             .deadline = 20s},
            Query{.read = Read{.commands = commands, .value = value}, .reads = every_server, .lists_failings = true},
            {detected_client, detected_master}};
}

/// What is set through a socket holds for the process behind it.
std::optional<Verdict> one_of_many(const Context& context) {
    const auto found = context.detected.find(detected_processes);
    if (found == context.detected.end() || found->second.is_unknown() || found->second.integer() < 2) return std::nullopt;
    return Verdict{
        Verdict::State::Refused,
        fmt::format("HAProxy runs as {} processes (nbproc), and the socket reaches one of them: the others would go on as before. "
                    "Do it by hand on the socket of each, or let HAProxy use threads",
                    found->second.integer())};
}

/// Over the page an order is for one back end.
std::optional<Verdict> not_to_be_ordered(const Value& servers, const Context& context) {
    if (!has_page(context)) return one_of_many(context);
    if (auto why = too_many_for_page(servers)) return Verdict{Verdict::State::Refused, *why};
    return std::nullopt;
}

std::optional<std::string> complaint(const Reply& reply, const Context& context) {
    return has_page(context) ? page_complaint(reply) : haproxy::complaint(reply, context);
}

Verdict judge(const Value& servers, const Context& context, const Goal& goal) {
    if (auto refused = not_to_be_ordered(servers, context)) return *refused;
    if (!servers.items().empty()) return has_page(context) ? needed_on_page(servers, goal) : reached(servers, goal);
    if (context.arguments["if_missing"].member_name() == "Skip") return {Verdict::State::Reached, not_there(context)};
    return {Verdict::State::Refused, not_there(context) + ": check the name, or say if_missing: Skip"};
}

/// What the page does not show is not reached by that.
Verdict arrived(const Value& servers, const Context& context, const Goal& goal) {
    return servers.items().empty() ? judge(servers, context, goal) : reached(servers, goal);
}

Builtin action(const Goal& goal, lang::Signature signature) {
    signature.name = goal.word;
    signature.effect = Effect::Action;
    signature.parameters = {server_parameter(),
                            backend_parameter(),
                            name_parameter(),
                            {"if_missing", Type::of(if_missing_type()), "Skip: a machine that is no server here counts as done",
                             Value::member(if_missing_type(), "Fail")}};
    signature.deadline = 1min;
    const auto matching_list = [](const Value& servers, const Context& context) { return Value::list(matching(servers, context)); };
    Action parts{.probe = read_servers(matching_list),
                 .judge = [goal](const Value& seen, const Context& context) { return judge(seen, context, goal); },
                 .command =
                     [goal](const Value& seen, const Context& context) {
                         return has_page(context) ? fill_in(context, seen, goal.word) : send(context, orders(seen, goal));
                     },
                 .complaint = complaint,
                 .arrived = [goal](const Value&, const Value& now, const Context& context) { return arrived(now, context, goal); },
                 .says_done = [](const Reply& reply, const Context& context) { return has_page(context) && page_says_done(reply); },
                 .touches = one_server};
    return {std::move(signature), std::move(parts), {detected_client, detected_processes}};
}

Builtin order_maint() {
    return action(maint,
                  {.name = {},
                   .parameters = {},
                   .result = {},
                   .doc = "Takes a server out: no new sessions, no checks; sessions that run go on. Known to this load balancer's process "
                          "only, and forgotten when it starts again: do it on every one.",
                   .example = "haproxy.maint(acd-jb1)  undo haproxy.ready(acd-jb1)"});
}

Builtin order_drain() {
    return action(drain,
                  {.name = {},
                   .parameters = {},
                   .result = {},
                   .doc = "Lets a server run empty: no new sessions but those that a cookie binds to it; it is still checked. Out of MAINT "
                          "too. Known to this process only, as `maint`.",
                   .example = "haproxy.drain(acd-jb1)  undo haproxy.ready(acd-jb1)"});
}

Builtin order_ready() {
    return action(ready,
                  {.name = {},
                   .parameters = {},
                   .result = {},
                   .doc = "Ends MAINT and DRAIN. Done when HAProxy no longer wants the server out; whether it is Up is for its check to "
                          "say: wait for `haproxy.server(…).state == Up`.",
                   .example = "haproxy.ready(acd-jb1)"});
}

Builtin end_sessions() {
    const auto matching_list = [](const Value& servers, const Context& context) { return Value::list(matching(servers, context)); };
    const auto judge = [](const Value& seen, const Context& context) -> Verdict {
        if (auto refused = not_to_be_ordered(seen, context)) return *refused;
        if (seen.items().empty()) return {Verdict::State::Refused, not_there(context)};
        return emptied(seen);
    };
    return {
        {.name = "end_sessions",
         .effect = Effect::Action,
         .parameters = {server_parameter(), backend_parameter(), name_parameter()},
         .result = {},
         .doc = "Cuts the sessions that a server still has, after a wait for `sessions` that took too long. Refused while the server takes "
                "new ones.",
         .example = "haproxy.end_sessions(acd-jb1)",
         .deadline = 1min},
        Action{.probe = read_servers(matching_list),
               .judge = judge,
               .command =
                   [](const Value& seen, const Context& context) {
                       return has_page(context) ? fill_in(context, seen, "shutdown") : send(context, orders_to_end_sessions(seen));
                   },
               .complaint = complaint,
               .arrived = {},
               .touches = one_server},
        {detected_client, detected_processes}};
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
        out.emplace_back(fmt::format("{} has {}/{} in {}{}", context.host->name, server.field("backend").text(),
                                     server.field("server").text(), maint.boolean() ? "MAINT" : "DRAIN",
                                     configured.boolean() ? ", as its configuration says" : ""));
    }
    return Value::list(std::move(out));
}

bool is_balancer(const lang::Host& host, const lang::Site& site) { return lang::is_of_cluster(site, host, "haproxy"); }

}  // namespace

runtime::Module module() {
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
        .builtins = {servers(), server(), sessions(), same_states(), consistent(), order_maint(), order_drain(), order_ready(),
                     end_sessions()},
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
        .entries = {{"haproxy.socket", support::text_reader(no_socket)},
                    {"haproxy.master", support::text_reader(no_master)},
                    {"haproxy.page", support::text_reader(no_page)}}};
}

}  // namespace stdlib::haproxy
