// The two tables that HAProxy prints, by the names of their columns: versions add columns, and print them in another order.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "stdlib/support/told.hpp"

namespace stdlib::haproxy {

/// Cells by column, of the columns that are used; the texts stand in the output that was read.
using Row = std::map<std::string_view, std::string_view>;

/// `show stat`: CSV under "# pxname,svname,…". Every row has the columns that a server's record needs, or it is not a table.
std::optional<std::vector<Row>> stat_table(std::string_view output);

/// `show servers state`: the version 1, then blanks between columns under "# be_id be_name …". "srv_addr" is there where it is told.
std::optional<std::vector<Row>> servers_state_table(std::string_view output);

/// What the columns of both tell, and what becomes of it.
const std::vector<support::Facts>& stat_fields();
const std::vector<support::Facts>& servers_state_fields();

/// Is this a name that a back end or server can have? Letters, digits and `-_.:`, as the configuration allows them.
bool is_name(std::string_view);

}  // namespace stdlib::haproxy
