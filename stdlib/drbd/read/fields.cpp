#include "stdlib/drbd/read/fields.hpp"

namespace stdlib::drbd {

namespace {

constexpr std::string_view traffic = "how much was moved since the start; what is missing, out of sync tells",
                           on_the_way = "requests on their way now: they come and go while the sides are in sync",
                           how_fast = "how a synchronisation or a verify goes on; that it runs, the replication tells",
                           only_how = "how it is done, not how it stands";

}  // namespace

const std::vector<support::Facts>& proc_fields() {
    static const std::vector<support::Facts> table = {
        {{"cs", "ro", "st", "ds", "oos", "flags", "sync'ed"}},
        {{"ns", "nr", "dw", "dr", "al", "bm", "ep"}, traffic},
        {{"lo", "pe", "ua", "ap"}, on_the_way},
        {{"finish", "speed", "want", "stalled"}, how_fast},
        {{"protocol", "wo"}, only_how},
        {{"resync", "act_log"}, "how full caches are"},
        {{"version", "srcversion", "GIT-hash", "api", "proto"}, "which DRBD it is: the first line says whether this is its dialect"},
    };
    return table;
}

const std::vector<support::Facts>& json_fields() {
    static const std::vector<support::Facts> table = {
        {{"resource.name", "resource.role", "resource.suspended", "resource.devices", "resource.connections"}},
        {{"device.volume", "device.disk-state", "device.client", "device.open", "device.quorum"}},
        {{"connection.name", "connection.connection-state", "connection.peer-role", "connection.peer_devices"}},
        {{"peer_device.volume", "peer_device.replication-state", "peer_device.peer-disk-state", "peer_device.peer-client",
          "peer_device.out-of-sync", "peer_device.percent-in-sync"}},
        {{"resource.suspended-user", "resource.suspended-no-data", "resource.suspended-fencing", "resource.suspended-quorum"},
         "why it is suspended: that it is, `suspended` tells"},
        {{"resource.force-io-failures"}, "what becomes of I/O that hangs: while it is set, `suspended` or the disk tells"},
        {{"resource.node-id", "connection.peer-node-id", "device.minor", "device.backing_dev", "device.backing-dev"},
         "what it is called elsewhere: a resource is found by its name, a volume by its number"},
        {{"resource.write-ordering", "connection.tls"}, only_how},
        {{"resource.admin-lock"}, "who may change its configuration, which nothing here does"},
        {{"device.size", "device.read", "device.written", "device.al-writes", "device.bm-writes", "peer_device.received",
          "peer_device.sent"},
         traffic},
        {{"device.upper-pending", "device.lower-pending", "device.al-suspended", "device.blocked", "connection.congested",
          "connection.ap-in-flight", "connection.rs-in-flight", "peer_device.pending", "peer_device.unacked"},
         on_the_way},
        {{"connection.paths"}, "by which way it is connected: that it is, the connection's state tells"},
        {{"peer_device.resync-suspended"}, "the replication is PausedSync then, and the disk Inconsistent"},
        {{"peer_device.has-sync-details",
          "peer_device.has-online-verify-details",
          "peer_device.rs-total",
          "peer_device.rs-dt-start-ms",
          "peer_device.rs-paused-ms",
          "peer_device.rs-dt0-ms",
          "peer_device.rs-db0-sectors",
          "peer_device.rs-dt1-ms",
          "peer_device.rs-db1-sectors",
          "peer_device.rs-failed",
          "peer_device.rs-same-csum",
          "peer_device.ov-start-sector",
          "peer_device.ov-stop-sector",
          "peer_device.ov-position",
          "peer_device.ov-left",
          "peer_device.ov-skipped",
          "peer_device.want",
          "peer_device.eta",
          "peer_device.estimated-seconds-to-finish",
          "peer_device.percent-resync-done",
          "peer_device.db/dt [MiB/s]",
          "peer_device.db0/dt0 [MiB/s]",
          "peer_device.db1/dt1 [MiB/s]"},
         how_fast},
    };
    return table;
}

const std::vector<support::Facts>& events_fields() {
    static const std::vector<support::Facts> table = {
        {{"resource.name", "resource.role", "resource.suspended"}},
        {{"device.name", "device.volume", "device.disk", "device.client", "device.open", "device.quorum"}},
        {{"connection.name", "connection.peer-node-id", "connection.conn-name", "connection.connection", "connection.role"}},
        {{"peer-device.name", "peer-device.peer-node-id", "peer-device.volume", "peer-device.replication", "peer-device.peer-disk",
          "peer-device.peer-client", "peer-device.out-of-sync", "peer-device.done"}},
        {{"resource.may_promote", "resource.promotion_score"},
         "what DRBD itself would allow: it allows a Primary without a peer, which here needs more"},
        {{"resource.write-ordering", "resource.force-io-failures"}, only_how},
        {{"device.minor", "device.backing_dev", "peer-device.conn-name"}, "what it is called elsewhere: a volume is found by its number"},
        {{"device.size", "device.read", "device.written", "device.al-writes", "device.bm-writes", "peer-device.received",
          "peer-device.sent"},
         traffic},
        {{"device.upper-pending", "device.lower-pending", "device.al-suspended", "device.blocked", "connection.congested",
          "connection.ap-in-flight", "connection.rs-in-flight", "peer-device.pending", "peer-device.unacked"},
         on_the_way},
        {{"peer-device.resync-suspended"}, "the replication is PausedSync then, and the disk Inconsistent"},
        {{"peer-device.dbdt1", "peer-device.eta"}, how_fast},
        {{"path.name", "path.peer-node-id", "path.conn-name", "path.local", "path.peer", "path.established"},
         "by which way it is connected: that it is, the connection tells"},
    };
    return table;
}

}  // namespace stdlib::drbd
