#include "lang/check/resolve/types.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "lang/text/elsewhere.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

constexpr std::array<std::pair<std::string_view, Kind>, 9> simple{{
    {"bool", Kind::Bool},
    {"int", Kind::Int},
    {"float", Kind::Float},
    {"text", Kind::Text},
    {"secret", Kind::Secret},
    {"duration", Kind::Duration},
    {"time", Kind::Time},
    {"address", Kind::Address},
    {"host", Kind::Host},
}};

std::optional<Type> element_type(std::string_view name, const Index& index) {
    for (const auto& [known, kind] : simple) {
        if (known == name) return Type(kind);
    }
    if (const Type* found = index.find_type(name)) return *found;
    return std::nullopt;
}

bool is_number(const Type& type) { return type.kind() == Kind::Int || type.kind() == Kind::Float; }
bool is_text(const Type& type) { return type.kind() == Kind::Text || type.kind() == Kind::Address; }

}  // namespace

Type written_type(const ast::TypeName& written, const Index& index, Report& report) {
    std::optional<Type> type = element_type(written.text, index);
    if (!type) {
        std::vector<std::string> known = index.types();
        for (const auto& [name, kind] : simple) known.emplace_back(name);
        const std::string_view meant = other_type(written.text);
        auto finding = report.error("E0208", written.span, fmt::format("there is no type `{}`", written.text));
        if (!meant.empty()) {
            finding.help(fmt::format("here that is `{}`", meant));
            return {};
        }
        finding.help(suggestion(written.text, known,
                                "types are bool int float text secret duration time address host, `list of …`, and "
                                "those of the modules, such as drbd.Status"));
        return {};
    }
    for (int i = 0; i < written.lists; ++i) type = Type::list_of(std::move(*type));
    return *type;
}

bool holds_wrong(const Type& type) { return type.kind() == Kind::List ? holds_wrong(type.element()) : is_wrong(type); }

bool holds_secret(const Type& type) { return type.kind() == Kind::List ? holds_secret(type.element()) : type.kind() == Kind::Secret; }

bool fits(const Type& wanted, const Type& given) {
    if (is_wrong(wanted) || is_wrong(given)) return true;
    if (wanted.kind() == Kind::List && given.kind() == Kind::List) return fits(wanted.element(), given.element());
    if (is_text(wanted) && wanted.kind() == Kind::Text && is_text(given)) return true;  // an address is a text that was looked at
    if (wanted.kind() == Kind::Secret && is_text(given)) return true;
    return wanted.accepts(given);
}

bool comparable(const Type& left, const Type& right) {
    if (is_wrong(left) || is_wrong(right)) return true;
    if (left.kind() == Kind::List && right.kind() == Kind::List) return comparable(left.element(), right.element());
    if (holds_secret(left) || holds_secret(right)) return false;
    return left == right || (is_number(left) && is_number(right)) || (is_text(left) && is_text(right));
}

bool has_order(const Type& type) {
    switch (type.kind()) {
        case Kind::Int:
        case Kind::Float:
        case Kind::Text:
        case Kind::Duration:
        case Kind::Time:
        case Kind::Nothing:
            return true;
        default:
            return false;
    }
}

std::optional<Type> common(const Type& left, const Type& right) {
    if (is_wrong(left)) return right;
    if (fits(left, right)) return left;
    if (fits(right, left)) return right;
    return std::nullopt;
}

bool AnyType::accepts(const Type& wanted, const Type& given) {
    if (is_wrong(given)) return true;
    if (wanted.kind() == Kind::List && given.kind() == Kind::List) return accepts(wanted.element(), given.element());
    if (wanted.kind() != Kind::Any) return fits(wanted, given);
    if (holds_secret(given)) return false;
    if (any_) return fits(*any_, given);
    any_ = given;
    return true;
}

std::optional<Type> AnyType::filled(const Type& type) const {
    if (type.kind() == Kind::Any) return any_;
    if (type.kind() != Kind::List) return type;
    const auto element = filled(type.element());
    return element ? std::optional(Type::list_of(*element)) : std::nullopt;
}

}  // namespace lang::checker
