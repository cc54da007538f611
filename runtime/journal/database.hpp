// The journal's database: the one place that speaks to SQLite. Only journal*.cpp includes it.
#pragma once

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "runtime/journal/store.hpp"

namespace runtime {

/// What has to survive before the run goes on.
enum class Safety {
    Queued,   ///< nothing yet: the program has only computed or said something, and would again. Written with the next event that is more
    Written,  ///< the end of this process: the next statement may wait for long
    Durable,  ///< a power failure
};

/// Statements are kept by the address of their text: write them as literals.
struct Journal::Database {
    struct Row {
        std::int64_t number, at;
        std::string kind;
        std::optional<std::string> key;
        std::string body;
    };

    /// How long others may keep it locked, in milliseconds.
    static constexpr int busy_patience = 10'000;

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

    const char* advice() const {
        const int error = sqlite3_errcode(handle) & 0xFF;
        const bool damaged = error == SQLITE_CORRUPT || error == SQLITE_NOTADB;
        return damaged ? "The file is damaged: put a copy in its place that is whole" : "Free some space or mend the file's rights";
    }
    [[noreturn]] void fail(const char* what) const {
        // Another program's work is no fault of the disk.
        if (const int code = sqlite3_errcode(handle) & 0xFF; code == SQLITE_BUSY || code == SQLITE_LOCKED) {
            throw JournalError(fmt::format(
                "the journal {0} {1}: another program has had it locked for more than {2} s. Nothing more is sent. `fuser -v {0}` "
                "tells which one has it open: a copy of it, a `sqlite3` with a transaction, a procrun that was stopped. When "
                "that one has ended, `procrun history` tells how far this run has come.",
                path, what, busy_patience / 1000));
        }
        throw JournalError(fmt::format("the journal {} {}: {}. Nothing more is sent. {}; --journal FILE chooses another file.", path, what,
                                       sqlite3_errmsg(handle), advice()));
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
        const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> over(statement, sqlite3_reset);  // also where `row` throws
        int result = 0;
        while ((result = sqlite3_step(statement)) == SQLITE_ROW) row(statement);
        if (result != SQLITE_DONE) fail("cannot be read");
    }
    std::int64_t integer(const char* sql) {
        std::int64_t value = 0;
        read([&](sqlite3_stmt* row) { value = sqlite3_column_int64(row, 0); }, sql);
        return value;
    }
    /// Of the columns number, at, kind, body, in this order. What it says of itself twice must agree.
    Event event(std::int64_t run, sqlite3_stmt* row) const {
        std::string why;
        try {
            Event read = from_json(text(row, 3));
            const bool agrees = text(row, 2) == kind(read) && sqlite3_column_int64(row, 1) == read.at.time_since_epoch().count();
            if (agrees) return read;
            why = "its kind or time is not the one that it is listed with";
        } catch (const std::exception& wrong) {
            why = wrong.what();
            if (why.starts_with('[')) why.erase(0, std::min(why.find("] "), why.size() - 2) + 2);  // the library's own number
        }
        throw DamagedEvent(fmt::format(
            "the journal {}: event {} of run {} is damaged, and nothing is done with this run: {}. An older copy of the file may "
            "have it whole; what the run did can be seen on the hosts only.",
            path, sqlite3_column_int64(row, 0), run, why));
    }

    RunSummary summary(sqlite3_stmt* row) const {
        RunSummary run{.id = sqlite3_column_int64(row, 0),
                       .procedure = text(row, 1),
                       .site = text(row, 2),
                       .operator_name = text(row, 3),
                       .machine = text(row, 4),
                       .started = Time(Duration(sqlite3_column_int64(row, 5))),
                       .simulated = sqlite3_column_int(row, 8) != 0,
                       .socket = text(row, 10),
                       .parts = sqlite3_column_int(row, 9)};
        if (sqlite3_column_type(row, 6) != SQLITE_NULL) run.ended = Time(Duration(sqlite3_column_int64(row, 6)));
        if (sqlite3_column_type(row, 7) != SQLITE_NULL) {
            const std::int64_t end = sqlite3_column_int64(row, 7);
            if (end < 0 || end > static_cast<std::int64_t>(End::NoJournal))
                throw DamagedEvent(fmt::format("the journal {}: the end of run {} is damaged: {} is none", path, run.id, end));
            run.end = static_cast<End>(end);
        }
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

}  // namespace runtime
