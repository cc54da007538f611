#include "stdlib/mysql/rights.hpp"

#include <fmt/format.h>

#include "stdlib/mysql/client.hpp"

namespace stdlib::mysql {

namespace {

using runtime::Context;
using runtime::Right;

/// The user as it stands in a GRANT. The client runs on the server's own machine.
std::string grantee(const std::string& user) {
    std::string quoted;
    for (const char c : user) quoted += c == '\'' ? std::string("''") : c == '\\' ? std::string("\\\\") : std::string(1, c);
    return fmt::format("'{}'@'localhost'", quoted);
}

/// Each server knows privileges that the other has no word for. What stands in `/*M!` is carried out by MariaDB only, what stands in
/// `/*!80000` by MySQL 8 and later only: MariaDB passes over the version numbers from 50700 on. MySQL 5.7 has SUPER for all of them.
std::vector<Right> granted(const Context& context, const char* mariadb, const char* mysql) {
    const std::string user = account_of(context);
    if (user.empty()) return {};
    const auto right = [&](const char* opened, const char* privileges) {
        return Right{.granted_by = "MariaDB or MySQL, by an administrator",
                     .statement = fmt::format("{} GRANT {} ON *.* TO {} */;", opened, privileges, grantee(user))};
    };
    return {right("/*M!", mariadb), right("/*!80000", mysql)};
}

std::vector<Right> with_looking(std::vector<Right> rights, const Context& context) {
    for (Right& look : to_look(context)) rights.push_back(std::move(look));
    return rights;
}

}  // namespace

std::vector<Right> to_look(const Context& context) {
    return granted(context, "PROCESS, SLAVE MONITOR, BINLOG MONITOR", "PROCESS, REPLICATION CLIENT");
}

std::vector<Right> to_order_replication(const Context& context) {
    return with_looking(granted(context, "REPLICATION SLAVE ADMIN", "REPLICATION_SLAVE_ADMIN"), context);
}

/// MySQL wants both for super_read_only.
std::vector<Right> to_open_and_close(const Context& context) {
    return with_looking(granted(context, "READ_ONLY ADMIN", "CONNECTION_ADMIN, SYSTEM_VARIABLES_ADMIN"), context);
}

std::vector<Right> to_end_sessions(const Context& context) {
    return with_looking(granted(context, "CONNECTION ADMIN", "CONNECTION_ADMIN"), context);
}

}  // namespace stdlib::mysql
