// How a server is set up to follow its source, from the same answer as how its replication stands (replica.hpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stdlib::mysql {

struct Link {
    std::string channel;  ///< empty for the default one
    std::string source;   ///< host:port
    std::string user;     ///< that it logs in as
    std::string tls;      ///< the server's word for whether it uses TLS
    /// By which transactions it asks for what it lacks: MariaDB's "Slave_Pos" or "Current_Pos", MySQL's "1". Empty where it asks by
    /// places in the source's log.
    std::string by_gtid;
    std::string received;  ///< transactions
};

/// One for each connection to a source. Nothing where the answer is not a table that has all of it, in words that are known.
std::optional<std::vector<Link>> links_from(std::string_view output);

}  // namespace stdlib::mysql
