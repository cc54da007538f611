// The connection to a simulated machine, with the manners of a real one: it takes time, is refused, breaks.
#pragma once

#include <memory>

#include "rehearsal/site.hpp"
#include "runtime/connection/stream.hpp"
#include "runtime/scheduler.hpp"

namespace rehearsal {

/// Site, scheduler and stop must outlive it and its streams.
std::unique_ptr<runtime::Connection> simulated_connection(const lang::Host&, SimulatedSite&, runtime::Scheduler&, const runtime::Stop&);

}  // namespace rehearsal
