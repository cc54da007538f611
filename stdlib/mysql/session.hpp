// Who is connected, from the answer to `show_sessions` (server.hpp).
#pragma once

#include <string_view>

#include "lang/model/value.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::mysql {

const std::shared_ptr<const lang::EnumType>& session_kind_type();  ///< mysql.SessionKind
const std::shared_ptr<const lang::RecordType>& session_type();     ///< mysql.Session

/// Every session, our own included. Unknown where the list does not show everybody.
lang::Value sessions_from(std::string_view output);

/// Those that are a client's.
lang::Value clients_of(const lang::Value& sessions);

}  // namespace stdlib::mysql
