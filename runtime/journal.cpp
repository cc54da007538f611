#include "runtime/journal.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>

#include "runtime/value_json.hpp"

namespace runtime {

namespace {

constexpr const char* schema = R"(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
CREATE TABLE IF NOT EXISTS run(
    id INTEGER PRIMARY KEY, procedure TEXT NOT NULL, site TEXT NOT NULL, operator TEXT NOT NULL DEFAULT '', machine TEXT NOT NULL DEFAULT '',
    simulated INTEGER NOT NULL, epoch INTEGER NOT NULL DEFAULT 1, started INTEGER NOT NULL, ended INTEGER, end INTEGER);
CREATE TABLE IF NOT EXISTS part(run INTEGER NOT NULL REFERENCES run, number INTEGER NOT NULL, path TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY(run, number));
CREATE TABLE IF NOT EXISTS parameter(run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(run, name));
CREATE TABLE IF NOT EXISTS event(run INTEGER NOT NULL REFERENCES run, number INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
    key TEXT, body TEXT NOT NULL, PRIMARY KEY(run, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kept(run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(run, name));
)";

/// Progress is for the eye; the rest is history.
bool is_journalled(const Event& event) {
    return !std::holds_alternative<event::WaitProgress>(event.body) && !std::holds_alternative<event::ActionProgress>(event.body) &&
           !std::holds_alternative<event::CommandOutput>(event.body);
}

/// Must it be on the disk before the run goes on?
bool is_durable(const Event& event) {
    return !std::holds_alternative<event::CommandEnded>(event.body) && !std::holds_alternative<event::Required>(event.body) &&
           !std::holds_alternative<event::Noted>(event.body);
}

std::optional<std::string> key_of(const Event& event) {
    if (const auto* intent = std::get_if<event::Intent>(&event.body)) return intent->key;
    if (const auto* ended = std::get_if<event::ActionEnded>(&event.body)) return ended->key;
    return std::nullopt;
}

}  // namespace

/// The one place that speaks to SQLite.
struct Journal::Database {
    sqlite3* handle = nullptr;
    std::string path;
    std::map<std::string, sqlite3_stmt*> statements;
    std::mutex mutex;
    std::int64_t next_event = 1;
    bool in_transaction = false;
    /// The last output of each command on each host: a poll that sees nothing new is stored without repeating it.
    std::map<std::string, std::string> last_output;

    ~Database() {
        for (auto& [text, statement] : statements) sqlite3_finalize(statement);
        sqlite3_close(handle);
    }

    [[noreturn]] void fail(const char* what) const {
        throw JournalError(
            fmt::format("the journal {} {}: {}. Nothing more is sent. Free some space or mend the file's rights; "
                        "--journal FILE chooses another file.",
                        path, what, sqlite3_errmsg(handle)));
    }
    void run(const char* sql) {
        if (sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail("cannot be written");
    }

    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt*& statement = statements[sql];
        if (statement == nullptr && sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr) != SQLITE_OK) fail("cannot be read");
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
        return statement;
    }
    static void bind(sqlite3_stmt* s, int i, std::int64_t value) { sqlite3_bind_int64(s, i, value); }
    static void bind(sqlite3_stmt* s, int i, const std::string& value) {
        sqlite3_bind_text(s, i, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    }
    static void bind(sqlite3_stmt* s, int i, const std::optional<std::string>& value) {
        if (value) bind(s, i, *value);
    }

    template <typename... Values>
    void write(const char* sql, const Values&... values) {
        sqlite3_stmt* statement = prepare(sql);
        int i = 0;
        (bind(statement, ++i, values), ...);
        if (sqlite3_step(statement) != SQLITE_DONE) fail("cannot be written");
        sqlite3_reset(statement);
    }

    template <typename... Values>
    void read(const std::function<void(sqlite3_stmt*)>& row, const char* sql, const Values&... values) {
        sqlite3_stmt* statement = prepare(sql);
        int i = 0;
        (bind(statement, ++i, values), ...);
        int result = 0;
        while ((result = sqlite3_step(statement)) == SQLITE_ROW) row(statement);
        if (result != SQLITE_DONE) fail("cannot be read");
        sqlite3_reset(statement);
    }
    static std::string text(sqlite3_stmt* s, int column) {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(s, column));
        return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(s, column)));
    }

    void begin() {
        if (!in_transaction) run("BEGIN");
        in_transaction = true;
    }
    void commit() {
        if (in_transaction) run("COMMIT");
        in_transaction = false;
    }
};

