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
        }
        if (const auto* query = std::get_if<runtime::Query>(&parts)) {
            CHECK_MESSAGE(bool(query->reads), signature.full_name(), " does not say what it reads");
        }
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
