// After a syntax error.
#pragma once

#include "lang/check/lookup/by_name.hpp"
#include "lang/text/diagnostic.hpp"

namespace lang::checker {

/// A statement with a syntax error is missing from the tree, and so is the name that it would have set. Those names are taken
/// from its line, so that their uses are not reported on top.
ByName<Span> names_in_broken_lines(const Diagnostics& syntax_errors, const Sources&);

/// May a declaration that begins with `keyword` be missing from the tree?
bool loses(std::string_view keyword, const Diagnostics& syntax_errors, const Sources&);

}  // namespace lang::checker
