// What counts for a host where OpenSSH is installed: what `ssh -G` says.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "runtime/connection/ssh/configuration/host_settings.hpp"
#include "runtime/scheduler.hpp"

namespace runtime {

struct SshTarget;

/// Asks the program `ssh`, which alone knows what Include, Match, Tag and the files of the machine come to for a host. It is started
/// without a shell, with nothing to read, and ended at the deadline. What it has said of a host is kept until one of the two files changes
/// that it begins with; that another one has changed which they include is not seen.
class OpenSsh {
  public:
    /// `program`: its name or path; empty: none is asked. `directory` stands for the ~/.ssh of the account.
    OpenSsh(std::string program, std::string directory, Scheduler&, const Stop&);

    /// Is there one that could be asked?
    bool is_installed() const { return !program_.empty(); }

    struct Answer {
        HostSettings settings;
        std::optional<std::string> why_not;
        bool out_of_time = false;
        bool refused = false;  ///< by ssh itself
    };
    /// The names of the target must be such as ssh takes; its user and port go before the configuration, as on ssh's command line.
    Answer ask(const SshTarget&, Time until);

  private:
    enum class Jumps { AsConfigured, None };
    Answer start(const SshTarget&, Jumps, Time until) const;

    std::string program_;  ///< its path
    const std::string directory_;
    Scheduler& scheduler_;
    const Stop& stop_;
    std::mutex mutex_;
    std::map<std::string, HostSettings> known_;
};

}  // namespace runtime
