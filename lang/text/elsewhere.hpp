// Words that other languages have for what is called otherwise here: Bash, Python, YAML and Ansible, JavaScript, SQL. Whoever
// writes one knows what is meant and not how it is written, so the help says that.
#pragma once

#include <string_view>

namespace lang {

/// Of a word that begins a statement elsewhere: "here that is `wait_until`". Empty for all others.
std::string_view other_statement(std::string_view word);

/// Of a clause or operator that is written as a word elsewhere: "`LIST.contains(x)` asks whether it is in the list" for `in`.
std::string_view other_clause(std::string_view word);

/// Of the name of a type: `text` for `string`. Empty for all others.
std::string_view other_type(std::string_view word);

/// Of a value: "a bool is `true` or `false`" for `yes`. Empty for all others.
std::string_view other_value(std::string_view word);

/// Of the entry of a host: `address` for `ip`. Empty for all others.
std::string_view other_entry(std::string_view word);

/// Of a function or field: `count` for `length`. Empty for all others.
std::string_view other_method(std::string_view word);

}  // namespace lang
