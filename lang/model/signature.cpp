#include "lang/model/signature.hpp"

#include <algorithm>

namespace lang {

namespace {

/// The enumeration or record called `name` in `type`, in its elements or in its fields.
std::optional<Type> find_in(const Type& type, std::string_view name) {
    if (type.kind() == Kind::List) return find_in(type.element(), name);
    if (type.kind() != Kind::Enum && type.kind() != Kind::Record) return std::nullopt;
    if (type.name() == name) return type;
    if (type.kind() == Kind::Record) {
        for (const FieldType& field : type.record()->fields) {
            if (auto found = find_in(field.type, name)) return found;
        }
    }
    return std::nullopt;
}

}  // namespace

Catalog::Catalog(std::vector<Signature> signatures) : signatures_(std::move(signatures)) {}

std::optional<std::size_t> Catalog::find(std::string_view module, std::string_view name) const {
    const auto it = std::find_if(begin(), end(), [&](const Signature& s) { return s.module == module && s.name == name; });
    if (it == end()) return std::nullopt;
    return static_cast<std::size_t>(it - begin());
}

std::optional<std::size_t> Catalog::find_method(const Type& receiver, std::string_view name) const {
    const auto it = std::find_if(begin(), end(), [&](const Signature& s) {
        return s.method && s.name == name && !s.parameters.empty() && s.parameters.front().type.accepts(receiver);
    });
    if (it == end()) return std::nullopt;
    return static_cast<std::size_t>(it - begin());
}

bool Catalog::has_module(std::string_view module) const {
    return std::any_of(begin(), end(), [&](const Signature& s) { return s.module == module; });
}

std::optional<Type> Catalog::find_type(std::string_view name) const {
    for (const Signature& signature : signatures_) {
        if (auto found = find_in(signature.result, name)) return found;
        for (const lang::Parameter& parameter : signature.parameters) {
            if (auto found = find_in(parameter.type, name)) return found;
        }
    }
    return std::nullopt;
}

}  // namespace lang
