// The files that a configuration names, with their tokens.
#pragma once

#include <string>

namespace runtime {

/// The ~/.ssh that ssh itself goes by: of the account, whatever HOME says.
std::string ssh_directory_of_account();

/// What the tokens of a path stand for (ssh_config(5), TOKENS).
struct PathWords {
    std::string directory;  ///< stands for ~/.ssh
    std::string host;       ///< %h
    std::string named;      ///< %n
    std::string known_as;   ///< %k
    std::string user;       ///< %r
    int port = 22;          ///< %p
};

/// A path as ssh would open it: `~/`, `%…` and `${…}` stand for what they stand for there, and the account's ~/.ssh is `directory`. A token
/// that is not known stays as it is.
std::string expand_path(const std::string& path, const PathWords&);

}  // namespace runtime
