// `file.replace`: addresses of an env file exchanged, all at once or not at all.
#pragma once

#include "runtime/module.hpp"

namespace stdlib::file {

/// The commands that look at a file: of which kind it is, and the lines that define the variables.
std::vector<runtime::Command> look_at(const std::string& path, const std::vector<std::string>& variables);

/// What they print: {kind, definitions}, or unknown.
lang::Value seen_from(std::span<const runtime::Reply> replies, const std::string& path, const std::vector<std::string>& variables);

/// Why the file must not be read or written as an env file by its path; nothing where it may.
std::optional<std::string> no_plain_file(const lang::Value& seen, const std::string& path);

/// The only line that defines the variable, or unknown with the reason.
lang::Value only_definition(const lang::Value& seen, const std::string& variable, const std::string& path);

/// Why addresses cannot be exchanged so: `to` has one for each of `from`, and none stands twice. Nothing where they can.
std::optional<std::string> contradiction(const std::vector<std::string>& from, const std::vector<std::string>& to);

/// The action, without its signature.
runtime::Action exchange();

}  // namespace stdlib::file
