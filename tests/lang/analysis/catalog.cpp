#include "tests/lang/analysis/catalog.hpp"

namespace walk_tests {

using namespace lang;

namespace {

Signature builtin(std::string module, std::string name, Effect effect, HostKind hosts, std::vector<lang::Parameter> parameters,
                  Type result) {
    Signature signature;
    signature.module = std::move(module);
    signature.name = std::move(name);
    signature.effect = effect;
    signature.hosts = hosts;
    signature.parameters = std::move(parameters);
    signature.result = std::move(result);
    signature.deadline = std::chrono::minutes(1);
    return signature;
}

/// As a builtin that switches its machine off.
Signature switching_off(Signature signature) {
    signature.switches_off = true;
    return signature;
}

/// Names one of what the site's clusters list.
lang::Parameter listed(std::string name, Type type, std::string names) {
    return {.name = std::move(name), .type = std::move(type), .doc = {}, .names = std::move(names)};
}

lang::Parameter text(std::string name) { return {.name = std::move(name), .type = Kind::Text, .doc = {}}; }

Type drbd_status() {
    const auto role = std::make_shared<const EnumType>(EnumType{"drbd.Role", {"Primary", "Secondary"}});
    return Type::of(std::make_shared<const RecordType>(RecordType{"drbd.Status", {{"role", Type::of(role), {}}}}));
}

}  // namespace

Catalog catalog() {
    return Catalog({
        builtin("drbd", "status", Effect::Query, HostKind::Linux, {listed("resource", Kind::Text, "pacemaker.drbd")}, drbd_status()),
        builtin("drbd", "connect", Effect::Action, HostKind::Linux, {listed("resource", Kind::Text, "pacemaker.drbd")}, Kind::Nothing),
        builtin("haproxy", "sessions", Effect::Query, HostKind::Linux, {listed("backend", Kind::Text, "haproxy.backend")}, Kind::Int),
        builtin("machine", "answers", Effect::Query, HostKind::Any, {}, Kind::Bool),
        switching_off(builtin("machine", "shutdown", Effect::Action, HostKind::Any, {}, Kind::Nothing)),
        builtin("mysql", "stop", Effect::Action, HostKind::Linux, {}, Kind::Nothing),
        builtin("pcs", "move", Effect::Action, HostKind::Linux,
                {listed("resource", Kind::Text, "pacemaker.resource"), listed("to", Kind::Host, "pacemaker.nodes")}, Kind::Nothing),
        builtin("pcs", "standby", Effect::Action, HostKind::Linux, {listed("node", Kind::Host, "pacemaker.nodes")}, Kind::Nothing),
        builtin("shell", "action", Effect::Action, HostKind::Any, {text("script")}, Kind::Nothing),
        builtin("systemd", "active", Effect::Query, HostKind::Linux, {text("unit")}, Kind::Bool),
        builtin("systemd", "start", Effect::Action, HostKind::Linux, {text("unit")}, Kind::Nothing),
        builtin("systemd", "stop", Effect::Action, HostKind::Linux, {text("unit")}, Kind::Nothing),
        builtin("time", "now", Effect::Pure, HostKind::None, {}, Kind::Time),
        builtin("winsvc", "stop", Effect::Action, HostKind::Windows, {text("service")}, Kind::Nothing),
    });
}

}  // namespace walk_tests
