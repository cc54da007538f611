// Who keeps a journal locked: SQLite does not say, the system does.
#pragma once

#include <string>

namespace runtime {

/// "process 4711 (sqlite3)", the first other process on this machine that has a lock on it which keeps us from writing; empty where none
/// is seen. Nothing is opened: a lock of our own would be lost by that.
std::string holder_of(const std::string& journal);

}  // namespace runtime
