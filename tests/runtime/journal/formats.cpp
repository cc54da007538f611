// Journals of every format that there has been, as they were written: what is read of them, what is taken over, what is refused.
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "runtime/journal/store.hpp"
#include "tests/runtime/interpret/small_run.hpp"
#include "tests/support/golden.hpp"

namespace runtime_tests {

namespace {

namespace event = runtime::event;
namespace fs = std::filesystem;
using runtime::Journal;

/// A connection of somebody else.
class Sql {
  public:
    explicit Sql(const std::string& file) { REQUIRE(sqlite3_open(file.c_str(), &database_) == SQLITE_OK); }
    ~Sql() {
        sqlite3_finalize(prepared_);
        sqlite3_close(database_);
    }
    Sql(const Sql&) = delete;
    void run(const std::string& sql) {
        REQUIRE_MESSAGE(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, sqlite3_errmsg(database_));
    }
    std::int64_t integer(const std::string& sql) {
        prepare(sql);
        REQUIRE(sqlite3_step(prepared_) == SQLITE_ROW);
        return sqlite3_column_int64(prepared_, 0);
    }
    void prepare(const std::string& sql) {
        sqlite3_finalize(prepared_);
        REQUIRE_MESSAGE(sqlite3_prepare_v2(database_, sql.c_str(), -1, &prepared_, nullptr) == SQLITE_OK, sqlite3_errmsg(database_));
    }
    int step() { return sqlite3_step(prepared_); }

