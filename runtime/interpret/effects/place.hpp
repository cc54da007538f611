// Where the site's lock lies on a lock host, and how it is taken, read and given back there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/model/site.hpp"
#include "runtime/command.hpp"

namespace runtime {

/// Prepared by who administers the host (examples/tmpfiles.d): nobody but root and a group can be in the way there.
constexpr const char* prepared_place = "/var/lib/procrun";
/// Otherwise: everybody can make something there, and nobody can change what another one has made.
constexpr const char* common_place = "/var/tmp";

/// The directory's name in its place. It holds no name of the site: two site files over the same lock host exclude each other, whatever
/// they call themselves. Only an id that `lock … as "ID"` declares keeps sites on one lock host apart.
std::string lock_name(const lang::Site&);
/// Of the record beside it: which run had the lock last, and how that one ended. It stays when the lock is given back.
std::string last_name(const lang::Site&);
/// Of the same on a machine that the run acts on: the newest run of which it has been told (runtime/shell/guard.hpp).
std::string newest_name(const lang::Site&);
/// As procrun named it before: who still runs with it is seen, and not ignored.
std::string old_lock_name(const lang::Site&);

/// Of the mark that a watch has fired, in the same place: of the watch `text` in a file of this name.
std::string mark_name(const lang::Site&, std::string_view file, std::string_view text);

/// Lies in `common_place`, as on every lock host where nothing is prepared.
std::string lock_directory(const lang::Site&);

/// One thing to be done with the lock on a host. A host exits with 0 whatever it finds, and writes a word, a line with the path that it
/// is about, and the rest:
///
///     free                               | and, where there is a record, `before` and what it says
///     held      PATH  TOKEN  the file    | whoever has it, the caller too
///     nameless  PATH                     | a lock's directory without a file
///     obstacle  PATH  what and whose     | it is no lock of procrun's that this user could believe
///     failed    PATH  why                | nothing is in the way, and yet
///
/// Whoever has taken the lock, or taken it over, learns of the record: `number N` behind the token, which is its own from now on, and then
/// `first`, `unreadable`, or `before` and what the record said: its number, `token T` and the file. `claim` is about the record alone:
/// `ours` and its PATH, or `newer`, its PATH and what it says.
///
/// In the common place others can put anything under the names, and change it between any two commands. So nothing is believed from
/// outside: a directory is entered, never through a link, and only then its path, owner and mode are looked at, as `.`; all that is
/// read, written and deleted is a name in it. Its owner is the caller, and nobody else can write to it, so what is in it is the
/// caller's. What others own is an obstacle, and is told with its owner. In the prepared place its group is believed.
struct LockCall {
    std::string what;            ///< `look`, `take`, `over` (take over), `release`, `claim` (the record alone)
    std::string name, old_name;  ///< of the directory
    std::string token = {};      ///< to be taken or given back; the name of the file
    std::string from = {};       ///< the token that is taken over
    std::string record = {};     ///< the directory of the record; empty: none is kept
    std::string number = {};     ///< in the record: no less than this, and more than the one before; released with it: that of the caller
    std::string note = {};       ///< what the file is to say

    Command command() const;
};

/// For whoever must read such a command: the variables that it sets, one assignment for sh a line; empty where it is none.
std::string_view lock_variables(const std::vector<std::string>& words, std::string_view input);

}  // namespace runtime
