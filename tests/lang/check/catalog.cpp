#include "tests/lang/check/catalog.hpp"

#include <memory>

#include "tests/support/cluster_kinds.hpp"

namespace support {

namespace {

using namespace lang;

Type enumeration(std::string name, std::vector<std::string> members) {
    return Type::of(std::make_shared<const EnumType>(EnumType{std::move(name), std::move(members)}));
}

Type record(std::string name, std::vector<FieldType> fields) {
    return Type::of(std::make_shared<const RecordType>(RecordType{std::move(name), std::move(fields)}));
}

Parameter parameter(std::string name, Type type, std::optional<Value> default_value = std::nullopt) {
    return {.name = std::move(name), .type = std::move(type), .doc = {}, .default_value = std::move(default_value)};
}

Parameter script() {
    Parameter script = parameter("script", Kind::Text);
    script.script = true;
    return script;
}

Parameter notation() {
    Parameter notation = parameter("json", Kind::Secret);
    notation.holes_through = "text.of";
    return notation;
}

Signature builtin(std::string module, std::string name, Effect effect, HostKind hosts, std::vector<Parameter> parameters,
                  Type result = {}) {
    Signature signature;
    signature.module = std::move(module);
    signature.name = std::move(name);
    signature.effect = effect;
    signature.hosts = hosts;
    signature.parameters = std::move(parameters);
    signature.result = std::move(result);
    return signature;
}

Signature method(std::string module, std::string name, std::vector<Parameter> parameters, Type result) {
    Signature signature =
        builtin(std::move(module), std::move(name), Effect::Pure, HostKind::None, std::move(parameters), std::move(result));
    signature.method = true;
    return signature;
}

Catalog make() {
    using enum Effect;
    const Type role = enumeration("disk.Role", {"Primary", "Secondary", "Unknown"});
    const Type state = enumeration("disk.State", {"UpToDate", "Inconsistent", "Outdated"});
    const Type status =
        record("disk.Status", {{"role", role, ""}, {"peer_role", role, ""}, {"state", state, ""}, {"synced", Kind::Float, ""}});
    const Type missing = enumeration("svc.Missing", {"Fail", "Skip"});
    const Type kind = enumeration("db.Kind", {"Client", "Replica"});
    const Type session =
        record("db.Session", {{"user", Kind::Text, ""}, {"kind", kind, ""}, {"idle", Kind::Duration, ""}, {"host", Kind::Text, ""}});
    const Type any_list = Type::list_of(Kind::Any);

    Signature mode = builtin("svc", "mode", Action, HostKind::Linux, {parameter("unit", Kind::Text), parameter("level", Kind::Text)});
    mode.parameters.back().one_of = {"soft", "hard"};
    mode.unverified = true;
    return Catalog(
        {
            builtin("disk", "status", Query, HostKind::Linux, {parameter("resource", Kind::Text)}, status),
            builtin("disk", "in_sync", Query, HostKind::Linux, {parameter("resource", Kind::Text)}, Kind::Bool),
            builtin("disk", "promote", Action, HostKind::Linux, {parameter("resource", Kind::Text)}),
            builtin("svc", "active", Query, HostKind::Linux, {parameter("unit", Kind::Text)}, Kind::Bool),
            builtin("svc", "start", Action, HostKind::Linux, {parameter("unit", Kind::Text)}),
            builtin("svc", "stop", Action, HostKind::Linux,
                    {parameter("unit", Kind::Text), parameter("if_missing", missing, EnumMember{missing.enumeration(), 0})}),
            mode,
            builtin("sh", "run", Action, HostKind::Any, {script(), parameter("input", Kind::Secret, Value(""))}),
            builtin("sh", "succeeds", Query, HostKind::Any, {script()}, Kind::Bool),
            builtin("win", "stop", Action, HostKind::Windows, {parameter("name", Kind::Text)}),
            builtin("win", "running", Query, HostKind::Windows, {parameter("name", Kind::Text)}, Kind::Bool),
            builtin("db", "sessions", Query, HostKind::Linux, {}, Type::list_of(session)),
            builtin("db", "lag", Query, HostKind::Linux, {}, Kind::Duration),
            builtin("db", "login", Query, HostKind::Linux, {parameter("user", Kind::Text), parameter("password", Kind::Secret)},
                    Kind::Bool),
            builtin("machine", "shutdown", Action, HostKind::Any, {}),
            builtin("machine", "answers", Query, HostKind::Any, {}, Kind::Bool),
            builtin("machine", "wait", Action, HostKind::Any, {parameter("time", Kind::Duration)}),
            builtin("web", "get", Query, HostKind::None, {parameter("url", Kind::Text)}, Kind::Text),
            builtin("web", "tell", Action, HostKind::Any, {notation()}),
            builtin("person", "sign", Human, HostKind::None, {parameter("what", Kind::Text)}),
            method("text", "line", {parameter("text", Kind::Text), parameter("number", Kind::Int)}, Kind::Text),
            method("text", "trimmed", {parameter("text", Kind::Text)}, Kind::Text),
            builtin("text", "of", Pure, HostKind::None, {parameter("value", Kind::Any)}, Kind::Text),
            method("list", "count", {parameter("list", any_list)}, Kind::Int),
            method("list", "first", {parameter("list", any_list)}, Kind::Any),
            method("list", "join", {parameter("list", any_list), parameter("separator", Kind::Text, Value(", "))}, Kind::Text),
            method("list", "contains", {parameter("list", any_list), parameter("element", Kind::Any)}, Kind::Bool),
        },
        cluster_kinds());
}

}  // namespace

const Catalog& small_catalog() {
    static const Catalog catalog = make();
    return catalog;
}

Loader loader(Texts texts) {
    return [texts = std::move(texts)](const std::string& path) -> std::optional<std::string> {
        const auto it = texts.find(path);
        return it == texts.end() ? std::nullopt : std::optional(it->second);
    };
}

Checked check(Texts texts, std::map<std::string, std::string> parameters) {
    return lang::check({.procedure = "main.proc",
                        .site = std::nullopt,
                        .parameters = std::move(parameters),
                        .load = loader(std::move(texts)),
                        .catalog = &small_catalog()});
}

std::string rendered(const Checked& checked) {
    std::string all;
    for (const Diagnostic& diagnostic : checked.diagnostics) all += render(diagnostic, *checked.sources) + "\n";
    return all;
}

}  // namespace support
