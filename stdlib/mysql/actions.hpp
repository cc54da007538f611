// What changes a database server, and the question that comes before the greatest change.
#pragma once

#include "runtime/module.hpp"

namespace stdlib::mysql {

runtime::Builtin start_replica();
runtime::Builtin stop_replica();
runtime::Builtin make_read_only();
runtime::Builtin make_writable();
runtime::Builtin safe_to_promote();
runtime::Builtin promote();

}  // namespace stdlib::mysql