Journal::Journal(const std::string& path) : database_(std::make_unique<Database>()) {
    database_->path = path;
    if (path != ":memory:") {
        const std::filesystem::path folder = std::filesystem::path(path).parent_path();
        std::error_code ignored;  // opening the file says it better
        if (!folder.empty() && std::filesystem::create_directories(folder, ignored)) {
            std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
        }
    }
    const mode_t outer = umask(0077);
    const int result =
        sqlite3_open_v2(path.c_str(), &database_->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
    if (result == SQLITE_OK) {
        sqlite3_busy_timeout(database_->handle, 10'000);
        sqlite3_exec(database_->handle, "PRAGMA user_version", nullptr, nullptr, nullptr);
    }
    umask(outer);
    if (result != SQLITE_OK) database_->fail("cannot be opened");
    database_->run(schema);
}

Journal::~Journal() {
    if (database_->in_transaction) sqlite3_exec(database_->handle, "COMMIT", nullptr, nullptr, nullptr);
}

std::int64_t Journal::begin(const lang::program::Program& program, bool simulated) {
    Database& db = *database_;
    const std::lock_guard lock(db.mutex);
    db.begin();
    db.write("INSERT INTO run(procedure, site, simulated, started) VALUES(?, ?, ?, 0)", program.name, program.site->name,
             std::int64_t{simulated});
    run_ = sqlite3_last_insert_rowid(db.handle);
    std::int64_t number = 0;
    for (const auto& part : program.parts) {
        db.write("INSERT INTO part VALUES(?, ?, ?, ?)", run_, number++, part.path, part.text);
    }
    for (const auto& parameter : program.parameters) {
        db.write("INSERT INTO parameter VALUES(?, ?, ?)", run_, parameter.name, parameter.value.show());
    }
    db.commit();
    return run_;
}

void Journal::on(const Event& event) {
    if (!is_journalled(event)) return;
    Database& db = *database_;
    const std::lock_guard lock(db.mutex);
    db.begin();
    const std::int64_t at = event.at.time_since_epoch().count();
    Event stored = event;
    if (auto* command = std::get_if<event::CommandEnded>(&stored.body)) {
        std::string& last = db.last_output[event.host + '\n' + command->command];
        if (last == command->out && !last.empty()) {
            command->out = "(as before)";
        } else {
            last = command->out;
        }
    }
    db.write("INSERT INTO event VALUES(?, ?, ?, ?, ?, ?)", run_, db.next_event++, at, std::string(kind(event)), key_of(event),
             to_json(stored));
    if (const auto* started = std::get_if<event::RunStarted>(&event.body)) {
        db.write("UPDATE run SET operator = ?, machine = ?, started = ? WHERE id = ?", started->operator_name, started->machine, at, run_);
    }
    if (const auto* ended = std::get_if<event::RunEnded>(&event.body)) {
        db.write("UPDATE run SET ended = ?, end = ? WHERE id = ?", at, static_cast<std::int64_t>(ended->end), run_);
    }
    if (is_durable(event)) db.commit();
}

void Journal::keep(const std::string& name, const lang::Value& value) {
    const std::lock_guard lock(database_->mutex);
    database_->write("INSERT OR REPLACE INTO kept VALUES(?, ?, ?)", run_, name, value_to_json(value));
}

lang::Value Journal::kept(const std::string& procedure, const std::string& name, const lang::Type& type, const lang::Site& site,
                          bool simulated) const {
    lang::Value found = lang::Value::unknown(fmt::format("no run of {} on site \"{}\" has kept {}", procedure, site.name, name));
    const std::lock_guard lock(database_->mutex);
    database_->read(
        [&](sqlite3_stmt* row) { found = value_from_json(Database::text(row, 0), type, site); },
        "SELECT kept.value FROM kept JOIN run ON run.id = kept.run WHERE run.procedure = ? AND run.site = ? AND run.simulated = ? AND "
        "kept.name = ? ORDER BY run.id DESC LIMIT 1",
        procedure, site.name, std::int64_t{simulated}, name);
    return found;
}

std::vector<RunSummary> Journal::runs() const {
    std::vector<RunSummary> runs;
    const std::lock_guard lock(database_->mutex);
    database_->read(
        [&](sqlite3_stmt* row) {
            RunSummary run{.id = sqlite3_column_int64(row, 0),
                           .procedure = Database::text(row, 1),
                           .site = Database::text(row, 2),
                           .operator_name = Database::text(row, 3),
                           .machine = Database::text(row, 4),
                           .started = Time(Duration(sqlite3_column_int64(row, 5))),
                           .simulated = sqlite3_column_int(row, 8) != 0};
            if (sqlite3_column_type(row, 6) != SQLITE_NULL) run.ended = Time(Duration(sqlite3_column_int64(row, 6)));
            if (sqlite3_column_type(row, 7) != SQLITE_NULL) run.end = static_cast<End>(sqlite3_column_int(row, 7));
            runs.push_back(std::move(run));
        },
        "SELECT id, procedure, site, operator, machine, started, ended, end, simulated FROM run ORDER BY id DESC");
    return runs;
}

std::vector<Event> Journal::events(std::int64_t run, const std::string& kind) const {
    std::vector<Event> events;
    const std::lock_guard lock(database_->mutex);
    database_->read([&](sqlite3_stmt* row) { events.push_back(from_json(Database::text(row, 0))); },
                    "SELECT body FROM event WHERE run = ? AND ? IN (kind, '') ORDER BY number", run, kind);
    return events;
}

std::size_t Journal::prune(Time before) {
    Database& db = *database_;
    const std::lock_guard lock(db.mutex);
    std::vector<std::int64_t> old;
    db.begin();
    db.read(
        [&](sqlite3_stmt* row) {
            const Event last = from_json(Database::text(row, 1));
            if (std::get<event::RunEnded>(last.body).pending_undos.empty()) old.push_back(sqlite3_column_int64(row, 0));
        },
        "SELECT run.id, event.body FROM run JOIN event ON event.run = run.id AND event.number = "
        "(SELECT MAX(number) FROM event WHERE run = run.id AND kind = 'run ended') WHERE run.ended < ? AND run.id NOT IN "
        "(SELECT MAX(run.id) FROM kept JOIN run ON run.id = kept.run GROUP BY procedure, site, simulated, name)",
        before.time_since_epoch().count());
    for (const std::int64_t run : old) {
        for (const char* rows : {"DELETE FROM event WHERE run = ?", "DELETE FROM part WHERE run = ?", "DELETE FROM parameter WHERE run = ?",
                                 "DELETE FROM kept WHERE run = ?", "DELETE FROM run WHERE id = ?"}) {
            db.write(rows, run);
        }
    }
    db.commit();
    return old.size();
}

std::string default_journal_path() {
    if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0')
        return fmt::format("{}/procrun/journal.db", state);
    const char* home = std::getenv("HOME");
    return fmt::format("{}/.local/state/procrun/journal.db", home != nullptr ? home : ".");
}

}  // namespace runtime
