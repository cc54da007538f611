#include "runtime/journal.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <sstream>

#include "runtime/value_json.hpp"

namespace runtime {

namespace {

constexpr const char* schema = R"(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
CREATE TABLE IF NOT EXISTS run(
    id INTEGER PRIMARY KEY, procedure TEXT NOT NULL, site TEXT NOT NULL, directory TEXT NOT NULL,
    procedure_file TEXT NOT NULL, site_file TEXT NOT NULL, pid INTEGER NOT NULL, operator TEXT NOT NULL DEFAULT '', machine TEXT NOT NULL DEFAULT '',
    simulated INTEGER NOT NULL, parts INTEGER NOT NULL DEFAULT 1, started INTEGER NOT NULL, ended INTEGER, end INTEGER);
CREATE TABLE IF NOT EXISTS source(run INTEGER NOT NULL REFERENCES run, part INTEGER NOT NULL, number INTEGER NOT NULL,
    path TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY(run, part, number));
CREATE TABLE IF NOT EXISTS parameter(run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, value TEXT NOT NULL,
    given INTEGER NOT NULL, PRIMARY KEY(run, name));
CREATE TABLE IF NOT EXISTS event(run INTEGER NOT NULL REFERENCES run, number INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
    key TEXT, body TEXT NOT NULL, PRIMARY KEY(run, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kept(run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(run, name));
CREATE TABLE IF NOT EXISTS plan(procedure TEXT NOT NULL, site TEXT NOT NULL, parameters TEXT NOT NULL, simulated INTEGER NOT NULL,
    lines TEXT NOT NULL, PRIMARY KEY(procedure, site, parameters, simulated)) WITHOUT ROWID;
)";

/// Progress is for the eye; the rest is history.
bool is_journalled(const Event& event) {
    return !std::holds_alternative<event::WaitProgress>(event.body) && !std::holds_alternative<event::ActionProgress>(event.body) &&
           !std::holds_alternative<event::CommandOutput>(event.body);
}

/// What has to survive before the run goes on.
enum class Safety {
    Queued,   ///< nothing yet: the program has only computed or said something, and would again. Written with the next event that is more
    Written,  ///< the end of this process: the next statement may wait for long
    Durable,  ///< a power failure
};

template <typename... Bodies>
bool is_one_of(const Event& event) {
    return (std::holds_alternative<Bodies>(event.body) || ...);
}

Safety safety_of(const Event& event) {
    using namespace event;
    if (const auto* bound = std::get_if<Bound>(&event.body)) return bound->kept ? Safety::Durable : Safety::Queued;
    if (is_one_of<Required, Noted>(event)) return Safety::Queued;
    if (is_one_of<RunStarted, StepStarted, CommandEnded, WaitStarted, WaitEnded, Asked, Skipped, Failed, Interrupted>(event))
        return Safety::Written;
    return Safety::Durable;
}

/// More than this does not wait to be written.
constexpr std::size_t longest_queue = 1000;

std::optional<std::string> key_of(const Event& event) {
    if (const auto* intent = std::get_if<event::Intent>(&event.body)) return intent->key;
    if (const auto* ended = std::get_if<event::ActionEnded>(&event.body)) return ended->key;
    return std::nullopt;
}

}  // namespace

/// The one place that speaks to SQLite.
struct Journal::Database {
    struct Row {
        std::int64_t number, at;
        std::string kind;
        std::optional<std::string> key;
        std::string body;
    };

