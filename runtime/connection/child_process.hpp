// A program that is started for a connection, and that ends with it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "runtime/connection/descriptor.hpp"

namespace runtime {

/// Started without a shell, in a session of its own: it has no terminal to ask at, and a Ctrl-C there is not for it. Whoever holds this has
/// ended and reaped it when this goes.
class ChildProcess {
  public:
    struct Streams {
        const Descriptor &in, &out, &err;
    };
    /// `words` begins with the program, which is looked for in PATH where it is no path. Where it cannot be started, `why_not` says why.
    ChildProcess(std::vector<std::string> words, const Streams&);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    const std::optional<std::string>& why_not() const { return why_not_; }
    /// Readable once it has ended.
    const Descriptor& ended() const { return ended_; }
    /// Waits at most `patience` for its end.
    bool has_ended_within(Duration patience) const;
    /// Its exit status; nothing where it runs, or where a signal has ended it.
    std::optional<int> exit_status() const;
    /// "exited with 255", "was ended by SIGTERM", "still runs"
    std::string describe_state() const;

  private:
    pid_t pid_ = 0;  ///< and the number of its session and process group; 0: there is none
    Descriptor ended_;
    std::optional<std::string> why_not_;
};

}  // namespace runtime
