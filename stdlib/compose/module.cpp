// Services that docker compose runs, with the tool itself or with a vendor's wrapper of it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "stdlib/compose/project.hpp"
#include "stdlib/compose/verdict.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::compose {

namespace {

using namespace std::chrono_literals;
using lang::Effect;
using lang::Kind;
using lang::Parameter;
using lang::Type;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Context;
using runtime::Query;
using runtime::Reply;

std::vector<Parameter> with_service() {
    std::vector<Parameter> parameters = parameters_of_tool();
    parameters.insert(parameters.begin(), service_parameter("as the project calls it: `xuc`"));
    return parameters;
}

Value named(const Value& services, const Context& context) { return service_named(services, context.arguments.text("service")); }

Value all(const Value& services, const Context&) { return services; }

Value runs(const Value& services, const Context& context) {
    const Value service = named(services, context);
    return service.is_unknown() ? service : compose::runs(service);
}

Builtin service() {
    return {
        {.name = "service",
         .parameters = with_service(),
         .result = Type::of(service_type()),
         .doc = "How a service stands. Of several containers the first that does not run speaks for it, or else the one that was started "
                "first. Unknown where the project has no such service.",
         .example = "require compose.service(\"xuc\", tool: \"xivocc-dcomp\").state == Running",
         .deadline = 30s},
        Query{read_project(named), support::everything("compose")}};
}

Builtin running() {
    return {
        {.name = "running",
         .parameters = with_service(),
         .result = Kind::Bool,
         .doc = "Does it run, and is it healthy where it has a check of its health? Unknown while it starts, and where the project has no "
                "such service. Running is not yet serving: look into its log too (`log.has`) where that matters.",
         .example = "wait_until compose.running(\"xuc\", tool: \"xivocc-dcomp\")  within 5m",
         .deadline = 30s},
        Query{read_project(runs), support::everything("compose")}};
}

Builtin restart() {
    return {{.name = "restart",
             .effect = Effect::Action,
             .parameters = with_service(),
             .result = {},
             .doc = "Restarts a service. Refused where the project has no such service.",
             .done = "all its containers run and were started since",
             .example = "compose.restart(\"xuc\", tool: \"xivocc-dcomp\")  within 3m",
             .deadline = 5min},
            Action{.probe = read_project(all),
                   .judge = [](const Value& services, const Context& context) { return may_restart(named(services, context)); },
                   .command =
                       [](const Value&, const Context& context) {
                           return call(context, {"restart", context.arguments.text("service")});
                       },
                   .complaint = {},
                   .arrived =
                       [](const Value& before, const Value& now, const Context& context) {
                           return restarted(before.is_unknown() ? before : named(before, context), named(now, context));
                       },
                   .touches = support::everything("compose")}};
}

Builtin up() {
    return {
        {.name = "up",
         .effect = Effect::Action,
         .parameters = parameters_of_tool(),
         .result = {},
         .doc = "Brings the project to what its configuration says: `up -d` makes anew every container whose configuration has changed, "
                "and starts what is down. Already so where all services run and compose's own hashes say that each is as configured; "
                "where the hashes are not told or, in Compose 2, differ, `up -d` is sent and changes only what must be. Where a service "
                "was not started again and its hash does "
                "not tell, `up -d` itself has to say that it was done, and that counts as not verified.",
         .done = "all services run and none is known to be of another configuration",
         .example = "compose.up(tool: \"edge-dcomp\", folder: \"/etc/docker/edge\")  within 5m",
         .deadline = 10min},
        Action{.probe = read_project(all),
               .judge = [](const Value& services, const Context&) { return may_bring_up(services); },
               .command =
                   [](const Value&, const Context& context) {
                       return call(context, {"up", "-d"});
                   },
               .complaint = {},
               .arrived = [](const Value& before, const Value& now, const Context&) { return brought_up(before, now); },
               .says_done = [](const Reply& reply, const Context&) { return reply.ok(); },
               .touches = support::everything("compose")}};
}

}  // namespace

runtime::Module module() {
    return {
        .name = "compose",
        .doc =
            "Projects of docker compose, called as `docker compose`, as docker-compose 1, or by a vendor's wrapper. The tool is asked for "
            "the services and their containers, docker itself for how these stand.",
        .builtins = {service(), running(), restart(), up()},
        .sources = {"docs.docker.com: docker compose config, ps, restart, up; docker inspect (State, Config.Labels)",
                    "docker-compose 1.29: docker-compose config --hash"},
        .evidence = {{runtime::Evidence::How::Manual, "docker-compose 1.29, Docker Compose 2, Docker Engine 20.10"}},
        .aliases = {"docker"},
        .rights = runtime::programs_only};
}

}  // namespace stdlib::compose
