#include "tests/lang/analysis/catalog.hpp"

#include "lang/model/site.hpp"
#include "tests/support/cluster_kinds.hpp"

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

/// For the machines of such clusters.
Signature of_cluster(std::string kind, Signature signature) {
    signature.cluster = std::move(kind);
    return signature;
}

std::optional<Refusal> read_port(const Value& port, const Given&) {
    if (port.integer() > 0) return std::nullopt;
    return Refusal{"a port is more than 0, and this is " + port.show(), "8080 is free"};
}

/// Read together with `first`.
std::optional<Refusal> read_last(const Value& last, const Given& all) {
    const Value* first = all["first"];
    if (first == nullptr || first->integer() <= last.integer()) return std::nullopt;
    return Refusal{"it comes before " + first->show(), {}};
}

std::optional<Refusal> read_names(const Value& names, const Given&) {
    for (const Value& name : names.items()) {
        if (name.text().empty()) return Refusal{"a name is empty", {}};
    }
    return std::nullopt;
}

lang::Parameter read_by(std::string name, Type type, Reader reads, std::optional<Value> default_value = std::nullopt) {
    return {
        .name = std::move(name), .type = std::move(type), .doc = {}, .default_value = std::move(default_value), .reads = std::move(reads)};
}

/// No shell takes more than one line.
Signature script_of_one_line() {
    Signature signature = builtin("shell", "run", Effect::Action, HostKind::Any, {text("script")}, Kind::Nothing);
    signature.parameters.front().script = true;
    signature.unsendable = [](std::span<const Value> arguments, const Host& host, const Site&) -> std::optional<std::string> {
        const Value& script = arguments.front();
        const bool is_text = std::holds_alternative<Text>(script.payload());
        for (const Value& part : is_text ? std::vector{script} : script.items()) {
            if (part.plain().find('\n') != std::string::npos) return "one line is taken on " + host.name;
        }
        return std::nullopt;
    };
    return signature;
}

/// Touches the server that it names.
Signature on_a_server(Signature signature) {
    signature.touches = [](std::span<const Value> arguments, const Host&, const Site&) {
        return std::vector{Footprint{"haproxy", arguments.front().plain()}};
    };
    return signature;
}

lang::Parameter if_missing() {
    const auto type = std::make_shared<const EnumType>(EnumType{"haproxy.IfMissing", {"Fail", "Skip"}});
    return {.name = "if_missing", .type = Type::of(type), .doc = {}, .default_value = Value(EnumMember{type, 0})};
}

Type drbd_status() {
    const auto role = std::make_shared<const EnumType>(EnumType{"drbd.Role", {"Primary", "Secondary"}});
    return Type::of(std::make_shared<const RecordType>(RecordType{"drbd.Status", {{"role", Type::of(role), {}}}}));
}

}  // namespace

Catalog catalog() {
    std::vector<Signature> signatures{
        builtin("drbd", "status", Effect::Query, HostKind::Linux, {listed("resource", Kind::Text, "pacemaker.drbd")}, drbd_status()),
        builtin("drbd", "connect", Effect::Action, HostKind::Linux, {listed("resource", Kind::Text, "pacemaker.drbd")}, Kind::Nothing),
        of_cluster("haproxy", builtin("haproxy", "sessions", Effect::Query, HostKind::Linux,
                                      {listed("backend", Kind::Text, "haproxy.backend")}, Kind::Int)),
        of_cluster("haproxy", on_a_server(builtin("haproxy", "drain", Effect::Action, HostKind::Linux,
                                                  {listed("server", Kind::Host, "haproxy.servers"), if_missing()}, Kind::Nothing))),
        of_cluster("haproxy", on_a_server(builtin("haproxy", "ready", Effect::Action, HostKind::Linux,
                                                  {listed("server", Kind::Host, "haproxy.servers")}, Kind::Nothing))),
        builtin("machine", "answers", Effect::Query, HostKind::Any, {}, Kind::Bool),
        switching_off(builtin("machine", "shutdown", Effect::Action, HostKind::Any, {}, Kind::Nothing)),
        of_cluster("mysql", builtin("mysql", "stop", Effect::Action, HostKind::Linux, {}, Kind::Nothing)),
        of_cluster("mysql", builtin("mysql", "read_only", Effect::Query, HostKind::Linux, {}, Kind::Bool)),
        builtin("net", "answers", Effect::Query, HostKind::Any, {read_by("port", Kind::Int, read_port)}, Kind::Bool),
        builtin("net", "range", Effect::Query, HostKind::Any,
                {read_by("last", Kind::Int, read_last), {.name = "first", .type = Kind::Int, .doc = {}, .default_value = Value(10)}},
                Kind::Bool),
        builtin("net", "names", Effect::Action, HostKind::Any, {read_by("names", Type::list_of(Kind::Text), read_names)}, Kind::Nothing),
        of_cluster("pacemaker", builtin("pcs", "move", Effect::Action, HostKind::Linux,
                                        {listed("resource", Kind::Text, "pacemaker.resource"), listed("to", Kind::Host, "pacemaker.nodes")},
                                        Kind::Nothing)),
        of_cluster("pacemaker", builtin("pcs", "standby", Effect::Action, HostKind::Linux, {listed("node", Kind::Host, "pacemaker.nodes")},
                                        Kind::Nothing)),
        builtin("shell", "action", Effect::Action, HostKind::Any, {text("script")}, Kind::Nothing),
        script_of_one_line(),
        builtin("systemd", "active", Effect::Query, HostKind::Linux, {text("unit")}, Kind::Bool),
        builtin("systemd", "start", Effect::Action, HostKind::Linux, {text("unit")}, Kind::Nothing),
        builtin("systemd", "stop", Effect::Action, HostKind::Linux, {text("unit")}, Kind::Nothing),
        builtin("time", "now", Effect::Pure, HostKind::None, {}, Kind::Time),
        builtin("winsvc", "stop", Effect::Action, HostKind::Windows, {text("service")}, Kind::Nothing),
    };
    for (Signature& signature : signatures) {
        if (signature.module == "systemd") signature.counterpart = "winsvc";
        if (signature.module == "winsvc") signature.counterpart = "systemd";
    }
    return Catalog(std::move(signatures), support::cluster_kinds());
}

}  // namespace walk_tests
