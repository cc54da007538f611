#include "lang/check/lookup/index.hpp"

#include <algorithm>

namespace lang::checker {

Index::Index(const Catalog& catalog) : catalog_(&catalog) {
    for (std::size_t i = 0; i < catalog.size(); ++i) {
        const Signature& signature = catalog[i];
        modules_[signature.module].emplace(signature.name, i);
        if (signature.method) methods_[signature.name].push_back(i);
        add_types(signature.result);
        for (const Parameter& parameter : signature.parameters) add_types(parameter.type);
    }
}

void Index::add_types(const Type& type) {
    if (type.kind() == Kind::List) return add_types(type.element());
    if (type.kind() != Kind::Enum && type.kind() != Kind::Record) return;
    if (!types_.emplace(type.name(), type).second || type.kind() == Kind::Enum) return;
    for (const FieldType& field : type.record()->fields) add_types(field.type);
}

std::optional<std::size_t> Index::find(std::string_view module, std::string_view function) const {
    const auto* functions = look_up(modules_, module);
    const auto* found = functions == nullptr ? nullptr : look_up(*functions, function);
    return found == nullptr ? std::nullopt : std::optional(*found);
}

std::optional<std::size_t> Index::find_method(const Type& receiver, std::string_view name) const {
    const auto* candidates = look_up(methods_, name);
    if (candidates == nullptr) return std::nullopt;
    const auto it = std::find_if(candidates->begin(), candidates->end(), [&](std::size_t i) {
        const auto& parameters = (*catalog_)[i].parameters;
        return !parameters.empty() && parameters.front().type.accepts(receiver);
    });
    return it == candidates->end() ? std::nullopt : std::optional(*it);
}

std::vector<std::string> Index::modules() const {
    std::vector<std::string> names;
    for (const auto& [name, functions] : modules_) names.push_back(name);
    return names;
}

std::vector<std::string> Index::functions(std::string_view module) const {
    std::vector<std::string> names;
    if (const auto* functions = look_up(modules_, module)) {
        for (const auto& [name, index] : *functions) names.push_back(name);
    }
    std::sort(names.begin(), names.end());  // they are listed to people
    return names;
}

std::vector<std::string> Index::methods(const Type& receiver) const {
    std::vector<std::string> names;
    for (const auto& [name, candidates] : methods_) {
        if (find_method(receiver, name)) names.push_back(name);
    }
    return names;
}

std::vector<std::string> Index::types() const {
    std::vector<std::string> names;
    for (const auto& [name, type] : types_) names.push_back(name);
    return names;
}

std::vector<std::string> Index::functions_called(std::string_view function) const {
    std::vector<std::string> names;
    for (const Signature& signature : *catalog_) {
        if (signature.name == function) names.push_back(signature.full_name());
    }
    return names;
}

std::vector<std::string> Index::enumerations_with(std::string_view member) const {
    std::vector<std::string> names;
    for (const auto& [name, type] : types_) {
        if (type.kind() == Kind::Enum && type.members().find(member)) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace lang::checker
