// What a run has changed and would not take back by itself.
#pragma once

#include <string>
#include <vector>

#include "runtime/event/types.hpp"

namespace cli {

/// A reader of a run's events.
class Changes {
  public:
    void read(const runtime::Event&);
    /// "systemd.stop("nginx") on web1": changed, not undone, and with no undo that is pending; in the order in which they were made.
    std::vector<std::string> without_undo() const;

  private:
    struct Change {
        runtime::Key key;
        std::string text;
        friend bool operator==(const Change&, const Change&) = default;
    };
    std::vector<Change> changes_;
    std::vector<runtime::Key> pending_;  ///< keys of what has an undo that is pending: of actions, and of calls of defines
};

}  // namespace cli
