// What holds a DRBD device: while anything does, it cannot be made Secondary.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "runtime/module.hpp"

namespace stdlib::drbd {

/// The mounts of the machine, and the block devices that stand on DRBD's.
std::vector<runtime::Command> holder_commands();

/// What is known to hold the devices whose minors `drbdadm sh-minor` told: "/srv/data (mounted)", "dm-3 (block device)". An empty list is
/// no proof: a mount in another name space and a program that has the device open do not show.
std::vector<std::string> holders(std::string_view sh_minor, std::string_view resource, std::span<const runtime::Reply> replies);

/// drbd.holders
runtime::Builtin holders_query();

}  // namespace stdlib::drbd
