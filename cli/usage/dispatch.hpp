// The command line: which words choose what.
#pragma once

namespace cli::usage {

/// Does what the words say; the exit code.
int dispatch(int argc, char** argv);

}  // namespace cli::usage