    sqlite3* handle = nullptr;
    std::string path;
    std::map<const char*, sqlite3_stmt*> statements;  ///< by the literal that they were made of
    std::mutex mutex;
    std::int64_t next_event = 1;
    std::vector<Row> queue;
    bool syncs = false;     ///< does a commit reach the disk?
    bool at_stake = false;  ///< something was intended, answered or kept since the last step that ended
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
    static RunSummary summary(sqlite3_stmt* row) {
        RunSummary run{.id = sqlite3_column_int64(row, 0),
                       .procedure = text(row, 1),
                       .site = text(row, 2),
                       .operator_name = text(row, 3),
                       .machine = text(row, 4),
                       .started = Time(Duration(sqlite3_column_int64(row, 5))),
                       .simulated = sqlite3_column_int(row, 8) != 0};
        if (sqlite3_column_type(row, 6) != SQLITE_NULL) run.ended = Time(Duration(sqlite3_column_int64(row, 6)));
        if (sqlite3_column_type(row, 7) != SQLITE_NULL) run.end = static_cast<End>(sqlite3_column_int(row, 7));
        return run;
    }
    static std::string text(sqlite3_stmt* s, int column) {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(s, column));
        return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(s, column)));
    }

    /// Does all of `work` or nothing. Others may write to the same file in between, never for longer than one of these takes.
    template <typename Work>
    void transaction(Safety safety, const Work& work) {
        const bool wanted = safety == Safety::Durable;
        // A commit that syncs takes with it to the disk what earlier ones have only written: it all stands in one log, in order.
        if (syncs != wanted) run(wanted ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        syncs = wanted;
        write("BEGIN IMMEDIATE");
        try {
            work();
            write("COMMIT");
        } catch (const JournalError&) {
            sqlite3_exec(handle, "ROLLBACK", nullptr, nullptr, nullptr);
            throw;
        }
    }

    std::string json_of(const Event& event) {
        const auto* command = std::get_if<event::CommandEnded>(&event.body);
        if (command == nullptr) return to_json(event);
        std::string& last = last_output[event.host + '\n' + command->command];
        if (last != command->out || last.empty()) {
            last = command->out;
            return to_json(event);
        }
        Event stored = event;
        std::get<event::CommandEnded>(stored.body).out = "(as before)";
        return to_json(stored);
    }

    void write_queue(std::int64_t run) {
        for (const Row& row : queue)
            write("INSERT INTO event VALUES(?, ?, ?, ?, ?, ?)", run, row.number, row.at, row.kind, row.key, row.body);
        queue.clear();
    }
    void flush(std::int64_t run) {
        if (!queue.empty()) transaction(Safety::Written, [&] { write_queue(run); });
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
    try {
        database_->flush(run_);
    } catch (const JournalError&) {
        // A run that came to its end has nothing in the queue: what is lost here was computed on the way to another failure.
    }
}

std::int64_t Journal::begin(const lang::program::Program& program, bool simulated) {
    Database& db = *database_;
    const std::lock_guard lock(db.mutex);
    db.transaction(Safety::Written, [&] {
        db.write(
            "INSERT INTO run(procedure, site, directory, procedure_file, site_file, pid, simulated, started) VALUES(?, ?, ?, ?, ?, ?, ?, "
            "0)",
            program.name, program.site->name, std::filesystem::current_path().string(),
            program.parts.empty() ? std::string() : program.parts.front().path, program.site->path, std::int64_t{getpid()},
            std::int64_t{simulated});
        run_ = sqlite3_last_insert_rowid(db.handle);
        write_texts(program, 1);
        for (const auto& parameter : program.parameters) {
            db.write("INSERT INTO parameter VALUES(?, ?, ?, ?)", run_, parameter.name, parameter.value.plain(),
                     std::int64_t{parameter.given});
        }
    });
    return run_;
}

void Journal::write_texts(const lang::program::Program& program, std::int64_t part) {
    std::int64_t number = 0;
    for (const auto& source : program.parts) {
        database_->write("INSERT INTO source VALUES(?, ?, ?, ?, ?)", run_, part, number++, source.path, source.text);
    }
}

void Journal::resume(std::int64_t run, const lang::program::Program& program) {
    Database& db = *database_;
    const std::lock_guard lock(db.mutex);
    run_ = run;
    db.transaction(Safety::Durable, [&] {
        db.write("UPDATE run SET parts = parts + 1, ended = NULL, end = NULL, pid = ? WHERE id = ?", std::int64_t{getpid()}, run);
        std::int64_t part = 0;
        db.read([&](sqlite3_stmt* row) { part = sqlite3_column_int64(row, 0); }, "SELECT parts FROM run WHERE id = ?", run);
        db.read([&](sqlite3_stmt* row) { db.next_event = sqlite3_column_int64(row, 0) + 1; },
                "SELECT coalesce(max(number), 0) FROM event WHERE run = ?", run);
        write_texts(program, part);
    });
}

void Journal::on(const Event& event) {
    if (!is_journalled(event)) return;
    Database& db = *database_;
    const std::lock_guard lock(db.mutex);
    const std::int64_t at = event.at.time_since_epoch().count();
    db.queue.push_back({db.next_event++, at, kind(event), key_of(event), db.json_of(event)});

    Safety safety = safety_of(event);
    const bool step_ends = std::holds_alternative<event::StepEnded>(event.body);
    // A step that has only looked is looked through again where its end was lost.
    if (step_ends && !db.at_stake) safety = Safety::Written;
    if (safety == Safety::Durable) db.at_stake = !step_ends;
    if (safety == Safety::Queued && db.queue.size() < longest_queue) return;
    db.transaction(safety, [&] {
        db.write_queue(run_);
        if (const auto* started = std::get_if<event::RunStarted>(&event.body)) {
            db.write("UPDATE run SET operator = ?, machine = ?, started = ? WHERE id = ?", started->operator_name, started->machine, at,
                     run_);
        }
        if (const auto* ended = std::get_if<event::RunEnded>(&event.body)) {
            db.write("UPDATE run SET ended = ?, end = ? WHERE id = ?", at, static_cast<std::int64_t>(ended->end), run_);
        }
    });
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

namespace {

/// A secret among them is "***".
std::string parameters_of(const Plan& plan) {
    std::string all;
    for (const event::Named& one : plan.parameters) all += fmt::format("{}={}\n", one.name, one.value);
    return all;
}

}  // namespace

std::optional<std::vector<std::string>> Journal::last_plan(const Plan& plan, bool simulated) const {
    std::optional<std::vector<std::string>> lines;
    const std::lock_guard lock(database_->mutex);
    database_->read(
        [&](sqlite3_stmt* row) {
            lines.emplace();
            std::istringstream text(Database::text(row, 0));
            for (std::string line; std::getline(text, line);) lines->push_back(line);
        },
        "SELECT lines FROM plan WHERE procedure = ? AND site = ? AND parameters = ? AND simulated = ?", plan.procedure, plan.site,
        parameters_of(plan), std::int64_t{simulated});
    return lines;
}

void Journal::keep_plan(const Plan& plan, bool simulated, const std::vector<std::string>& lines) {
    const std::lock_guard lock(database_->mutex);
    database_->write("INSERT OR REPLACE INTO plan VALUES(?, ?, ?, ?, ?)", plan.procedure, plan.site, parameters_of(plan),
                     std::int64_t{simulated}, fmt::format("{}", fmt::join(lines, "\n")));
}

namespace {

constexpr const char* summary_columns = "id, procedure, site, operator, machine, started, ended, end, simulated";

}  // namespace

std::vector<RunSummary> Journal::runs() const {
    std::vector<RunSummary> runs;
    const std::lock_guard lock(database_->mutex);
    const std::string sql = fmt::format("SELECT {} FROM run ORDER BY id DESC", summary_columns);
    database_->read([&](sqlite3_stmt* row) { runs.push_back(Database::summary(row)); }, sql.c_str());
    return runs;
}

std::optional<RunRecord> Journal::record(std::int64_t run) const {
    std::optional<RunRecord> record;
    {
        const std::lock_guard lock(database_->mutex);
        const std::string sql =
            fmt::format("SELECT {}, directory, procedure_file, site_file, pid, parts FROM run WHERE id = ?", summary_columns);
        database_->read(
            [&](sqlite3_stmt* row) {
                record = RunRecord{.summary = Database::summary(row),
                                   .directory = Database::text(row, 9),
                                   .procedure_file = Database::text(row, 10),
                                   .site_file = Database::text(row, 11),
                                   .pid = sqlite3_column_int(row, 12),
                                   .parts = sqlite3_column_int(row, 13),
                                   .parameters = {},
                                   .texts = {}};
            },
            sql.c_str(), run);
        if (!record) return record;
        database_->read([&](sqlite3_stmt* row) { record->parameters[Database::text(row, 0)] = Database::text(row, 1); },
                        "SELECT name, value FROM parameter WHERE run = ? AND given", run);
    }
    record->texts = texts(run, record->parts);
    return record;
}

std::vector<lang::program::Part> Journal::texts(std::int64_t run, int part) const {
    std::vector<lang::program::Part> texts;
    const std::lock_guard lock(database_->mutex);
    database_->read(
        [&](sqlite3_stmt* row) {
            texts.push_back({Database::text(row, 0), Database::text(row, 1)});
        },
        "SELECT path, text FROM source WHERE run = ? AND part = ? ORDER BY number", run, std::int64_t{part});
    return texts;
}

std::vector<Event> Journal::events(std::int64_t run, const std::string& kind) const {
    std::vector<Event> events;
    const std::lock_guard lock(database_->mutex);
    database_->flush(run_);
    database_->read([&](sqlite3_stmt* row) { events.push_back(from_json(Database::text(row, 0))); },
                    "SELECT body FROM event WHERE run = ? AND ? IN (kind, '') ORDER BY number", run, kind);
    return events;
}

std::size_t Journal::prune(Time before) {
    Database& db = *database_;
    const std::lock_guard lock(db.mutex);
    std::vector<std::int64_t> old;
    db.read(
        [&](sqlite3_stmt* row) {
            const Event last = from_json(Database::text(row, 1));
            if (std::get<event::RunEnded>(last.body).pending_undos.empty()) old.push_back(sqlite3_column_int64(row, 0));
        },
        "SELECT run.id, event.body FROM run JOIN event ON event.run = run.id AND event.number = "
        "(SELECT MAX(number) FROM event WHERE run = run.id AND kind = 'run ended') WHERE run.ended < ? AND run.id NOT IN "
        "(SELECT MAX(run.id) FROM kept JOIN run ON run.id = kept.run GROUP BY procedure, site, simulated, name)",
        before.time_since_epoch().count());
    db.transaction(Safety::Durable, [&] {
        for (const std::int64_t run : old) {
            for (const char* rows :
                 {"DELETE FROM event WHERE run = ?", "DELETE FROM source WHERE run = ?", "DELETE FROM parameter WHERE run = ?",
                  "DELETE FROM kept WHERE run = ?", "DELETE FROM run WHERE id = ?"}) {
                db.write(rows, run);
            }
        }
    });
    return old.size();
}

std::string default_journal_path() {
    if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0')
        return fmt::format("{}/procrun/journal.db", state);
    const char* home = std::getenv("HOME");
    return fmt::format("{}/.local/state/procrun/journal.db", home != nullptr ? home : ".");
}

}  // namespace runtime
