// What DRBD's tools print: /proc/drbd of the kernel module 8.4.11, and status of drbd-utils 9.22 over it.
#pragma once

#include <string>
#include <string_view>

#include "rehearsal/drbd/model.hpp"

namespace rehearsal {

/// The size of every device, in KiB: 32 GiB less the meta data.
inline constexpr std::int64_t drbd_device_kib = 33553404;

/// The whole of /proc/drbd on a host.
std::string proc_drbd(const Drbd&, const lang::Host&, lang::Time now);
/// `drbdsetup status R`, with `--verbose --statistics` if asked; empty for a resource that is down.
std::string drbd_status(const DrbdResource&, std::size_t side, bool verbose);
/// The lines of `drbdsetup events2 --now` about R; empty for a resource that is down.
std::string drbd_events(const DrbdResource&, std::size_t side, bool statistics);
/// `drbdadm get-gi R`: the generations of its data, and what of them the peer lacks.
std::string drbd_generations(const DrbdResource&, std::size_t side);
/// `drbdsetup show R --show-defaults`: the options in force, none of which was set.
std::string drbd_options(const DrbdResource&, std::size_t side);
/// What `drbdsetup status --json` of this age answers with.
std::string_view drbdsetup_usage();
/// `drbdadm --version`.
std::string_view drbdadm_version();

}  // namespace rehearsal
