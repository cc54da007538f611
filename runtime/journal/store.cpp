#include "runtime/journal/store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "runtime/event/value_json.hpp"
#include "runtime/file.hpp"
#include "runtime/journal/chain.hpp"
#include "runtime/journal/database.hpp"
#include "runtime/journal/driver.hpp"

namespace runtime {

namespace {

constexpr const char* settings = R"(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
)";

/// By the clock of this machine: a rehearsal has its own.
std::int64_t real_now() { return std::chrono::floor<lang::Duration>(std::chrono::system_clock::now()).time_since_epoch().count(); }

/// Progress is for the eye; the rest is history.
bool is_journalled(const Event& event) {
    return !std::holds_alternative<event::WaitProgress>(event.body) && !std::holds_alternative<event::ActionProgress>(event.body) &&
           !std::holds_alternative<event::CommandOutput>(event.body);
}

template <typename... Bodies>
bool is_one_of(const Event& event) {
    return (std::holds_alternative<Bodies>(event.body) || ...);
}

Safety safety_of(const Event& event) {
    using namespace event;
    if (const auto* bound = std::get_if<Bound>(&event.body)) return bound->kept ? Safety::Durable : Safety::Queued;
    if (is_one_of<Required, Noted>(event)) return Safety::Queued;
    if (is_one_of<RunStarted, StepStarted, CommandEnded, WaitStarted, WaitEnded, Asked, Skipped, GapMet, Failed, Interrupted>(event))
        return Safety::Written;
    return Safety::Durable;
}

/// More than this does not wait to be written.
constexpr std::size_t longest_queue = 1000;

}  // namespace

Journal::Journal(const std::string& path) : database_(std::make_unique<Database>()) {
    database_->path = path;
    if (path != ":memory:") {
        const std::filesystem::path folder = std::filesystem::path(path).parent_path();
        std::error_code ignored;  // opening the file says it better
        if (!folder.empty() && std::filesystem::create_directories(folder, ignored)) {
            std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
        }
    }
    if (const auto why = why_no_file(path))
        throw JournalError(fmt::format("the journal {} cannot be opened: {}. --journal FILE chooses another file.", path, *why));
    const mode_t outer = umask(0077);
    const int result =
        sqlite3_open_v2(path.c_str(), &database_->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
    if (result == SQLITE_OK) {
        sqlite3_busy_timeout(database_->handle, Database::busy_patience);
        sqlite3_exec(database_->handle, "PRAGMA user_version", nullptr, nullptr, nullptr);
    }
    umask(outer);
    if (result != SQLITE_OK) database_->fail("cannot be opened");
    (void)readable_format();
    database_->run(settings);
    make_tables();
}

Journal::~Journal() {
    try {
        database_->flush(run_);
    } catch (const JournalError&) {
        // A run that came to its end has nothing in the queue: what is lost here was computed on the way to another failure.
    }
}

std::int64_t Journal::begin(const lang::program::Program& program, bool simulated, const std::string& socket) {
    Database& db = *database_;
    const std::lock_guard lock(db.mutex);
    driver_ = std::make_unique<Driver>(db.path);
    db.flush(run_);
    db.next_event = 1;
    db.transaction(Safety::Written, [&] {
        db.write(
            "INSERT INTO run(procedure, site, directory, procedure_file, site_file, pid, simulated, started, socket, written, format) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
            program.name, program.site->name, std::filesystem::current_path().string(),
            program.parts.empty() ? std::string() : program.parts.front().path, program.site->path, std::int64_t{getpid()},
            std::int64_t{simulated}, socket, real_now(), newest_format);
        run_ = sqlite3_last_insert_rowid(db.handle);
        db.link = first_link(run_);
        write_texts(program, 1);
        for (const auto& parameter : program.parameters) {
            db.write("INSERT INTO parameter VALUES(?, ?, ?, ?)", run_, parameter.name, parameter.value.plain(),
                     std::int64_t{parameter.given});
        }
    });
    if (!driver_->take(run_)) throw JournalError(fmt::format("run {} of {} is driven by another process already", run_, db.path));
    return run_;
}

void Journal::write_texts(const lang::program::Program& program, std::int64_t part) {
    std::int64_t number = 0;
    std::vector<std::pair<std::string_view, std::string_view>> texts;
    for (const auto& source : program.parts) {
        database_->write("INSERT INTO source VALUES(?, ?, ?, ?, ?)", run_, part, number++, source.path, source.text);
        texts.emplace_back(source.path, source.text);
    }
    database_->texts = texts_hash(texts);
}

void Journal::resume(std::int64_t run, const lang::program::Program& program) {
    Database& db = *database_;
    const std::lock_guard lock(db.mutex);
    if (const auto found = db.format_of(run); found != newest_format) {
        throw JournalError(fmt::format("run {} of {} was begun in a journal of format {}: it is not gone on with in one of format {}", run,
                                       db.path, found, newest_format));
    }
    run_ = run;
    db.transaction(Safety::Durable, [&] {
        db.write("UPDATE run SET parts = parts + 1, ended = NULL, end = NULL, pid = ?, written = ? WHERE id = ?", std::int64_t{getpid()},
                 real_now(), run);
        std::int64_t part = 0;
        db.read([&](sqlite3_stmt* row) { part = sqlite3_column_int64(row, 0); }, "SELECT parts FROM run WHERE id = ?", run);
        db.link = first_link(run);
        db.read(
            [&](sqlite3_stmt* row) {
                db.next_event = sqlite3_column_int64(row, 0) + 1;
                db.link = Database::text(row, 1);
            },
            "SELECT number, hash FROM event WHERE run = ? ORDER BY number DESC LIMIT 1", run);
        write_texts(program, part);
    });
}

void Journal::on(const Event& event) {
    if (!is_journalled(event)) return;
    Database& db = *database_;
    const std::lock_guard lock(db.mutex);
    const std::int64_t at = event.at.time_since_epoch().count();
    db.enqueue(event);

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
            db.write("UPDATE run SET ended = ?, end = ?, written = ? WHERE id = ?", at, static_cast<std::int64_t>(ended->end), real_now(),
                     run_);
        }
    });
}

void Journal::keep(const std::string& name, const lang::Value& value) {
    const std::lock_guard lock(database_->mutex);
    database_->write("INSERT OR REPLACE INTO kept VALUES(?, ?, ?)", run_, name, value_to_json(value));
}

std::string default_journal_path() {
    if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0')
        return fmt::format("{}/procrun/journal.db", state);
    const char* home = std::getenv("HOME");
    return fmt::format("{}/.local/state/procrun/journal.db", home != nullptr ? home : ".");
}

}  // namespace runtime
