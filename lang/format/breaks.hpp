// Where lines end.
#pragma once

#include "lang/format/layout.hpp"
#include "lang/format/tokens.hpp"

namespace lang::formatting {

constexpr std::size_t longest_line = 120;  ///< in characters, the comment behind it apart

/// Line ends that follow from the others: a bracket that spans lines opens and closes as its kind does, and empty lines stand between
/// statements only.
void tidy_line_ends(Tokens& tokens);

/// Breaks lines that are too long at their outermost joints: before clauses, around the statement of a block, behind commas. False
/// where there was nothing that could be broken.
bool break_long_lines(Tokens& tokens, const Layout& layout);

}  // namespace lang::formatting
