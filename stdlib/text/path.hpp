// One value out of JSON or XML.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lang/model/value.hpp"

namespace stdlib::text {

/// Why it is not a path into JSON, or no XPath; nothing where it is one.
std::optional<std::string> no_json_path(std::string_view path);
std::optional<std::string> no_xpath(std::string_view path);

/// `nodes[0].name`, `["a key"].size`: a text, number or truth value, as text. Unknown where it is none, null, or not there.
lang::Value from_json(std::string_view text, std::string_view path);

/// An XPath 1.0: the text of the first node that it finds, or what it computes. Unknown where it finds none.
lang::Value from_xml(std::string_view text, std::string_view path);

}  // namespace stdlib::text
