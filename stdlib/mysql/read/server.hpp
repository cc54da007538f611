// Which server it is, and the statements that it understands.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "lang/model/value.hpp"

namespace stdlib::mysql {

struct Server {
    enum class Maker { Unknown, MariaDB, MySQL };
    Maker maker = Maker::Unknown;
    int version = 0;  ///< 8.0.22 is 80022

    /// Every connection of the server, a row each.
    std::string_view show_replication() const;
    std::string_view start_replication() const;
    std::string_view stop_replication() const;
    /// Two results: a row with `id`, `uuid`, `closed` (to writers, users with all privileges included as far as the server can keep them
    /// out), `logged` and `applied` transactions; then the place in the binary log, nothing where none is written.
    std::string show_position() const;
    /// Gives up when statements and commits under way hold it up for longer than the limit that goes before it (`limit_changes`). While
    /// it waits, nobody else can write.
    std::string close_to_writers() const;
    /// Follows the server at an address instead, from where it stands. Everything that is not named stays as it is: user, password, TLS.
    std::string follow(std::string_view address, std::int64_t port, std::string_view gtid_mode) const;

    /// Goes before statements, so that the server itself ends them, though nobody waits for them any more: a lost link leaves nothing
    /// running. MariaDB ends nearly everything by time (STOP SLAVE waits for the transaction that is being executed, however long that
    /// takes), MySQL only what reads; both end a wait for a lock. Nothing for a look at a server whose maker is unknown.
    std::string limit_looks(std::chrono::seconds) const;
    std::string limit_changes(std::chrono::seconds) const;
};

inline constexpr std::string_view show_version = "SELECT VERSION()";
/// MariaDB: where it would ask on from, its own transactions included.
inline constexpr std::string_view show_place = "SELECT @@GLOBAL.gtid_current_pos AS place";
inline constexpr std::string_view show_port = "SELECT @@GLOBAL.port AS port";
inline constexpr std::string_view show_read_only = "SELECT @@GLOBAL.read_only";
/// Variables and then their effect: a source gives up waiting for its replicas by itself.
inline constexpr std::string_view show_semi_sync =
    "SHOW GLOBAL VARIABLES LIKE 'rpl_semi_sync%_enabled'; SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync%_status'";
inline constexpr std::string_view show_open_transactions =
    "SELECT p.ID AS id, p.USER AS user, p.HOST AS host, TIMESTAMPDIFF(SECOND, t.trx_started, NOW()) AS seconds "
    "FROM information_schema.INNODB_TRX t JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id ORDER BY t.trx_started";
/// Transactions that would have to be rolled back if their session were ended.
inline constexpr std::string_view show_writes =
    "SELECT trx_mysql_thread_id AS id, TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS seconds, trx_rows_modified AS written "
    "FROM information_schema.INNODB_TRX WHERE trx_rows_modified > 0";
inline constexpr std::string_view open_to_writers = "SET GLOBAL read_only=0";
/// The first result tells our own session, the counts before and after tell whether the list shows everybody: without the
/// privilege PROCESS it silently shows only the sessions of the same user. Without FULL, as statements may be megabytes long.
inline constexpr std::string_view show_sessions =
    "SELECT CONNECTION_ID(); SHOW GLOBAL STATUS LIKE 'Threads_connected'; SHOW PROCESSLIST; "
    "SHOW GLOBAL STATUS LIKE 'Threads_connected'";

/// From the answer to `show_version`; an unknown version is a Server whose maker is unknown, spoken to in the words that most understand.
Server server_from(const lang::Value& version);

/// What the client printed for `show_version`: the version as a text.
lang::Value version_from(std::string_view output);

}  // namespace stdlib::mysql
