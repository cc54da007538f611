#include "stdlib/support/reference/modules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "stdlib/support/reference/page.hpp"

namespace stdlib {

namespace {

using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Parameter;
using lang::Signature;
using lang::Type;
using runtime::Builtin;
using runtime::Evidence;
using runtime::Module;

std::string type_name(const Type& type) {
    if (type.kind() == Kind::List && type.element().kind() == Kind::Any) return "list";
    return type.kind() == Kind::Any ? "any" : type.name();
}

/// `drbd.primary(resource: text, dual: bool = false)`, with `: TYPE` of a value.
std::string head(const Signature& signature) {
    std::vector<std::string> parameters;
    for (const Parameter& parameter : signature.parameters) {
        const std::string standard = parameter.default_value ? " = " + parameter.default_value->show() : "";
        parameters.push_back(fmt::format("{}: {}{}", parameter.name, type_name(parameter.type), standard));
    }
    const bool valued = signature.result.kind() != Kind::Nothing;
    return fmt::format(
        "{}({}){}", signature.full_name(), fmt::join(parameters, ", "),
        valued ? ": " + (signature.result.kind() == Kind::Any ? "an element of the list" : type_name(signature.result)) : "");
}

/// "Action on Linux. Ends within 5m unless a procedure says otherwise."
std::string nature(const Signature& signature) {
    static const std::map<HostKind, std::string_view> hosts{
        {HostKind::None, ""}, {HostKind::Any, " on Linux and Windows"}, {HostKind::Linux, " on Linux"}, {HostKind::Windows, " on Windows"}};
    const std::string_view where = hosts.at(signature.hosts);
    const std::string limit = lang::show(signature.deadline);
    switch (signature.effect) {
        case Effect::Pure:
            return signature.method ? "Function, written as a method of its first parameter." : "Function.";
        case Effect::Query:
            return fmt::format("Query{}; a command may take {}.", where, limit);
        case Effect::Action:
            return fmt::format("Action{}; within {} unless said otherwise.{}", where, limit,
                               signature.unverified ? " It cannot look whether it is needed or has arrived." : "");
        case Effect::Human:
            return fmt::format("Done by a person{}.", where);
    }
    return {};
}

/// "Tested on the real thing: HAProxy 2.6. Tested with recordings of DRBD 8.4.11. Tested after the manuals of DRBD 9."
std::string known_by(const std::vector<Evidence>& evidence) {
    static constexpr std::array kinds{std::pair{Evidence::How::Real, "Tested on the real thing: {}."},
                                      std::pair{Evidence::How::Recorded, "Tested with recordings of {}."},
                                      std::pair{Evidence::How::Manual, "Tested after the manuals of {}."}};
    std::string text;
    for (const auto& [how, sentence] : kinds) {
        std::vector<std::string> versions;
        for (const Evidence& one : evidence) {
            if (one.how == how) versions.push_back(one.versions);
        }
        if (!versions.empty()) text += (text.empty() ? "" : " ") + fmt::format(fmt::runtime(sentence), fmt::join(versions, "; "));
    }
    return text;
}

void write(Page& page, const Builtin& builtin, const Module& module, int level) {
    const Signature& signature = builtin.signature;
    page.heading(level, signature.full_name());
    page.paragraph(page.code(head(signature)));
    page.paragraph(signature.done.empty() ? signature.doc : fmt::format("{} Done when {}.", signature.doc, signature.done));
    page.paragraph(nature(signature));
    if (!signature.danger.empty()) page.paragraph(fmt::format("Two persons sign off, before it is sent, that it {}.", signature.danger));
    if (signature.effect != Effect::Pure) page.paragraph(known_by(builtin.evidence.empty() ? module.evidence : builtin.evidence));
    for (const Parameter& parameter : signature.parameters) {
        const std::string choice = parameter.one_of.empty() ? "" : fmt::format("; one of {}", fmt::join(parameter.one_of, ", "));
        page.item(parameter.name, parameter.doc + choice);
    }
    page.example(signature.example);
}

bool is_called(const Module& module, std::string_view name) {
    return module.name == name || std::find(module.aliases.begin(), module.aliases.end(), name) != module.aliases.end();
}

/// Enumerations and records by name, those inside others too.
void collect(const Type& type, std::map<std::string, Type>& found) {
    if (type.kind() == Kind::List) return collect(type.element(), found);
    if (type.kind() != Kind::Enum && type.kind() != Kind::Record) return;
    if (!found.emplace(type.name(), type).second || type.kind() == Kind::Enum) return;
    for (const lang::FieldType& field : type.record()->fields) collect(field.type, found);
}

std::map<std::string, Type> types_of(const lang::Catalog& catalog, std::string_view module) {
    std::map<std::string, Type> found;
    for (const Signature& signature : catalog) {
        if (signature.module != module) continue;
        collect(signature.result, found);
        for (const Parameter& parameter : signature.parameters) collect(parameter.type, found);
    }
    return found;
}

void write(Page& page, const Type& type, int level) {
    page.heading(level, type.name());
    if (type.kind() == Kind::Enum) {
        page.paragraph(fmt::format("One of {}.", fmt::join(type.members().members, ", ")));
        return;
    }
    for (const lang::FieldType& field : type.record()->fields) page.item(field.name + ": " + type_name(field.type), field.doc);
}

void write(Page& page, const runtime::Module& module, const lang::Catalog& catalog, int level) {
    page.heading(level, module.name);
    page.paragraph(module.doc);
    if (!module.cluster.empty()) {
        page.paragraph(
            fmt::format("Where a site has clusters of kind {0}, this is used on their machines only.", page.code(module.cluster)));
    }
    for (const Builtin& builtin : module.builtins) write(page, builtin, module, level + 1);
    for (const auto& [name, type] : types_of(catalog, module.name)) write(page, type, level + 1);
    if (!module.residues.empty()) {
        page.heading(level + 1, fmt::format("What a run may leave behind ({})", module.name));
        page.paragraph("Read before the first change and at the end of a run; the difference is told.");
        for (const runtime::Residue& residue : module.residues) page.item(residue.name, "");
    }
    if (!module.sources.empty()) page.paragraph(fmt::format("Sources: {}.", fmt::join(module.sources, "; ")));
}

}  // namespace

std::string reference(const runtime::Registry& registry, Markup markup) {
    Page page(markup);
    page.heading(1, "The standard library");
    page.paragraph("Printed by " + page.code("procrun docs") + "; " + page.code("procrun docs drbd") + " and " +
                   page.code("procrun docs drbd.status") +
                   " print a part of it. Everywhere, what could not be read is unknown, never false.");
    for (const runtime::Module& module : registry.modules()) write(page, module, registry.catalog(), 2);
    return page.take();
}

std::optional<std::string> reference(const runtime::Registry& registry, std::string_view subject, Markup markup) {
    Page page(markup);
    const auto dot = subject.find('.');
    for (const runtime::Module& module : registry.modules()) {
        if (!is_called(module, subject.substr(0, dot))) continue;
        if (dot == std::string_view::npos) {
            write(page, module, registry.catalog(), 1);
            return page.take();
        }
        if (const auto builtin = registry.catalog().find(module.name, subject.substr(dot + 1))) {
            write(page, registry[*builtin], module, 1);
            return page.take();
        }
        if (const auto type = registry.catalog().find_type(subject)) {
            write(page, *type, 1);
            return page.take();
        }
    }
    return std::nullopt;
}

}  // namespace stdlib
