// Declarations and short statements that stand together are set in columns, like the tables that they are.
#pragma once

#include <vector>

#include "lang/format/tokens.hpp"

namespace lang::formatting {

/// The blanks before each token that bring it to its column, beside those that stand there anyway.
std::vector<std::size_t> pads_to_columns(const Tokens& tokens);

}  // namespace lang::formatting
