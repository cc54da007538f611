// Host and user names as they may stand in a configuration's lines and in the command line of a program.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace runtime {

/// Why ssh would refuse such a name of a machine or of a user, in a few words behind the name: one that begins with `-` would be an option
/// of a program, and what a shell would not take to the letter has no place in a ProxyCommand. Nothing where it may be used.
std::optional<std::string> why_no_host(std::string_view name);
std::optional<std::string> why_no_user(std::string_view name);

/// What the tokens of a ProxyCommand stand for.
struct ProxyWords {
    std::string host;   ///< %h: connected to
    int port = 0;       ///< %p
    std::string user;   ///< %r
    std::string named;  ///< %n: as the site names the address
};

struct ProxyLine {
    std::string line;  ///< for a shell
    std::optional<std::string> why_not;
};

/// The names must have passed above. A user whose name a shell would not take to the letter is refused where the line has a place for it.
ProxyLine expand_proxy_command(std::string_view command, const ProxyWords&);

}  // namespace runtime
