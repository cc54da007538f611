// The SQL privileges that the builtins need, each in a line that both servers read and only the one that it is for carries out.
#pragma once

#include <vector>

#include "runtime/module.hpp"

namespace stdlib::mysql {

std::vector<runtime::Right> to_look(const runtime::Context&);
std::vector<runtime::Right> to_order_replication(const runtime::Context&);
std::vector<runtime::Right> to_open_and_close(const runtime::Context&);
std::vector<runtime::Right> to_end_sessions(const runtime::Context&);

}  // namespace stdlib::mysql
