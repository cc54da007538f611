// A journal some of whose bytes are not those that were written: told with file, run and event, and nothing acts on that run.
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "runtime/journal/store.hpp"
#include "tests/runtime/interpret/small_run.hpp"

namespace runtime_tests {

namespace {

using runtime::DamagedEvent;
using runtime::Journal;

/// Two runs in a file: the first is the one that is damaged.
struct TwoRuns {
    std::string folder = "/tmp/procrun-damaged-XXXXXX", file;
    TwoRuns() {
        REQUIRE(mkdtemp(folder.data()) != nullptr);
        file = folder + "/journal.db";
        Journal journal(file);
        const Played failed = play(R"(
step "A" {
  on a {
    lamp.light("x")
      undo lamp.dim("x")
  }
  fail "here"
})",
                                   {}, {.journal = &journal});
        REQUIRE(failed.ended.end == runtime::End::Failed);
        REQUIRE(play(R"(note "whole")", {}, {.journal = &journal}).findings.empty());
    }
    ~TwoRuns() { std::filesystem::remove_all(folder); }
    TwoRuns(const TwoRuns&) = delete;
    TwoRuns& operator=(const TwoRuns&) = delete;

    /// `sql`, whose last statement changes one row.
    void damage(const std::string& sql) const {
        sqlite3* database = nullptr;
        REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
        REQUIRE_MESSAGE(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, sql, ": ", sqlite3_errmsg(database));
        REQUIRE(sqlite3_changes(database) == 1);
        sqlite3_close(database);
    }
};

const std::string last_of_first = " WHERE run = 1 AND number = (SELECT max(number) FROM event WHERE run = 1)";

/// What is said of run 1 when its events are to be acted on; empty where nothing is wrong.
std::string refused(const Journal& journal) {
    try {
        (void)journal.events(1);
    } catch (const DamagedEvent& damaged) {
        return damaged.what();
    }
    return {};
}

}  // namespace

TEST_CASE("a damaged event is told with its file, its run and its number; the other runs are whole") {
    for (const std::string change :
         {"body = substr(body, 1, length(body) - 1)", "body = ''", "body = 'null'", "body = replace(body, 'failed', 'fxiled')",
          "body = replace(body, '\"end\"', '\"ent\"')", "body = replace(body, 'run ended', 'noted')", "kind = 'noted'", "at = at + 1",
          "body = replace(body, '\"took\":', '\"took\":1.5e300,\"x\":')"}) {
        CAPTURE(change);
        const TwoRuns runs;
        runs.damage("UPDATE event SET " + change + last_of_first);
        Journal journal(runs.file);
        CHECK(journal.runs().size() == 2);
        const std::string told = refused(journal);
        CHECK(told.find(runs.file) != std::string::npos);
        CHECK(told.find("of run 1 is damaged") != std::string::npos);
        CHECK(told.find("json.exception") == std::string::npos);
        CHECK_FALSE(journal.events(2).empty());
        // What was not read to its end holds up nobody: the next run is written, and what may be needed is not pruned.
        CHECK(play(R"(note "x")", {}, {.journal = &journal}).ended.end == runtime::End::Completed);
        journal.prune(runtime::Time::max());
        REQUIRE_FALSE(journal.runs().empty());
        CHECK(journal.runs().back().id == 1);
    }
}

TEST_CASE("what was changed, left out, added or put elsewhere is noticed and named, and what is whole before it is shown") {
    struct Damage {
        std::string sql, named;
        std::size_t whole;  ///< events that can still be shown
    };
    const std::size_t all = [] {
        const TwoRuns runs;
        const Journal journal(runs.file);
        CHECK(refused(journal).empty());
        return journal.events(1).size();
    }();
    REQUIRE(all > 8);
    const std::string last = std::to_string(all);
    for (const Damage& damage : std::vector<Damage>{
             // what reads as an event all the same
             {"UPDATE event SET body = replace(body, '\"effect\":\"changed\"', '\"effect\":\"not sent\"') WHERE run = 1 AND kind = 'action "
              "ended'",
              "event 7 of run 1 is damaged", 6},
             {"UPDATE event SET body = replace(body, '\"title\":\"A\"', '\"title\":\"B\"') WHERE run = 1 AND number = 2",
              "event 2 of run 1 is damaged", 1},
             {"UPDATE event SET body = body || ' ' WHERE run = 1 AND number = 4", "event 4 of run 1 is damaged", 3},
             {"UPDATE event SET at = at + 1, body = replace(body, '\"at\":' || at, '\"at\":' || (at + 1)) WHERE run = 1 AND number = 3",
              "event 3 of run 1 is damaged", 2},
             {"UPDATE event SET hash = '' WHERE run = 1 AND number = 3", "event 3 of run 1 is damaged", 2},
             {"UPDATE event SET hash = NULL WHERE run = 1 AND number = 3", "event 3 of run 1 is damaged", 2},
             // rows that are not there, or elsewhere
             {"DELETE FROM event WHERE run = 1 AND number = 1", "event 1 of run 1 is missing", 0},
             {"DELETE FROM event WHERE run = 1 AND number = 5", "event 5 of run 1 is missing", 4},
             {"DELETE FROM event WHERE run = 1 AND number = " + last, "event " + last + " of run 1 is missing", all - 1},
             {"DELETE FROM event WHERE run = 1 AND number > 1; DELETE FROM event WHERE run = 1", "the events of run 1 are missing", 0},
             {"UPDATE event SET number = 0 WHERE run = 1 AND number = 3; UPDATE event SET number = 3 WHERE run = 1 AND number = 4; UPDATE "
              "event "
              "SET number = 4 WHERE run = 1 AND number = 0",
              "event 3 of run 1 is damaged", 2},
             {"UPDATE event SET number = 0 WHERE run = 1 AND number = 1", "event 0 of run 1 is damaged", 0},
             {"INSERT INTO event SELECT run, number + 1, at, kind, hash, body FROM event" + last_of_first,
              "event " + std::to_string(all + 1), all},
             {"DELETE FROM event WHERE run = 1 AND number = 2; INSERT INTO event SELECT 1, number, at, kind, hash, body FROM event WHERE "
              "run = 2 AND "
              "number = 2",
              "event 2 of run 1 is damaged", 1},
             // what stands beside them
             {"UPDATE run SET head = '' WHERE id = 1", "or what tells which the last one is", all},
             {"UPDATE run SET end = 0 WHERE id = 1", "the end of run 1 is not the one that its events tell", all},
             {"UPDATE source SET text = replace(text, 'lamp.dim', 'lamp.dam') WHERE run = 1 AND text LIKE '%lamp.dim%'",
              "the text that part 1 of run 1 was run with", all},
             {"UPDATE source SET path = 'other.proc' WHERE run = 1 AND number = 0", "the text that part 1 of run 1 was run with", all}}) {
        CAPTURE(damage.sql);
        const TwoRuns runs;
        runs.damage(damage.sql);
        const Journal journal(runs.file);
        const std::string told = refused(journal);
        CHECK(told.find(runs.file) != std::string::npos);
        CHECK_MESSAGE(told.find(damage.named) != std::string::npos, told);
        const runtime::Told shown = journal.told(1);
        CHECK(shown.damage == told);
        CHECK(shown.events.size() == damage.whole);
        CHECK(refused(Journal(runs.file)) == told);
        CHECK_FALSE(journal.events(2).empty());
    }
}

