// The canonical text of a program: the same words in the same order, only blanks and line ends are set anew.
//
// Where an author may choose – a clause on its statement's line or below it, a block on one line, a list over several – the choice
// stays, as long as a line has no more than 120 characters. Indents, the blanks between two words, columns of declarations that
// stand together, and empty lines (at most one) are the formatter's. Comments stay with the words before or after them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lang/text/diagnostic.hpp"
#include "lang/text/source.hpp"

namespace lang {

/// The canonical text of one file of `sources`; nothing where it has syntax errors, which are reported. Formatting it again
/// changes nothing. Takes time linear in the text, times the depth of its nesting.
std::optional<std::string> format(const Sources& sources, std::uint32_t file, Diagnostics& diagnostics);

/// Do two texts, both without syntax errors, mean the same, with the same comments in the same places?
bool same_program(const std::string& one, const std::string& other);

}  // namespace lang
