// That a watch has fired, where other machines that watch the same site see it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/interpret/effects/lock.hpp"

namespace runtime {

/// On the lock hosts of the site, made like its lock and beside it, and left there until the watch is armed again. A site without lock
/// hosts has no such place: then everybody gets it.
class FiredMark {
  public:
    /// The watch `text` of a file of this name.
    FiredMark(const lang::Site&, std::string_view file, std::string_view text, HostConnections&);

    struct Taken {
        enum class Is {
            Ours,
            Theirs,  ///< `why` says whose
            Untold,  ///< no lock host could tell; `why` says why
        } is = Is::Untold;
        std::string why = {};
    };
    /// Lock hosts that cannot be asked are passed over, one that gives it is enough: a run needs the lock of all of them anyway.
    Taken take(const LockNote&);
    /// What was taken with this token: nothing was begun.
    void give_back(const std::string& token);
    /// Takes it away, whoever has left it. What could not be taken away, each in a sentence.
    std::vector<std::string> clear();

  private:
    const std::vector<const lang::Host*>& hosts_;
    SiteLock mark_;
};

}  // namespace runtime
