// The site's lock: on the disk of each lock host a directory that only one run can make, and in it a file that says who did.
#pragma once

#include <string>

#include "runtime/connection/host_connections.hpp"
#include "runtime/interpret/effects/place.hpp"

namespace runtime {

struct LockNote {
    std::string token;  ///< the file's name: tells one run's lock from another's
    // What stands in the file: lines that a person can read.
    std::string holder;   ///< the operator
    std::string machine;  ///< that procrun runs on
    std::string since;
    std::string procedure;   ///< "failover, run 12"
    std::string message;     ///< what the operator says about it; may be empty
    std::string run = {};    ///< the token of the run's first part: the same, whoever goes on with it and wherever
    std::string ended = {};  ///< in a record: how the run ended, as it gave the lock back; empty where it has not
    /// Later ones are greater: seconds since 1970 where it is the first, or where the clock of its machine is ahead of all before.
    std::int64_t number = 0;
};

/// What lock hosts remember of the run that had the lock before.
struct LastRun {
    enum class Is {
        None,
        There,
        Unreadable,  ///< or not said
    } is = Is::Unreadable;
    LockNote note = {};  ///< of There
};

/// "kay on desk1 runs failover, run 12, since 2026-03-01 22:00:00 UTC ("change 4711")"
std::string describe(const LockNote&);

/// "kay on desk1 runs failover, run 12, since … UTC: completed"
std::string describe(const LastRun&);

struct LockState {
    enum class Is {
        Free,
        Held,
        Nameless,  ///< the directory is there, and nothing in it says whose it is
        Obstacle,  ///< what is there is no lock: of another owner, open to others, a link, a file
        Unknown,
    } is = Is::Unknown;
    LockNote note = {};      ///< of Held
    std::string why = {};    ///< of Unknown, and of Free where it could not be taken all the same; of Obstacle: what, and whose
    std::string where = {};  ///< the path on the host; empty for Free and Unknown
    LastRun last = {};       ///< of Held, where it was taken or taken over right now, and of Free
};

/// What a machine answers that is told of a run.
struct Claim {
    enum class Is {
        Ours,
        Newer,    ///< it knows of a newer run: `newest`
        NotKept,  ///< it cannot be told, and tests nothing: `why`
    } is = Is::NotKept;
    LockNote newest = {};
    std::string why = {};
};

/// What is in the way, and the way out: no `resume` and no `lock release` can help.
std::string describe_obstacle(const LockState&, const lang::Host&);

/// The lock on one host. Where it is taken, in which order and what follows is for whoever uses it.
class SiteLock {
  public:
    SiteLock(const lang::Site&, HostConnections&);
    /// Another thing that only one may have, under this name in the same place.
    SiteLock(std::string name, HostConnections&);

    /// Held by the taker's own token: it has it. Anything else: it has not. Free: another run had it a moment ago, or the directory cannot
    /// be made, for which `why` has the reason.
    LockState take(const lang::Host&, const LockNote&);
    /// The same for a lock with the token `from`: of several that try, one gets it.
    LockState take_over(const lang::Host&, const std::string& from, const LockNote&);
    LockState look(const lang::Host&, Duration patience);
    /// Free: it is given back. A lock with another token stays; an empty token gives back a nameless one.
    LockState release(const lang::Host&, const std::string& token);
    /// The same by the run itself at its end, which the record then says. One whose lock is released by others has not ended.
    LockState give_back(const lang::Host&, const LockNote&);

    /// From now on the host knows that this run may send, and none before it, unless it knows of a newer one.
    Claim claim(const lang::Host&, const LockNote&);

  private:
    /// What is there after it; Unknown where the host did not say. `may_have_run`: it was sent, and did not end by itself.
    LockState ask(const lang::Host&, LockCall, Duration patience, bool* may_have_run = nullptr);

    HostConnections& connections_;
    std::string name_, old_name_;
    std::string last_, newest_;  ///< records; empty: none
};

/// How long one host may take to answer, its log-in included.
constexpr Duration lock_patience = std::chrono::seconds(20);
/// And one that is told of a run: many are at the same time, and some may be off.
constexpr Duration claim_patience = std::chrono::seconds(10);

}  // namespace runtime
