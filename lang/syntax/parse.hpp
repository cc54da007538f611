// Text to syntax tree. The only user of PEGTL.
#pragma once

#include <cstdint>

#include "lang/syntax/ast.hpp"
#include "lang/text/diagnostic.hpp"

namespace lang {

/// Parses one file of `sources`. Any bytes are welcome: what does not parse is reported (all of it, the parser recovers at
/// statement ends) and left out of the tree. Takes time and memory linear in the text; nesting beyond 100 levels is an error.
ast::File parse(const Sources& sources, std::uint32_t file, Diagnostics& diagnostics);

/// One expression or one or more statements, as typed into the REPL. `incomplete` tells that more behind the text could mend it: more
/// lines, where the text ends with a line end.
struct Fragment {
    std::vector<ast::Item> items;
    ast::ExprPtr expression;  ///< set where the text is an expression and nothing else
    bool incomplete = false;
};
Fragment parse_fragment(const Sources& sources, std::uint32_t file, Diagnostics& diagnostics);

}  // namespace lang
