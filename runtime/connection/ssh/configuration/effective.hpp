// Reads what `ssh -G` prints.
#pragma once

#include <string>
#include <string_view>

#include "runtime/connection/ssh/configuration/host_settings.hpp"

namespace runtime {

struct SshTarget;

/// One setting a line: its keyword, in lower case, a blank, and its value. `directory` stands for the ~/.ssh of the account.
HostSettings effective_settings(std::string_view printed, const SshTarget&, const std::string& directory);

/// The files of a list: they stand side by side without quotation marks, each from its root.
std::vector<std::string> files_of_list(std::string_view list);

}  // namespace runtime
