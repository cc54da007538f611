// ~/.ssh/config and /etc/ssh/ssh_config, made ready for libssh.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/connection/descriptor.hpp"

namespace runtime {

/// libssh reads these files itself and knows which line is for which host. What it does not do is done here, as ssh does it: an `Include`
/// may begin with `~/`, have wildcards, or be relative to the folder of the file that ssh reads by itself; the lines behind it belong to
/// the same host as those before it; a `Port` must be one. Each file that takes part is read with the bounds that all files have.
class SshConfig {
  public:
    /// The lines of a file and all that it includes. `folder`: where relative names begin. A file that is not there has no lines.
    static SshConfig read(const std::string& path, const std::string& folder);

    /// Why it cannot be used: what is wrong, with file and line.
    const std::optional<std::string>& why_not() const { return why_not_; }
    const std::string& path() const { return source_.path; }
    /// Does any line set this option, for whatever host?
    bool mentions(std::string_view option) const;

    /// A file for `ssh_options_parse_config`; empty where there is nothing to be read. It is there as long as this is.
    std::string file() const;
    /// The same, for an option that libssh would not tell: what it says stands as UserKnownHostsFile, which it tells, and lines that set
    /// that are left out. Only for a session that is asked and thrown away.
    SshConfig asking_for(std::string_view option) const;

  private:
    struct Source {
        std::string path, folder;
    };
    void add(const std::string& path, int depth);
    std::string include(std::string_view names, const std::string& host, const std::string& where, int depth);
    std::string refuse(std::string why);

    Source source_;
    std::string asked_;  ///< the option that is asked for, in lower case; empty: none
    std::optional<std::string> why_not_;
    std::set<std::string, std::less<>> options_;  ///< that are mentioned, in lower case
    std::vector<Descriptor> texts_;               ///< files in memory: the first is the one that libssh is given, the others it includes
};

}  // namespace runtime
