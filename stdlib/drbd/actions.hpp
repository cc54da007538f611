// What drbdadm changes, and how a resource's state is asked for.
#pragma once

#include <span>
#include <vector>

#include "lang/model/value.hpp"
#include "runtime/module.hpp"
#include "stdlib/drbd/read/status.hpp"

namespace stdlib::drbd {

inline constexpr std::string_view kernel_version = "drbd.version";
inline constexpr std::string_view utils_version_name = "drbd.utils";

/// The commands that tell the status of the resource named by the argument `resource`, in the dialect of the kernel's DRBD.
std::vector<runtime::Command> status_commands(const runtime::Context&);
/// What they told: view by view, and as one record.
Views read_views(std::span<const runtime::Reply>, const runtime::Context&);
lang::Value read_status(std::span<const runtime::Reply>, const runtime::Context&);

std::vector<runtime::Builtin> actions();
/// Those that the manual warns of: each throws away what one side has.
std::vector<runtime::Builtin> dangerous_actions();

}  // namespace stdlib::drbd
