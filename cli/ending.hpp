// How a command ends that throws: what is said, and its exit code.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "cli/terminal/output.hpp"

namespace cli {

/// A defect of procrun that is noticed before it does harm: what it would have done. Ends with `defect_exit_code`, as every exception does
/// that nobody expected.
struct Defect : std::logic_error {
    using std::logic_error::logic_error;
};

/// EX_SOFTWARE of sysexits.h: no run ends with it.
constexpr int defect_exit_code = 70;

/// What a report of a defect has to name. Values of parameters are no part of it.
struct Doing {
    std::string version;  ///< "procrun 0.1.0"
    std::string command;  ///< "procrun run failover.proc"
    std::string journal;  ///< the path of its file
};

/// Does the work and answers the exit code, whatever is thrown: 2 for what the command line got wrong, 8 for the journal, 1 for what the
/// system refused, 70 for everything else.
int exit_code_of(const std::function<int()>& work, const Doing&);

/// From here on an assertion that fails, or an exception that leaves a thread, is told and ends the process with 70, too.
void tell_defects(const Doing&);

}  // namespace cli