  private:
    sqlite3* database_ = nullptr;
    sqlite3_stmt* prepared_ = nullptr;
};

/// A file of the corpus, as that version left it.
struct Kept {
    std::string folder = "/tmp/procrun-formats-XXXXXX", file;
    explicit Kept(const std::string& name) {
        REQUIRE(mkdtemp(folder.data()) != nullptr);
        file = folder + "/journal.db";
        Sql(file).run(support::read(support::in_tests("runtime/journal/corpus/" + name + ".sql")));
    }
    ~Kept() { fs::remove_all(folder); }
    Kept(const Kept&) = delete;
};

lang::Value kept_greeting(const Journal& journal) {
    lang::Site site;
    site.name = "corpus";
    return journal.kept("failover", "greeting", lang::Kind::Text, site, false);
}

}  // namespace

TEST_CASE("every event of every format is read") {
    for (const std::string name : {"1-first", "1", "2"}) {
        CAPTURE(name);
        const Kept old(name);
        const Journal journal(old.file);
        REQUIRE_FALSE(journal.runs().empty());
        for (const runtime::RunSummary& run : journal.runs()) {
            const runtime::Told told = journal.told(run.id);
            CHECK(told.damage.empty());
            CHECK(static_cast<std::int64_t>(told.events.size()) ==
                  Sql(old.file).integer("SELECT count(*) FROM event WHERE run = " + std::to_string(run.id)));
            CHECK(run.format == (name == "2" ? 2 : 1));
            CHECK(journal.record(run.id));
        }
    }
}

TEST_CASE("what is written today is what format 2 is") {
    const Kept old("2");
    const Journal journal(old.file);
    Sql file(old.file);
    for (const runtime::RunSummary& run : journal.runs()) {
        std::int64_t number = 0;
        for (const runtime::Event& event : journal.events(run.id)) {
            const std::string body = runtime::to_json(event);
            CAPTURE(body);
            std::string quoted = body;
            for (std::size_t at = 0; (at = quoted.find('\'', at)) != std::string::npos; at += 2) quoted.insert(at, 1, '\'');
            CHECK(file.integer("SELECT body = '" + quoted + "' FROM event WHERE run = " + std::to_string(run.id) +
                               " AND number = " + std::to_string(++number)) == 1);
        }
    }
    const auto intent = std::get<event::Intent>(journal.events(2, "intent").front().body);
    CHECK(intent.key.step == "1");
    REQUIRE(intent.key.path.size() == 2);
    CHECK(intent.key.path[0].text == "one");
    CHECK(intent.key.path[1].kind == runtime::Key::Part::Kind::Call);
}

TEST_CASE("of format 1 words are shown, and what was kept is taken over") {
    const Kept old("1");
    Journal journal(old.file);
    CHECK(kept_greeting(journal).plain() == "hello");
    const auto intent = std::get<event::Intent>(journal.events(2, "intent").front().body);
    CHECK(intent.call == "shell.action(\"echo one >>/tmp/corpus/both\")");
    CHECK(intent.key.step.empty());
    CHECK(intent.key.path.empty());
    const auto left = std::get<event::LeftBehind>(journal.events(3, "left behind").front().body);
    REQUIRE(left.announced.size() == 2);
    CHECK(left.announced[1].thing.text == "store2 is in standby");
    CHECK(left.announced[1].thing.identity == event::Identity{});
    // It has no name that a later reading could be compared by.
    const auto earlier = journal.left_earlier("two stores", true, 99);
    REQUIRE(earlier);
    CHECK(earlier->not_comparable == "run 3 (stores)");
    CHECK(earlier->left.announced.empty());
}

TEST_CASE("what format 2 has left is compared by what it is") {
    const Kept old("2");
    const auto earlier = Journal(old.file).left_earlier("two stores", true, 99);
    REQUIRE(earlier);
    CHECK(earlier->not_comparable.empty());
    CHECK(earlier->name == "run 3 (stores)");
    REQUIRE(earlier->left.announced.size() == 2);
    CHECK(earlier->left.announced[1].thing.identity ==
          event::Identity{"storage", "pcs", "standby, maintenance, failures", "standby store2"});
}

TEST_CASE("a file of format 1 goes on in format 2, each run in its own; none of the old ones is gone on with") {
    for (const std::string name : {"1-first", "1"}) {
        CAPTURE(name);
        const Kept old(name);
        Journal journal(old.file);
        const std::int64_t newest = journal.runs().front().id;
        CHECK(play(R"(note "x")", {}, {.journal = &journal}).ended.end == runtime::End::Completed);
        const std::int64_t begun = journal.runs().front().id;
        CHECK(begun > newest);
        CHECK(journal.runs().front().format == 2);
        CHECK_FALSE(journal.events(begun).empty());
        for (const runtime::RunSummary& run : Journal(old.file).runs()) {
            if (run.id > newest) continue;
            CHECK(run.format == 1);
            CHECK(journal.told(run.id).damage.empty());
        }
        lang::program::Program program;
        CHECK_THROWS_WITH_AS(journal.resume(2, program), doctest::Contains("begun in a journal of format 1"), runtime::JournalError);
    }
}

TEST_CASE("a procrun of format 1 that has the file open comes to its end in it") {
    const Kept old("1");
    Sql running(old.file);
    running.prepare("INSERT INTO event VALUES(2, 99, 5, 'noted', NULL, '{\"at\":5,\"kind\":\"noted\",\"text\":\"still here\"}')");
    Sql ending(old.file), beginning(old.file);
    ending.prepare("UPDATE run SET ended = 5, end = 1, written = 5 WHERE id = 2");
    beginning.prepare(
        "INSERT INTO run(procedure, site, directory, procedure_file, site_file, pid, simulated, started, socket, written) "
        "VALUES('late', 'corpus', '/', 'late.proc', '', 1, 0, 0, '', 0)");
    const Journal journal(old.file);
    CHECK(running.step() == SQLITE_DONE);
    CHECK(ending.step() == SQLITE_DONE);
    CHECK(beginning.step() == SQLITE_DONE);
    CHECK(Sql(old.file).integer("SELECT count(*) FROM event WHERE run = 2 AND number = 99") == 1);
    CHECK(journal.runs().front().procedure == "late");
    CHECK(journal.runs().front().format == 1);
}

TEST_CASE("the version that can finish a run of format 1 is given a file that it reads, once") {
    const Kept old("1");
    Journal journal(old.file);
    CHECK(play(R"(note "x")", {}, {.journal = &journal}).ended.end == runtime::End::Completed);
    const std::string copy = journal.copy_for_format_1(2);
    CHECK(copy == old.file + "-format-1-run-2");
    struct stat status {};
    REQUIRE(stat(copy.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    {
        Sql file(copy);
        CHECK(file.integer("PRAGMA user_version") == 1);
        CHECK(file.integer("SELECT count(*) FROM event WHERE run = 2 AND key LIKE '%shell.action%'") ==
              Sql(old.file).integer("SELECT count(*) FROM event WHERE run = 2 AND kind IN ('intent', 'action ended')"));
        CHECK(file.integer("SELECT count(*) FROM run") == 4);  // what later runs did is seen there, too
        file.run("UPDATE run SET end = 0 WHERE id = 2");
    }
    CHECK(journal.copy_for_format_1(2) == copy);
    CHECK(Sql(copy).integer("SELECT end FROM run WHERE id = 2") == 0);
    CHECK(journal.runs().size() == 4);
}

TEST_CASE("a file from before the formats is refused and left as it is, and so is one that is not a journal") {
    for (const bool is_journal : {true, false}) {
        const Kept old("1-first");
        Sql(old.file).run("PRAGMA user_version = 0");  // the tables of the first ones were the same
        if (!is_journal) {
            fs::remove(old.file);
            Sql(old.file).run("CREATE TABLE recipe(name TEXT)");
        }
        const std::string before = support::read(old.file);
        CHECK_THROWS_WITH_AS(Journal{old.file}, doctest::Contains("is not a journal, or was written before"), runtime::JournalError);
        CHECK(support::read(old.file) == before);
    }
}

}  // namespace runtime_tests
