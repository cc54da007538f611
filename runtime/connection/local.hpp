// Hosts with `via local`: the machine that procrun itself runs on.
#pragma once

#include "runtime/connection/stream.hpp"

namespace runtime {

/// Connections that run each line with `/bin/sh -c`, in a process group of its own, so that a Ctrl-C in the terminal is ours alone.
/// As over SSH, whose line is still running when our patience ends is left running: to stop half of an action is no safer than to
/// leave it, and the reply says that it may still run. Scheduler and stop must outlive the connections.
ConnectionFactory local_connections(Scheduler&, const Stop&);

/// One line, run in the same way, of which nothing is left when the stream is given up before its end: it and all in its process group are
/// killed. For what only fetches something. Scheduler and stop must outlive the stream.
std::unique_ptr<Stream> run_while_listening(const std::string& line, Scheduler&, const Stop&);

}  // namespace runtime
