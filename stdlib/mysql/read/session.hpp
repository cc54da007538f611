// Who is connected, from the answer to `show_sessions` (server.hpp).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "lang/model/value.hpp"
#include "runtime/module.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::mysql {

const std::shared_ptr<const lang::EnumType>& session_kind_type();  ///< mysql.SessionKind
const std::shared_ptr<const lang::RecordType>& session_type();     ///< mysql.Session

/// The machine with an address, or with a name, as a server tells where a session comes from; empty where there is none.
using MachineAt = std::function<std::string(std::string_view address)>;
/// Among those of the site; what is local to the server is on the host that was asked.
MachineAt machines_of(const runtime::Context&);

/// Every session, our own included. Unknown where the list does not show everybody.
lang::Value sessions_from(
    std::string_view output, const MachineAt& = [](std::string_view) { return std::string(); });

/// Those that are a client's, without those of `ignored` users (a list of texts).
lang::Value clients_of(const lang::Value& sessions, const lang::Value& ignored);

}  // namespace stdlib::mysql
