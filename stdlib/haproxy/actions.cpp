#include "stdlib/haproxy/actions.hpp"

#include <fmt/format.h>

#include "stdlib/haproxy/asking.hpp"
#include "stdlib/haproxy/page.hpp"
#include "stdlib/haproxy/read/server.hpp"
#include "stdlib/haproxy/socket.hpp"
#include "stdlib/haproxy/verdict.hpp"

namespace stdlib::haproxy {

namespace {

using namespace std::chrono_literals;
using lang::Effect;
using lang::Type;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Context;
using runtime::Reply;
using runtime::Verdict;

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

Value matching_list(const Value& servers, const Context& context) { return Value::list(matching(servers, context)); }

Builtin action(const Goal& goal, lang::Signature signature) {
    signature.name = goal.word;
    signature.effect = Effect::Action;
    signature.parameters = {server_parameter(),
                            backend_parameter(),
                            name_parameter(),
                            {"if_missing", Type::of(if_missing_type()), "Skip: a machine that is not a server here counts as done",
                             Value::member(if_missing_type(), "Fail")}};
    signature.deadline = 1min;
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
                   .done = "the server is in MAINT",
                   .example = "haproxy.maint(acd-jb1)  undo haproxy.ready(acd-jb1)"});
}

Builtin order_drain() {
    return action(drain,
                  {.name = {},
                   .parameters = {},
                   .result = {},
                   .doc = "Lets a server run empty: no new sessions but those that a cookie binds to it; it is still checked. Out of MAINT "
                          "too. Known to this process only, as `maint`.",
                   .done = "the server is in DRAIN",
                   .example = "haproxy.drain(acd-jb1)  undo haproxy.ready(acd-jb1)"});
}

Builtin order_ready() {
    return action(ready,
                  {.name = {},
                   .parameters = {},
                   .result = {},
                   .doc = "Ends MAINT and DRAIN. Whether it is Up is for its check to say: wait for `haproxy.server(…).state == Up`.",
                   .done = "the server is in neither MAINT nor DRAIN",
                   .example = "haproxy.ready(acd-jb1)"});
}

Builtin end_sessions() {
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
         .done = "the server has no session",
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

}  // namespace

std::vector<Builtin> actions() { return {order_maint(), order_drain(), order_ready(), end_sessions()}; }

}  // namespace stdlib::haproxy
