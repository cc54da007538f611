// What DRBD says about a resource, as one record whatever its version. Pure: any text goes in, a value or an unknown comes out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/value.hpp"

namespace stdlib::drbdadm {

/// The types of the module. Members of an enumeration stand from worst to best: of several volumes or peers the worst is told.
struct Types {
    std::shared_ptr<const lang::EnumType> role, disk, connection, replication;
    std::shared_ptr<const lang::RecordType> status;
};
const Types& types();

/// One volume towards one peer, in the words of DRBD 9. What was not said is empty.
struct View {
    std::string role, peer_role;
    std::string connection, replication;
    std::string disk, peer_disk;
    std::optional<std::int64_t> out_of_sync;  ///< KiB
    std::optional<double> synced;             ///< percent, while a synchronisation runs
};

/// The record for all views of a resource; without one the resource is down.
lang::Value status(const std::vector<View>&);

/// The minors in what `drbdadm sh-dev` prints, a device a line; nothing where one of them has no number.
std::optional<std::vector<int>> minors(std::string_view sh_dev);

/// DRBD 8.4: /proc/drbd, for the minors of one resource. Unknown where it is not that file, or a minor's line cannot be read.
lang::Value status_from_proc(std::string_view proc_drbd, const std::vector<int>& minors);
/// All minors that are set up, as "minor 0: Primary, Connected".
std::vector<std::string> summary_from_proc(std::string_view proc_drbd);

/// DRBD 9: `drbdsetup status RESOURCE --json`.
lang::Value status_from_json(std::string_view json, std::string_view resource);
/// All resources, as "r0: Primary, Connected".
std::vector<std::string> summary_from_json(std::string_view json);

/// "8.4.11" from `drbdadm --version` (DRBD_KERNEL_VERSION_CODE=0x08040b); unknown where the kernel module is not found.
lang::Value version(std::string_view drbdadm_version);

/// Both sides have the same data now: connected, and both disks up to date.
lang::Value in_sync(const lang::Value& status);

}  // namespace stdlib::drbdadm
