// What DRBD says about a resource, as one record whatever its version. Pure: any text goes in, a value or an unknown comes out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lang/model/signature.hpp"
#include "lang/model/value.hpp"

namespace stdlib::drbd {

/// The types of the module. Members of an enumeration stand from worst to best: of several volumes or peers the worst is told.
struct Types {
    std::shared_ptr<const lang::EnumType> role, disk, connection, replication;
    std::shared_ptr<const lang::RecordType> status;
};
const Types& types();

/// One volume towards one peer, in the words of DRBD 9. What was not said is empty.
struct View {
    std::string peer;  ///< its name; empty where DRBD 8.4 knows but one
    std::int64_t volume = 0;
    std::string role, peer_role;
    std::string connection, replication;
    std::string disk, peer_disk;
    std::optional<std::int64_t> out_of_sync;  ///< KiB
    std::optional<double> synced;             ///< percent, while a synchronisation runs
    bool open = false;                        ///< said to be in use; false also where DRBD does not know
    // Without a disk on purpose: a tiebreaker, or a client. It has no copy of the data, but may be Primary. Since DRBD 9.
    std::optional<bool> client, peer_client;
    std::optional<bool> quorum;  ///< since DRBD 9
    bool suspended = false;      ///< said to let its I/O wait
};

/// All views of a resource, none where it is down; or an unknown that says why they could not be read.
using Views = std::variant<std::vector<View>, lang::Value>;

/// The record for all views of a resource.
lang::Value status(const Views&);
/// Everything that speaks against making the resource Primary on `host`, view by view, with unknowns for what could not be told.
lang::Value against_promotion(const Views&, std::string_view resource, std::string_view host);

/// The minors in what `drbdadm sh-minor` prints, a volume a line; nothing where a line is not one. The name of a device tells nothing:
/// /dev/drbd_vda1 may have the minor 0.
std::optional<std::vector<int>> minors(std::string_view sh_minor);

/// DRBD 8.4: /proc/drbd, for the minors of one resource. Unknown where it is not that file, or a minor's line cannot be read.
Views views_from_proc(std::string_view proc_drbd, const std::vector<int>& minors);
/// DRBD 9: `drbdsetup status RESOURCE --json`.
Views views_from_json(std::string_view json, std::string_view resource);
/// Every DRBD with drbd-utils from 8.9.3 on: `drbdsetup events2 --now --statistics`, for one of the resources in it.
Views views_from_events(std::string_view events2, std::string_view resource);
struct Summary {
    std::string resource, states;  ///< "r0", "Primary, UpToDate, Connected"
};
/// All resources in it that are up. Nothing where it is no such output.
std::optional<std::vector<Summary>> summary_from_events(std::string_view events2);

/// "8.4.11" from `drbdadm --version` (DRBD_KERNEL_VERSION_CODE=0x08040b); unknown where the kernel module is not found.
lang::Value version(std::string_view drbdadm_version);
/// The same of drbd-utils (DRBDADM_VERSION_CODE).
lang::Value utils_version(std::string_view drbdadm_version);

/// The first parameter of everything that is about one resource.
lang::Parameter resource_parameter();

/// Has the peer of this view a copy of the data? Not where it is known to be without a disk on purpose.
bool has_copy(const View&);

/// All sides have the same data now: connected, all disks up to date, nothing out of sync. Who is without a disk on purpose does not
/// count, neither for nor against it. Unknown where DRBD tells less.
lang::Value in_sync(const View&);
lang::Value in_sync(const Views&);
/// What keeps it from being so, as a list of texts: empty where `in_sync` is true, unknown where that is.
lang::Value against_sync(const Views&, std::string_view resource, std::string_view host);

}  // namespace stdlib::drbd
