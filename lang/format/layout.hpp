// Where on its line each token stands.
#pragma once

#include <string>
#include <vector>

#include "lang/format/tokens.hpp"

namespace lang::formatting {

constexpr std::size_t indent = 2;

struct Layout {
    std::vector<std::size_t> columns;  ///< of each token, from 0
    /// Where what is in a bracket stands when it begins a line.
    std::vector<std::size_t> inner;
};

Layout lay_out(const Tokens& tokens);

std::string print(const Tokens& tokens, const Layout& layout);

}  // namespace lang::formatting