TEST_CASE("no byte of an event can be another one unnoticed") {
    const TwoRuns runs;
    const Journal journal(runs.file);
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(runs.file.c_str(), &database) == SQLITE_OK);
    const auto run = [&](const std::string& sql) { REQUIRE(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK); };
    const std::size_t events = journal.events(1).size();
    constexpr int step = 11;
    for (std::size_t number = 1; number <= events; ++number) {
        const std::string row = " WHERE run = 1 AND number = " + std::to_string(number);
        run("CREATE TEMP TABLE whole AS SELECT body FROM event" + row);
        for (int at = 1; at < 250; at += step) {
            const std::string place = std::to_string(at);
            run("UPDATE event SET body = substr(body, 1, " + place + " - 1) || char(unicode(substr(body, " + place +
                ", 1)) + 1) || substr(body, " + place + " + 1)" + row + " AND length(body) >= " + place);
            if (sqlite3_changes(database) == 0) break;
            CAPTURE(number);
            CAPTURE(at);
            CHECK(refused(journal).find("event " + std::to_string(number) + " of run 1 is damaged") != std::string::npos);
            run("UPDATE event SET body = (SELECT body FROM whole)" + row);
        }
        run("DROP TABLE whole");
    }
    CHECK(refused(journal).empty());
    sqlite3_close(database);
}

TEST_CASE("a run that is under way is whole at every moment") {
    const TwoRuns runs;
    std::atomic<bool> over = false;
    std::thread other([&] {
        Journal journal(runs.file);
        (void)play(
            R"(on a { for n in ["1", "2", "3", "4", "5", "6", "7", "8", "9"] { for m in ["1", "2", "3", "4", "5"] { lamp.flash(m) } } })",
            {}, {.journal = &journal});
        over = true;
    });
    const Journal journal(runs.file);
    std::size_t looks = 0;
    while (!over) {
        const runtime::Told told = journal.told(3);
        CHECK_MESSAGE(told.damage.empty(), told.damage);
        ++looks;
    }
    other.join();
    CHECK(looks > 1);
    CHECK(journal.events(3).size() > 90);
}

TEST_CASE("one kind of a run's events is no less looked at than all of them") {
    const TwoRuns runs;
    runs.damage(
        "UPDATE event SET body = replace(body, '\"effect\":\"changed\"', '\"effect\":\"not sent\"') WHERE run = 1 AND kind = 'action "
        "ended'");
    const Journal journal(runs.file);
    CHECK_THROWS_AS((void)journal.events(1, "action ended"), DamagedEvent);
    CHECK_NOTHROW((void)journal.events(1, "intent"));
}

TEST_CASE("an end that is none is no end to act on, and hides no other run") {
    const TwoRuns runs;
    runs.damage("UPDATE run SET end = 99 WHERE id = 1");
    const Journal journal(runs.file);
    REQUIRE(journal.runs().size() == 2);
    CHECK(journal.runs()[0].damage.empty());
    CHECK_FALSE(journal.runs()[1].end);
    CHECK(journal.runs()[1].damage == "the end of run 1 is damaged: 99 is none");
    CHECK_THROWS_WITH_AS((void)journal.record(1), doctest::Contains("the end of run 1 is damaged"), DamagedEvent);
    CHECK_FALSE(refused(journal).empty());
    CHECK(journal.record(2));
}

TEST_CASE("a file that is damaged as a whole is told as such") {
    const TwoRuns runs;
    const auto size = std::filesystem::file_size(runs.file);
    {
        std::fstream file(runs.file, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(4096);
        file << std::string(size - 4096, 'x');
    }
    std::filesystem::remove(runs.file + "-wal");
    std::string told;
    try {
        const Journal journal(runs.file);
        for (const auto& run : journal.runs()) (void)journal.events(run.id);
    } catch (const runtime::JournalError& error) {
        told = error.what();
    }
    CHECK(told.find("The file is damaged") != std::string::npos);
}

}  // namespace runtime_tests
