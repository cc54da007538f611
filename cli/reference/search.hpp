// What `procrun docs WORDS` finds.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stdlib/support/reference/page.hpp"

namespace cli {

std::string lower_case(std::string_view);

/// Where `words` stand in the language, the builtins, the troubles, the shipped procedures and the codes of findings; nothing where
/// they stand nowhere.
std::optional<std::string> search_page(std::string_view words, stdlib::Markup);

}  // namespace cli
