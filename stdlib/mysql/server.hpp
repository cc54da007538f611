// Which server it is, and the statements that it understands.
#pragma once

#include <string>
#include <string_view>

#include "lang/value.hpp"

namespace stdlib::sql {

struct Server {
    enum class Maker { Unknown, MariaDB, MySQL };
    Maker maker = Maker::Unknown;
    int version = 0;  ///< 8.0.22 is 80022

    /// Every connection of the server, a row each.
    std::string_view show_replication() const;
    std::string_view start_replication() const;
    std::string_view stop_replication() const;
    /// Yields 1 where nobody can write, users with all privileges included as far as the server can keep them out.
    std::string_view show_closed_to_writers() const;
    std::string_view close_to_writers() const;
};

inline constexpr std::string_view show_version = "SELECT VERSION()";
inline constexpr std::string_view show_read_only = "SELECT @@GLOBAL.read_only";
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

}  // namespace stdlib::sql
