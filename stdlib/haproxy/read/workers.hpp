// HAProxy's workers from before a reload: they go on with the sessions that they have, and the admin socket does not reach them.
#pragma once

#include <optional>
#include <string>

#include "runtime/module.hpp"

namespace stdlib::haproxy {

/// Found out about a host once: the socket of the master process (`haproxy -W -S …`), where there is one that may be asked; else "".
inline constexpr auto detected_master = "haproxy.master";
runtime::Read find_master();

/// Asks the master for its processes; nothing where there is none to be asked.
std::optional<runtime::Command> show_workers(const runtime::Context&);

/// "2 workers from before a reload still run: 3347 since 0d00h12m05s, …"; nothing where there are none; unknown where the reply does not
/// read (Management Guide, 9.4.1: `show proc`).
std::optional<lang::Value> old_workers(const runtime::Reply&, const runtime::Context&);

}  // namespace stdlib::haproxy
