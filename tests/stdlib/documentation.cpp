// What every module must say about itself.
#include <doctest/doctest.h>

#include <variant>

#include "stdlib/all.hpp"

namespace {

using lang::Kind;
using lang::Type;

/// Every record field in the type is explained.
void check_documented(const std::string& where, const Type& type) {
    if (type.kind() == Kind::List) check_documented(where, type.element());
    if (type.kind() != Kind::Record) return;
    for (const lang::FieldType& field : type.record()->fields) {
        CHECK_MESSAGE(!field.doc.empty(), type.name(), ".", field.name, " has no doc");
        check_documented(where, field.type);
    }
}

}  // namespace

TEST_CASE("every builtin has a doc, an example that names it, documented parameters and fields, and a deadline where it needs a host") {
    const runtime::Registry registry(stdlib::all());
    for (const lang::Signature& signature : registry.catalog()) {
        const std::string name = signature.full_name();
        CHECK_MESSAGE(!signature.doc.empty(), name, " has no doc");
        CHECK_MESSAGE(signature.example.find(signature.name) != std::string::npos, name, " has no example of its own");
        for (const lang::Parameter& parameter : signature.parameters) {
            CHECK_MESSAGE(!parameter.doc.empty(), name, ": '", parameter.name, "' has no doc");
        }
        check_documented(name, signature.result);
        const bool hosted = signature.hosts != lang::HostKind::None;
        CHECK_MESSAGE(hosted == (signature.effect != lang::Effect::Pure), name, ": pure functions, and only they, need no host");
        CHECK_MESSAGE(hosted == (signature.deadline > lang::Duration::zero()), name, ": a deadline belongs to what asks a host");
        CHECK_MESSAGE((signature.effect == lang::Effect::Action) == (signature.result.kind() == Kind::Nothing), name,
                      ": an action, and only an action, has no value");
    }
}

TEST_CASE("every builtin has the parts that its effect promises") {
    const runtime::Registry registry(stdlib::all());
    for (std::size_t i = 0; i < registry.catalog().size(); ++i) {
        const lang::Signature& signature = registry.catalog()[i];
        const auto& parts = registry[i].parts;
        CHECK_MESSAGE((signature.effect == lang::Effect::Pure) == std::holds_alternative<runtime::Pure>(parts), signature.full_name());
        CHECK_MESSAGE((signature.effect == lang::Effect::Action) == std::holds_alternative<runtime::Action>(parts), signature.full_name());
        if (const auto* action = std::get_if<runtime::Action>(&parts)) {
            CHECK_MESSAGE(bool(action->command), signature.full_name(), " sends nothing");
            CHECK_MESSAGE(bool(action->touches), signature.full_name(), " does not say what it touches");
            CHECK_MESSAGE((action->probe.has_value() && action->judge) != signature.unverified, signature.full_name(),
                          " must have a probe and a judge, or be marked unverified");
            CHECK_MESSAGE(signature.done.empty() == signature.unverified, signature.full_name(), " does not say what its probe then tells");
        }
        if (const auto* query = std::get_if<runtime::Query>(&parts)) {
            CHECK_MESSAGE(bool(query->reads), signature.full_name(), " does not say what it reads");
        }
        CHECK_MESSAGE((signature.effect == lang::Effect::Pure) == !registry[i].rights, signature.full_name(),
                      ": what asks a host says which rights it needs there (Builtin::rights, Module::rights), and nothing else does");
        for (const std::string& need : registry[i].needs) registry.detection(need);
    }
}

TEST_CASE("every module says what it is about, and where its facts come from if it knows a system") {
    for (const runtime::Module& module : stdlib::all()) {
        CHECK_MESSAGE(!module.doc.empty(), module.name, " has no doc");
        const bool knows_a_system = !module.detections.empty() || !module.residues.empty();
        CHECK_MESSAGE((!knows_a_system || !module.sources.empty()), module.name, " names no source");
    }
}

TEST_CASE("every builtin that asks a host says with which versions it was tested, and how") {
    for (const runtime::Module& module : stdlib::all()) {
        for (const runtime::Builtin& builtin : module.builtins) {
            if (builtin.signature.effect == lang::Effect::Pure) continue;
            const auto& evidence = builtin.evidence.empty() ? module.evidence : builtin.evidence;
            CHECK_MESSAGE(!evidence.empty(), module.name, ".", builtin.signature.name, " has no evidence");
            for (const runtime::Evidence& one : evidence) CHECK_FALSE(one.versions.empty());
        }
    }
}

TEST_CASE("a residue is asked where the site says that there may be one") {
    lang::Site site;
    const auto add = [&](const char* name, std::map<std::string, lang::Value> facts) -> const lang::Host& {
        auto& host = *site.hosts.emplace_back(std::make_unique<lang::Host>());
        host.name = name;
        host.facts = std::move(facts);
        return host;
    };
    const lang::Host& store = add("store1", {});
    const lang::Host& app = add("app1", {{"unit", "wildfly"}});
    site.clusters.push_back({.name = "storage", .kind = "pacemaker", .nodes = {&store}, .settings = {}, .span = {}});
    const auto applies = [&](const std::string& module, const lang::Host& host) {
        int yes = 0;
        for (const runtime::Module& one : stdlib::all()) {
            if (one.name != module) continue;
            for (const runtime::Residue& residue : one.residues) yes += residue.applies && residue.applies(host, site);
        }
        return yes;
    };
    CHECK(applies("pcs", store) == 2);
    CHECK(applies("pcs", app) == 0);
    CHECK(applies("drbd", store) == 1);
    CHECK(applies("drbd", app) == 0);
    CHECK(applies("systemd", app) == 2);
    CHECK(applies("systemd", store) == 0);
}
