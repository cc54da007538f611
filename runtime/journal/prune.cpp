// How large a journal is, and what may go from it.
#include <algorithm>
#include <filesystem>
#include <iterator>

#include "runtime/journal/database.hpp"
#include "runtime/journal/driver.hpp"

namespace runtime {

/// The newest run that kept something for another procedure stays.
#define NOT_KEPT "AND run.id NOT IN (SELECT MAX(run.id) FROM kept JOIN run ON run.id = kept.run GROUP BY procedure, site, simulated, name)"

std::size_t Journal::prune(Time before, Prune what) {
    Database& db = *database_;
    const std::lock_guard lock(db.mutex);
    std::vector<std::int64_t> old;
    const std::int64_t limit = before.time_since_epoch().count();
    const std::int64_t real_ones_too = what == Prune::Everything;
    db.read(
        [&](sqlite3_stmt* row) {
            const std::int64_t run = sqlite3_column_int64(row, 7);
            const bool has_site = sqlite3_column_int(row, 8) != 0;
            try {
                const Event last = db.event(run, row);
                if (!has_site || std::get<event::RunEnded>(last.body).pending_undos.empty()) old.push_back(run);
            } catch (const DamagedEvent&) {
                // Whether an undo is due is not known: it stays.
            }
        },
        "SELECT " EVENT_COLUMNS
        ", run.id, NOT run.simulated OR run.socket != '' FROM run JOIN event ON event.run = run.id AND event.number = "
        "(SELECT MAX(number) FROM event WHERE run = run.id AND kind = 'run ended') "
        "WHERE run.written < ? AND (run.simulated OR ?) " NOT_KEPT,
        limit, real_ones_too);
    std::vector<std::int64_t> unfinished;
    db.read([&](sqlite3_stmt* row) { unfinished.push_back(sqlite3_column_int64(row, 0)); },
            "SELECT id FROM run WHERE run.written < ? AND run.simulated AND run.socket = '' AND run.end IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM event WHERE event.run = run.id AND kind = 'run ended') " NOT_KEPT,
            limit);
    std::copy_if(unfinished.begin(), unfinished.end(), std::back_inserter(old),
                 [&](std::int64_t run) { return run != run_ && Driver(db.path).take(run); });
    db.transaction(Safety::Durable, [&] {
        for (const std::int64_t run : old) {
            for (const char* rows :
                 {"DELETE FROM event WHERE run = ?", "DELETE FROM source WHERE run = ?", "DELETE FROM parameter WHERE run = ?",
                  "DELETE FROM kept WHERE run = ?", "DELETE FROM run WHERE id = ?"}) {
                db.write(rows, run);
            }
        }
    });
    // Where another process has the file open it stays as large as it is, and what was freed is used again.
    if (!old.empty()) sqlite3_exec(db.handle, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr);
    return old.size();
}

std::string Journal::path() const { return database_->path; }

std::uintmax_t Journal::size() const {
    std::uintmax_t bytes = 0;
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::error_code missing;
        const std::uintmax_t one = std::filesystem::file_size(database_->path + suffix, missing);
        if (!missing) bytes += one;
    }
    return bytes;
}

}  // namespace runtime
