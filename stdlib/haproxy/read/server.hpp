// The servers of all back ends, from `show stat` and `show servers state`.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/value.hpp"
#include "stdlib/haproxy/read/table.hpp"

namespace stdlib::haproxy {

const std::shared_ptr<const lang::EnumType>& state_type();     ///< haproxy.State
const std::shared_ptr<const lang::EnumType>& admin_type();     ///< haproxy.Admin
const std::shared_ptr<const lang::RecordType>& server_type();  ///< haproxy.Server

/// "jb/acd-jb1": of a record.
std::string path_of(const lang::Value& server);

/// The record of one server, from its row of `show stat` and who wants it out.
lang::Value server_from(const Row&, lang::Value admin);

/// A record for each server. Columns are found by their names; servers that only one of the two tells of make it unknown.
lang::Value servers_from(std::string_view show_stat, std::string_view show_servers_state);

/// Those called `name`, in one back end or (empty) in all.
std::vector<lang::Value> servers_called(const lang::Value& servers, std::string_view name, std::string_view backend);

/// The addresses of the servers in `show servers state`, by their paths ("web/jb1"); none where it is not an address ("-": a name that was
/// not resolved, a UNIX socket), or not told.
std::map<std::string, std::string, std::less<>> addresses_from(std::string_view show_servers_state);

/// Was this set by an operator through the socket or the page? Where it is not told why a server is out, it is not a ForcedMaint all the
/// same unless it says MAINT.
lang::Value is_set(const lang::Value& server, std::string_view admin);

/// The same servers, in the states that an operator sees and for the same reasons? "UP 1/2" is up.
lang::Value same_states(const lang::Value& left, const lang::Value& right);

}  // namespace stdlib::haproxy
