// A plan asks a host many things. One that takes its time to say that it cannot be reached is waited for once.
#pragma once

#include "runtime/connection/stream.hpp"

namespace runtime {

/// Connections that fail at once, with the same words, after they have failed slowly. The scheduler must outlive them.
ConnectionFactory waiting_once(ConnectionFactory, Scheduler&);

}  // namespace runtime
