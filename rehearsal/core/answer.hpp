// What a simulated host is asked, and what it says: an answer, or that nothing simulates what was asked.
#pragma once

#include <string>
#include <vector>

#include "lang/model/site.hpp"
#include "runtime/command.hpp"

namespace rehearsal {

struct World;

/// One command line as a host received it, taken apart: `sudo`, `sh -c` and `powershell -EncodedCommand` are peeled off. Or a request
/// to one of its ports: {"tcp://10.1.1.5:7890"}, {"GET", "http://10.1.1.5:5580/urs/console?backup"}.
struct Invocation {
    const lang::Host& host;
    std::vector<std::string> words;  ///< of a program; a PowerShell script is one word after "powershell"
    std::string input;               ///< standard input; what the request sends
    lang::Time now{};
};

struct Answer {
    int code = 0;  ///< of a request over HTTP its status; where it is NotSent the errno
    std::string out = {}, err = {};
    lang::Duration takes = std::chrono::milliseconds(20);  ///< how long the command runs, in virtual time
    runtime::Ending ending = runtime::Ending::Exited;      ///< LinkLost for a shutdown
    std::string mend = {};                                 ///< of NotSimulated: what a site file would have to say
    std::string rests_on = {};                             ///< the `reply` of the site file that says so; empty: a model does
};

}  // namespace rehearsal
