// Texts of the repository that the program brings with it; CMake puts them into a source (shipped.cpp.in).
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace cli {

/// docs/language.md
std::string_view language_page();
/// The files of procedures/ that are no sites, each with the comment that it begins with.
const std::vector<std::pair<std::string_view, std::string_view>>& shipped_procedures();

}  // namespace cli
