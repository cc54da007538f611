#include "runtime/journal/holder.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "lang/text/utf8.hpp"

namespace runtime {

namespace {

/// The byte of FILE-shm that is locked by who writes ("WAL-mode File Format" of SQLite, "WAL Locks": WAL_WRITE_LOCK).
constexpr const char* writers_byte = "120";

/// As /proc/locks names a file: "08:01:1234567".
std::string name_in_locks(const std::string& path) {
    struct stat file = {};
    if (stat(path.c_str(), &file) != 0) return {};
    return fmt::format("{:02x}:{:02x}:{}", major(file.st_dev), minor(file.st_dev), file.st_ino);
}

std::string command_of(int process) {
    std::ifstream file(fmt::format("/proc/{}/comm", process));
    std::string name;
    std::getline(file, name);
    return lang::printable(name);
}

}  // namespace

std::string holder_of(const std::string& journal) {
    const std::string database = name_in_locks(journal), shared = name_in_locks(journal + "-shm");
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
        // 1: POSIX  ADVISORY  WRITE 4711 08:01:1234567 120 120
        std::istringstream words(line);
        std::string number, type, advisory, access, file, first;
        int process = 0;
        if (!(words >> number >> type >> advisory >> access >> process >> file >> first) || process <= 0) continue;
        if (access != "WRITE" || process == getpid()) continue;
        const bool writes = !shared.empty() && file == shared && first == writers_byte;
        const bool has_all = !database.empty() && file == database;
        if (!writes && !has_all) continue;
        const std::string command = command_of(process);
        return command.empty() ? fmt::format("process {}", process) : fmt::format("process {} ({})", process, command);
    }
    return {};
}

}  // namespace runtime
