// What fits where. A value whose type could not be told has type Nothing here: it fits everywhere, so that one mistake is
// reported once.
#pragma once

#include <optional>

#include "lang/check/lookup/index.hpp"
#include "lang/check/report.hpp"
#include "lang/model/type.hpp"
#include "lang/syntax/ast.hpp"

namespace lang::checker {

/// The type that is written; Nothing, and a finding, where there is none of that name.
Type written_type(const ast::TypeName& written, const Index& index, Report& report);

inline bool is_wrong(const Type& type) { return type.kind() == Kind::Nothing; }
/// Somewhere in it, for lists.
bool holds_wrong(const Type& type);
bool holds_secret(const Type& type);
inline bool is_list_of_hosts(const Type& type) { return type.kind() == Kind::List && type.element().kind() == Kind::Host; }

/// May a value of type `given` stand where `wanted` is asked for?
bool fits(const Type& wanted, const Type& given);
/// May `==` stand between them?
bool comparable(const Type& left, const Type& right);
/// May `<` stand between two of them?
bool has_order(const Type& type);
/// The type of a value that is either of one or of the other type.
std::optional<Type> common(const Type& left, const Type& right);

/// What `Any` stands for in one call: the first argument says it, the others and the result follow.
class AnyType {
  public:
    bool accepts(const Type& wanted, const Type& given);
    /// `type` with what is known put in; nothing where it is not known yet.
    std::optional<Type> filled(const Type& type) const;

  private:
    std::optional<Type> any_;
};

}  // namespace lang::checker
