// A journal some of whose bytes are not those that were written: told with file, run and event, and nothing acts on that run.
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "runtime/journal/store.hpp"
#include "tests/runtime/interpret/stage.hpp"

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

    void damage(const std::string& sql) const {
        sqlite3* database = nullptr;
        REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
        REQUIRE_MESSAGE(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, sql, ": ", sqlite3_errmsg(database));
        REQUIRE(sqlite3_changes(database) == 1);
        sqlite3_close(database);
    }
};

const std::string last_of_first = " WHERE run = 1 AND number = (SELECT max(number) FROM event WHERE run = 1)";

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
        std::string told;
        try {
            (void)journal.events(1);
        } catch (const DamagedEvent& damaged) {
            told = damaged.what();
        }
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

TEST_CASE("an end that is none is no end to act on") {
    const TwoRuns runs;
    runs.damage("UPDATE run SET end = 99 WHERE id = 1");
    const Journal journal(runs.file);
    CHECK_THROWS_AS((void)journal.runs(), DamagedEvent);
    CHECK_THROWS_AS((void)journal.record(1), DamagedEvent);
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
