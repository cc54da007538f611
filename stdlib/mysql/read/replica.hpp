// How replication stands, from the answer to SHOW SLAVE STATUS and its newer names.
#pragma once

#include <string_view>

#include "lang/model/value.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::mysql {

const std::shared_ptr<const lang::EnumType>& thread_type();     ///< mysql.Thread
const std::shared_ptr<const lang::RecordType>& replica_type();  ///< mysql.Replica

/// A record for each connection to a source: none on a server that is not a replica. Unknown where the output is not a table.
lang::Value replicas_from(std::string_view output);

/// The one record of such a list; a record that says `configured: false` for none, unknown for several.
lang::Value only_replica(const lang::Value& replicas);

/// Every connection is caught up, and there is one.
lang::Value all_caught_up(const lang::Value& replicas);

}  // namespace stdlib::mysql
