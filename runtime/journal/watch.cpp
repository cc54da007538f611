// Which watches have begun their procedures: that outlives the process that watches.
#include "runtime/journal/database.hpp"

namespace runtime {

std::optional<Fired> Journal::fired(const WatchName& name) const {
    std::optional<Fired> fired;
    const std::lock_guard lock(database_->mutex);
    database_->read([&](sqlite3_stmt* row) { fired = {.at = Time(Duration(sqlite3_column_int64(row, 0))), .why = Database::text(row, 1)}; },
                    "SELECT at, why FROM fired WHERE site = ? AND file = ? AND watch = ? AND simulated = ?", name.site, name.file,
                    name.text, std::int64_t{name.simulated});
    return fired;
}

bool Journal::fire(const WatchName& name, const Fired& fired) {
    bool is_the_first = false;
    const std::lock_guard lock(database_->mutex);
    database_->transaction(Safety::Durable, [&] {
        database_->write("INSERT OR IGNORE INTO fired VALUES(?, ?, ?, ?, ?, ?)", name.site, name.file, name.text,
                         std::int64_t{name.simulated}, std::int64_t{fired.at.time_since_epoch().count()}, fired.why);
        is_the_first = sqlite3_changes(database_->handle) == 1;
    });
    return is_the_first;
}

void Journal::take_back(const WatchName& name, const Fired& fired) {
    const std::lock_guard lock(database_->mutex);
    database_->transaction(Safety::Durable, [&] {
        database_->write("DELETE FROM fired WHERE site = ? AND file = ? AND watch = ? AND simulated = ? AND at = ? AND why = ?", name.site,
                         name.file, name.text, std::int64_t{name.simulated}, std::int64_t{fired.at.time_since_epoch().count()}, fired.why);
    });
}

void Journal::arm(const WatchName& name) {
    const std::lock_guard lock(database_->mutex);
    database_->transaction(Safety::Durable, [&] {
        database_->write("DELETE FROM fired WHERE site = ? AND file = ? AND watch = ? AND simulated = ?", name.site, name.file, name.text,
                         std::int64_t{name.simulated});
    });
}

}  // namespace runtime
