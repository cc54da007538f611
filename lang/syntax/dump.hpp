// A syntax tree as text, for tests and for whoever wonders how a line was read. A statement a line, expressions in prefix form.
#pragma once

#include <string>

#include "lang/syntax/ast.hpp"

namespace lang {

std::string dump(const ast::File&);
std::string dump(const ast::Expr&);  ///< "(== (. (call (. drbd status) "r0") role) Primary)"

}  // namespace lang
