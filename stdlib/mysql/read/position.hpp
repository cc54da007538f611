// Where a server stands in its own binary log, and which transactions it has.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lang/model/site.hpp"
#include "lang/model/value.hpp"
#include "stdlib/mysql/read/gtid.hpp"

namespace stdlib::mysql {

const std::shared_ptr<const lang::EnumType>& semi_sync_type();  ///< mysql.SemiSync
const std::shared_ptr<const lang::RecordType>& source_type();   ///< mysql.Source

/// From the answers to `Server::show_position`, `show_semi_sync` and `show_port` of a host.
lang::Value source_from(const lang::Host&, std::string_view position, std::string_view semi_sync, std::string_view port);

/// A place in a binary log, "mysql-bin.000002:812".
struct Place {
    std::string log;          ///< the name without its number
    std::int64_t number = 0;  ///< of the file
    std::int64_t offset = 0;
    auto operator<=>(const Place&) const = default;
};
std::optional<Place> place_from(std::string_view);

/// The answer to `Server::show_position`.
struct Position {
    std::int64_t server_id = 0;
    std::string uuid;  ///< MySQL only
    bool closed = false;
    std::string place;  ///< empty without a binary log
    std::string logged, applied;
};
std::optional<Position> position_from(std::string_view output);

/// What tells whether clients wrote in between: the transactions that this server wrote itself, or where it has no identifiers
/// for them its place. Empty without a binary log.
std::string own_writes(const Position&);

}  // namespace stdlib::mysql
