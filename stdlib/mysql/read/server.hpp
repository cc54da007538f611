// Which server it is, and the statements that it understands.
#pragma once

#include <chrono>
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
    /// Gives up when statements and commits under way hold it up for `patience`. While it waits, nobody else can write.
    std::string close_to_writers(std::chrono::seconds patience) const;
};

inline constexpr std::string_view show_version = "SELECT VERSION()";
inline constexpr std::string_view show_read_only = "SELECT @@GLOBAL.read_only";
/// Variables and then their effect: a source gives up waiting for its replicas by itself.
inline constexpr std::string_view show_semi_sync =
    "SHOW GLOBAL VARIABLES LIKE 'rpl_semi_sync%_enabled'; SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync%_status'";
inline constexpr std::string_view show_open_transactions =
    "SELECT p.ID AS id, p.USER AS user, p.HOST AS host, TIMESTAMPDIFF(SECOND, t.trx_started, NOW()) AS seconds "
    "FROM information_schema.INNODB_TRX t JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id ORDER BY t.trx_started";
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
