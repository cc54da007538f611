#include "lang/model/signature.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lang/model/cluster_kind.hpp"

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

/// Nothing in it is left for a run to tell.
bool is_whole(const Value& value) {
    if (value.is_nothing() || value.is_unknown()) return false;
    const auto* list = std::get_if<std::shared_ptr<const List>>(&value.payload());
    return list == nullptr || std::all_of((*list)->items.begin(), (*list)->items.end(), is_whole);
}

}  // namespace

const Value* Given::at(std::size_t parameter) const {
    return parameter < values_.size() && is_whole(values_[parameter]) ? &values_[parameter] : nullptr;
}

const Value* Given::operator[](std::string_view parameter) const {
    const auto& parameters = signature_->parameters;
    const auto it = std::find_if(parameters.begin(), parameters.end(), [&](const lang::Parameter& p) { return p.name == parameter; });
    return it == parameters.end() ? nullptr : at(static_cast<std::size_t>(it - parameters.begin()));
}

std::optional<Refusal> refusal(const Signature& signature, std::size_t parameter, std::span<const Value> arguments) {
    const Given given(signature, arguments);
    const Reader& reads = signature.parameters[parameter].reads;
    const Value* value = given.at(parameter);
    return reads && value != nullptr ? reads(*value, given) : std::nullopt;
}

std::optional<std::string> refusal(const Signature& signature, std::span<const Value> arguments) {
    for (std::size_t i = 0; i < arguments.size() && i < signature.parameters.size(); ++i) {
        if (const auto refused = refusal(signature, i, arguments)) {
            return fmt::format("`{}` of `{}`: {}", signature.parameters[i].name, signature.full_name(), refused->why);
        }
    }
    return std::nullopt;
}

const ClusterEntry* ClusterKind::find(std::string_view entry) const {
    const auto it = std::find_if(entries.begin(), entries.end(), [&](const ClusterEntry& one) { return one.name == entry; });
    return it == entries.end() ? nullptr : &*it;
}

Catalog::Catalog(std::vector<Signature> signatures) : Catalog(std::move(signatures), {}) {}

Catalog::Catalog(std::vector<Signature> signatures, std::vector<ClusterKind> kinds)
    : signatures_(std::move(signatures)), kinds_(std::make_shared<const std::vector<ClusterKind>>(std::move(kinds))) {}

std::optional<ListedThing> Catalog::listed_thing(std::string_view names) const {
    const std::size_t dot = std::min(names.find('.'), names.size());
    const auto kind =
        std::find_if(kinds_->begin(), kinds_->end(), [&](const ClusterKind& one) { return one.name == names.substr(0, dot); });
    if (kind == kinds_->end() || dot == names.size()) return std::nullopt;
    const std::string_view entry = names.substr(dot + 1);
    if (entry == "nodes") return ListedThing{.kind = &*kind};
    const ClusterEntry* found = kind->find(entry);
    return found == nullptr ? std::nullopt : std::optional(ListedThing{.kind = &*kind, .entry = found});
}

std::optional<Refusal> Catalog::refusal_of_entry(const ClusterKind& kind, const ClusterEntry& entry, const std::string& text) const {
    const Signature none;
    const Given alone(none, {});
    if (entry.reads) return entry.reads(text, alone);
    for (const Signature& signature : signatures_) {
        for (const lang::Parameter& parameter : signature.parameters) {
            if (parameter.names == fmt::format("{}.{}", kind.name, entry.name) && parameter.reads && parameter.type.kind() == Kind::Text)
                return parameter.reads(text, alone);
        }
    }
    return std::nullopt;
}

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
