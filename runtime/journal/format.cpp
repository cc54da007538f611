// The formats of a journal: what is made, what is brought up to date, what is left alone.
//
// 1: procrun 0.1. A key is one text, and what was found has words only.
// 2: keys and things have fields, the events of a run are chained.
//
// A file has the newest format that it was opened with; each run keeps the one that it was begun in. What was added to the tables is
// invisible to a procrun 0.1 that has the file open: its statements go on meaning what they meant, so that a run or a watch that is under
// way while another version is installed comes to its end.
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "runtime/journal/database.hpp"

namespace runtime {

namespace {

constexpr const char* schema = R"(
PRAGMA user_version = 2;
CREATE TABLE IF NOT EXISTS run(
    id INTEGER PRIMARY KEY AUTOINCREMENT, procedure TEXT NOT NULL, site TEXT NOT NULL, directory TEXT NOT NULL,
    procedure_file TEXT NOT NULL, site_file TEXT NOT NULL, pid INTEGER NOT NULL, operator TEXT NOT NULL DEFAULT '', machine TEXT NOT NULL DEFAULT '',
    simulated INTEGER NOT NULL, parts INTEGER NOT NULL DEFAULT 1, started INTEGER NOT NULL, ended INTEGER, end INTEGER,
    socket TEXT NOT NULL DEFAULT '', written INTEGER NOT NULL DEFAULT 0, format INTEGER NOT NULL DEFAULT 1, head TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS source(run INTEGER NOT NULL REFERENCES run, part INTEGER NOT NULL, number INTEGER NOT NULL,
    path TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY(run, part, number));
CREATE TABLE IF NOT EXISTS parameter(run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, value TEXT NOT NULL,
    given INTEGER NOT NULL, PRIMARY KEY(run, name));
CREATE TABLE IF NOT EXISTS event(run INTEGER NOT NULL REFERENCES run, number INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
    hash TEXT, body TEXT NOT NULL, PRIMARY KEY(run, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kept(run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(run, name));
CREATE TABLE IF NOT EXISTS plan(procedure TEXT NOT NULL, site TEXT NOT NULL, parameters TEXT NOT NULL, simulated INTEGER NOT NULL,
    lines TEXT NOT NULL, PRIMARY KEY(procedure, site, parameters, simulated)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fired(site TEXT NOT NULL, file TEXT NOT NULL, watch TEXT NOT NULL, simulated INTEGER NOT NULL,
    at INTEGER NOT NULL, why TEXT NOT NULL, PRIMARY KEY(site, file, watch, simulated)) WITHOUT ROWID;
)";

/// The first files of format 1 have not got these columns. When their runs were written is not known: now, at the latest.
constexpr const char* later_in_1 = R"(
ALTER TABLE run ADD COLUMN socket TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN written INTEGER NOT NULL DEFAULT 0;
UPDATE run SET written = CAST(strftime('%s', 'now') AS INTEGER) * 1000;
)";

/// `key` was written and never read: it has the hash of what is chained now.
constexpr const char* from_1_to_2 = R"(
ALTER TABLE run ADD COLUMN format INTEGER NOT NULL DEFAULT 1;
ALTER TABLE run ADD COLUMN head TEXT NOT NULL DEFAULT '';
ALTER TABLE event RENAME COLUMN key TO hash;
)";
constexpr const char* from_2_to_1 = R"(
ALTER TABLE event RENAME COLUMN hash TO key;
PRAGMA user_version = 1;
)";

}  // namespace

std::int64_t Journal::readable_format() const {
    Database& db = *database_;
    const std::int64_t found = db.integer("PRAGMA user_version");
    if (found > newest_format) {
        throw JournalError(
            fmt::format("{} was written by a newer version of procrun: its format is {}, this one reads up to {}. It is left as "
                        "it is, and nothing is sent. Use that version, or --journal FILE for another file.",
                        db.path, found, newest_format));
    }
    if (found >= 1 || db.integer("SELECT count(*) FROM sqlite_master") == 0) return found;
    throw JournalError(
        fmt::format("{} is not a journal, or was written before journals told their format. It is left as it is, and nothing is "
                    "sent. --journal FILE chooses another file.",
                    db.path));
}

void Journal::make_tables() {
    Database& db = *database_;
    if (db.integer("PRAGMA user_version") == newest_format) return;
    db.transaction(Safety::Durable, [&] {
        const std::int64_t found = readable_format();  // another procrun may have made them meanwhile
        if (found == newest_format) return;
        if (found == 1) {
            if (db.integer("SELECT count(*) FROM pragma_table_info('run') WHERE name = 'written'") == 0) db.run(later_in_1);
            db.run(from_1_to_2);
        }
        db.run(schema);
    });
}

std::string Journal::copy_for_format_1(std::int64_t run) const {
    namespace fs = std::filesystem;
    Database& db = *database_;
    const std::lock_guard lock(db.mutex);
    const std::string path = fmt::format("{}-format-1-run-{}", db.path, run), unfinished = path + ".new";
    std::error_code error;
    // Its run may have been gone on with there: it is not written again.
    if (fs::exists(path, error)) return path;
    fs::remove(unfinished, error);
    const mode_t outer = umask(0077);
    try {
        db.write("VACUUM INTO ?", unfinished);
    } catch (const JournalError&) {
        umask(outer);
        throw;
    }
    umask(outer);
    {
        Database copy;
        copy.path = unfinished;
        if (sqlite3_open_v2(unfinished.c_str(), &copy.handle, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) copy.fail("cannot be opened");
        copy.run("PRAGMA journal_mode = DELETE");  // all of it is in the one file that gets the name
        copy.transaction(Safety::Durable, [&] { copy.run(from_2_to_1); });
    }
    fs::rename(unfinished, path, error);
    if (error) throw JournalError(fmt::format("{} cannot be made: {}. Nothing is sent.", path, error.message()));
    return path;
}

}  // namespace runtime
