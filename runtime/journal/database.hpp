// The journal's database: the one place that speaks to SQLite. Only journal*.cpp includes it.
#pragma once

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "runtime/journal/chain.hpp"
#include "runtime/journal/holder.hpp"
#include "runtime/journal/store.hpp"

namespace runtime {

/// What has to survive before the run goes on.
enum class Safety {
    Queued,   ///< nothing yet: the program has only computed or said something, and would again. Written with the next event that is more
    Written,  ///< the end of this process: the next statement may wait for long
    Durable,  ///< a power failure
};

/// What an event is judged by: all that is stored of it, the hash of the one before it – empty where it has none, null where it is not
/// there – and the format of its run.
#define EVENT_COLUMNS                                                                                                             \
    "event.number, event.at, event.kind, event.body, event.hash, (SELECT coalesce(earlier.hash, '') FROM event AS earlier WHERE " \
    "earlier.run = event.run AND earlier.number = event.number - 1), run.format"

/// Statements are kept by the address of their text: write them as literals.
struct Journal::Database {
    struct Row {
        std::int64_t number, at;
        std::string kind, hash, body;
    };

    /// How long others may keep it locked, in milliseconds.
    static constexpr int busy_patience = 10'000;

    sqlite3* handle = nullptr;
    std::string path;
    std::map<const char*, sqlite3_stmt*> statements;  ///< by the literal that they were made of
    std::mutex mutex;
    std::int64_t next_event = 1;
    std::vector<Row> queue;
    std::string link;       ///< hash of the event that was told last
    std::string texts;      ///< hash of the texts of this part of the run
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
            const std::string holder = holder_of(path);
            const std::string who = holder.empty() ? "another program" : holder;
            const std::string advice =
                holder.empty() ? fmt::format(
                                     "`fuser -v {}` tells which one has it open: a copy of it, a `sqlite3` with a transaction, a "
                                     "procrun that was stopped. ",
                                     path)
                               : "";
            throw JournalError(
                fmt::format("the journal {} {}: {} has had it locked for more than {} s. Nothing more is sent. {}When that one "
                            "has ended, `procrun history` tells how far this run has come.",
                            path, what, who, busy_patience / 1000, advice));
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
    [[noreturn]] void damaged(const std::string& what) const {
        throw DamagedEvent(
            fmt::format("the journal {}: {}, and nothing is done with this run. An older copy of the file may have it whole; "
                        "what the run did can be seen on the hosts only.",
                        path, what));
    }
    /// Of the columns EVENT_COLUMNS. What is not as it was written throws DamagedEvent.
    Event event(std::int64_t run, sqlite3_stmt* row) const {
        const std::int64_t number = sqlite3_column_int64(row, 0), at = sqlite3_column_int64(row, 1);
        const std::string kind = text(row, 2), body = text(row, 3);
        const bool is_chained = sqlite3_column_int64(row, 6) != 1;
        const bool is_first = number <= 1;
        if (!is_first && sqlite3_column_type(row, 5) == SQLITE_NULL) damaged(fmt::format("event {} of run {} is missing", number - 1, run));
        std::string why;
        if (is_chained && text(row, 4) != next_link(is_first ? first_link(run) : text(row, 5), number, at, kind, body)) {
            why = "it, or the one before it, is not as it was written";
        }
        if (why.empty()) {
            try {
                Event read = is_chained ? from_json(body) : from_json_of_format_1(body);
                const bool agrees = kind == runtime::kind(read) && at == read.at.time_since_epoch().count();
                if (agrees) return read;
                why = "its kind or time is not the one that it is listed with";
            } catch (const std::exception& wrong) {
                why = wrong.what();
                if (why.starts_with('[')) why.erase(0, std::min(why.find("] "), why.size() - 2) + 2);  // the library's own number
            }
        }
        damaged(fmt::format("event {} of run {} is damaged: {}", number, run, why));
    }
    /// What is not in the chain against what is: are the last events there, the texts those that were run, the end the one that was told?
    void compare(std::int64_t run, const std::vector<Event>& events, const std::string& last);
    std::set<std::string> hashes_of_texts(std::int64_t run);  ///< of each part, as the events tell them
    std::int64_t format_of(std::int64_t run) {
        std::int64_t format = newest_format;
        read([&](sqlite3_stmt* row) { format = sqlite3_column_int64(row, 0); }, "SELECT format FROM run WHERE id = ?", run);
        return format;
    }

    RunSummary summary(sqlite3_stmt* row) const {
        RunSummary run{.id = sqlite3_column_int64(row, 0),
                       .procedure = text(row, 1),
                       .site = text(row, 2),
                       .operator_name = text(row, 3),
                       .machine = text(row, 4),
                       .started = Time(Duration(sqlite3_column_int64(row, 5))),
                       .written = Time(Duration(sqlite3_column_int64(row, 12))),
                       .simulated = sqlite3_column_int(row, 8) != 0,
                       .socket = text(row, 10),
                       .parts = sqlite3_column_int(row, 9),
                       .format = sqlite3_column_int64(row, 11)};
        if (sqlite3_column_type(row, 6) != SQLITE_NULL) run.ended = Time(Duration(sqlite3_column_int64(row, 6)));
        if (sqlite3_column_type(row, 7) != SQLITE_NULL) {
            const std::int64_t end = sqlite3_column_int64(row, 7);
            const bool is_one = end >= 0 && end <= static_cast<std::int64_t>(End::NoJournal);
            is_one ? void(run.end = static_cast<End>(end))
                   : void(run.damage = fmt::format("the end of run {} is damaged: {} is none", run.id, end));
        }
        return run;
    }
    static std::string text(sqlite3_stmt* s, int column) {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(s, column));
        return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(s, column)));
    }

    /// What is read while it lives is of one moment, whoever writes meanwhile.
    struct OneMoment {
        explicit OneMoment(Database& db) : db(db) { db.write("BEGIN"); }
        ~OneMoment() { sqlite3_exec(db.handle, "COMMIT", nullptr, nullptr, nullptr); }
        OneMoment(const OneMoment&) = delete;
        Database& db;
    };

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
    /// The first event of a part tells which texts it is run with.
    Event with_texts(Event event) const {
        if (auto* started = std::get_if<event::RunStarted>(&event.body)) started->texts = texts;
        if (auto* resumed = std::get_if<event::RunResumed>(&event.body)) resumed->texts = texts;
        return event;
    }
    void enqueue(const Event& event) {
        Row row{.number = next_event++, .at = event.at.time_since_epoch().count(), .kind = kind(event), .hash = {}, .body = {}};
        const bool begins = std::holds_alternative<event::RunStarted>(event.body) || std::holds_alternative<event::RunResumed>(event.body);
        row.body = begins ? to_json(with_texts(event)) : json_of(event);
        row.hash = link = next_link(link, row.number, row.at, row.kind, row.body);
        queue.push_back(std::move(row));
    }

    void write_queue(std::int64_t run) {
        if (queue.empty()) return;
        for (const Row& row : queue)
            write("INSERT INTO event VALUES(?, ?, ?, ?, ?, ?)", run, row.number, row.at, row.kind, row.hash, row.body);
        // That the last ones are missing cannot be seen in those that are there.
        write("UPDATE run SET head = ? WHERE id = ?", queue.back().hash, run);
        queue.clear();
    }
    void flush(std::int64_t run) {
        if (!queue.empty()) transaction(Safety::Written, [&] { write_queue(run); });
    }
};

}  // namespace runtime
