// What a run leaves in the journal, read back from its file.
#include "runtime/journal/store.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "runtime/journal/driver.hpp"
#include "tests/runtime/interpret/small_run.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/said.hpp"

namespace runtime_tests {

namespace {

namespace event = runtime::event;
namespace fs = std::filesystem;
using runtime::Journal;

/// A folder that is gone at the end.
struct Folder {
    fs::path path;
    Folder() {
        std::string name = (fs::temp_directory_path() / "procrun-journal-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    std::string file() const { return path / "state" / "journal.db"; }
};

/// No file of this process grows beyond `bytes` meanwhile: writing fails as on a full disk.
class FullDisk {
  public:
    explicit FullDisk(rlim_t bytes) : outer_(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit now{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FullDisk() {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, outer_);
    }
    FullDisk(const FullDisk&) = delete;

  private:
    rlimit before_{};
    void (*outer_)(int);
};

std::string journalled(const Journal& journal) {
    std::string text;
    const auto runs = journal.runs();
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        text += "run of " + run->procedure + " on " + run->site + " by " + run->operator_name + " from " + run->machine +
                (run->simulated ? ", simulated" : "") + (run->end ? std::string(", ") + name(*run->end) : ", no end") + "\n";
        for (const runtime::Event& event : journal.events(run->id)) text += told(event, run->started) + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("the journal of a run is what was told, without the looks on the way") {
    const std::pair<const char*, std::vector<std::string>> runs[] = {
        {R"(step "A" { on a, b in parallel { lamp.light("x") } }
step "B" { wait_until all h in [a, b]: lamp.is_on("x")  within 1m  holding 5s })",
         {"a$ lamp on x: nothing", "a x is on at 3s"}},
        {R"(step "A" { on a { lamp.flash("x") } })", {"a$ lamp flash x: takes 1s, lost"}},
        {R"(param side: int
keep label = lamp.label("x") on a
step "A" { on a {
    lamp.unlock("x", code)
    lamp.light("x")
      else { go_on "it can wait" }
} })",
         {"param side=2", "a x is broken"}}};
    const Folder folder;
    Journal journal(folder.file());
    for (const auto& [program, script] : runs) CHECK(play(program, script, {.journal = &journal}).findings.empty());
    support::matches_golden(support::in_tests("runtime/journal/format.txt"), journalled(Journal(folder.file())));
}

TEST_CASE("the file is for its owner only, and so is the folder that is made for it") {
    const Folder folder;
    Journal journal(folder.file());
    play(R"(note "x")", {}, {.journal = &journal});
    struct stat status {};
    for (const char* suffix : {"", "-wal", "-shm"}) {
        CAPTURE(suffix);
        REQUIRE(stat((folder.file() + suffix).c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
    }
    REQUIRE(stat(fs::path(folder.file()).parent_path().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0700);
}

TEST_CASE("no byte of a secret is in the file, although the host repeats it") {
    const Folder folder;
    {
        Journal journal(folder.file());
        play("let answer = lamp.code(\"x\", code) on a\nnote \"${answer}\"\nrequire answer == \"\"\non a { lamp.unlock(\"x\", code) }", {},
             {.journal = &journal});
    }
    for (const auto& entry : fs::directory_iterator(fs::path(folder.file()).parent_path())) {
        CAPTURE(entry.path().string());
        CHECK(support::read(entry.path()).find(the_code) == std::string::npos);
    }
}

TEST_CASE("what was kept is found by procedure, name, site, and whether it was simulated") {
    const Folder folder;
    Journal journal(folder.file());
    Script none;
    std::vector<std::string> findings;
    const auto program = checked("keep label = lamp.label(\"x\") on a", none, findings);
    REQUIRE(program != nullptr);
    const auto kept = [&](const char* procedure, const char* name, bool simulated) {
        return journal.kept(procedure, name, lang::Kind::Text, *program->site, simulated);
    };
    CHECK(kept("case", "label", true).is_unknown());
    play("keep label = lamp.label(\"x\") on a", {}, {.journal = &journal});
    CHECK(kept("case", "label", true).text() == "lamp x of a");
    CHECK(kept("case", "label", false).is_unknown());
    CHECK(kept("case", "other", true).is_unknown());
    CHECK(kept("another", "label", true).is_unknown());
    play("keep label = lamp.label(\"y\") on b", {}, {.journal = &journal});
    CHECK(kept("case", "label", true).text() == "lamp y of b");
    lang::Site other;
    other.name = "another site";
    CHECK(journal.kept("case", "label", lang::Kind::Text, other, true).is_unknown());
}

TEST_CASE("what a run has kept that was not completed is not taken for what a completed one kept") {
    const Folder folder;
    Journal journal(folder.file());
    Script none;
    std::vector<std::string> findings;
    const auto program = checked("keep label = lamp.label(\"x\") on a", none, findings);
    REQUIRE(program != nullptr);
    const auto kept = [&] { return journal.kept("case", "label", lang::Kind::Text, *program->site, true); };
    play("keep label = lamp.label(\"z\") on c\nfail \"no\"", {}, {.journal = &journal});
    REQUIRE(kept().is_unknown());
    CHECK(support::said(kept().why_unknown().why).starts_with("run 1 of case has kept label, and was not completed"));
    CHECK_FALSE(journal.keeper("case", "label", *program->site, true));
    play("keep label = lamp.label(\"x\") on a", {}, {.journal = &journal});
    play("keep label = lamp.label(\"y\") on b\nfail \"no\"", {}, {.journal = &journal});
    CHECK(kept().text() == "lamp x of a");
    CHECK(journal.keeper("case", "label", *program->site, true).value_or("").starts_with("run 2, which was completed at 2026-"));
}

TEST_CASE("one process drives a run, as long as it lives") {
    const Folder folder;
    Journal journal(folder.file());
    play("note \"here\"", {}, {.journal = &journal});
    {
        runtime::Driver another(folder.file());
        CHECK_FALSE(another.take(1));
        CHECK(another.take(2));
        CHECK_FALSE(runtime::Driver(folder.file()).take(2));
    }
    CHECK(runtime::Driver(folder.file()).take(2));
}

TEST_CASE("however full the disk is, nothing is sent whose intent is not on it") {
    struct Counter : runtime::Observer {
        std::size_t sent = 0;
        void on(const runtime::Event& event) override {
            const auto* command = std::get_if<event::CommandEnded>(&event.body);
            sent += command != nullptr && command->purpose == event::CommandEnded::For::Action;
        }
    };
    const std::string program = R"(on a { for name in ["x", "y", "z"] { lamp.flash(name) } })";
    constexpr rlim_t page = 4096;
    std::set<std::size_t> sent_when_full;
    for (rlim_t room = 0;; room += page) {
        CAPTURE(room);
        const Folder folder;
        Journal journal(folder.file());
        Counter counter;
        bool was_full = false;
        {
            const FullDisk disk(fs::file_size(folder.file() + "-wal") + room);
            try {
                play(program, {}, {.journal = &journal, .observers = {&counter}});
            } catch (const runtime::JournalError&) {
                was_full = true;
            }
        }
        if (!was_full) break;
        REQUIRE(room < 1000 * page);
        sent_when_full.insert(counter.sent);
        // With room again, another journal on the same file has every intent, and goes on.
        Journal later(folder.file());
        std::size_t intents = 0;
        for (const auto& run : later.runs()) {
            for (const runtime::Event& event : later.events(run.id)) intents += std::holds_alternative<event::Intent>(event.body);
        }
        CHECK(intents >= counter.sent);
        CHECK(play(program, {}, {.journal = &later}).ended.end == runtime::End::Completed);
    }
    CHECK(sent_when_full == std::set<std::size_t>{0, 1, 2, 3});
}

TEST_CASE("a file that cannot be opened says what to do") {
    const Folder folder;
    std::ofstream(folder.path / "file") << "this is not a database, and long enough not to be taken for an empty one";
    for (const std::string& path : {(folder.path / "file").string(), folder.path.string()}) {
        CAPTURE(path);
        try {
            const Journal journal(path);
            FAIL_CHECK("it was opened");
        } catch (const runtime::JournalError& error) {
            const std::string said = error.what();
            CHECK(said.find(path) != std::string::npos);
            CHECK(said.find("--journal FILE") != std::string::npos);
        }
    }
}

TEST_CASE("a journal of a newer version is refused, and left as it is") {
    const Folder folder;
    { const Journal journal(folder.file()); }
    {
        // The number that a program gives to its tables stands at byte 60 of a file of SQLite, big-endian.
        std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(63);
        file.put(99);
    }
    const std::string before = support::read(folder.file());
    CHECK_THROWS_WITH_AS(Journal{folder.file()},
                         doctest::Contains("written by a newer version of procrun: its format is 99, this one reads up to 2"),
                         runtime::JournalError);
    CHECK(support::read(folder.file()) == before);
}

TEST_CASE("a journal from before the date of writing and the socket were in it opens, and goes on") {
    const Folder folder;
    fs::create_directories(fs::path(folder.file()).parent_path());
    {
        sqlite3* old = nullptr;
        REQUIRE(sqlite3_open(folder.file().c_str(), &old) == SQLITE_OK);
        const char* tables = R"(PRAGMA user_version = 1;
CREATE TABLE run(id INTEGER PRIMARY KEY, procedure TEXT NOT NULL, site TEXT NOT NULL, directory TEXT NOT NULL,
    procedure_file TEXT NOT NULL, site_file TEXT NOT NULL, pid INTEGER NOT NULL, operator TEXT NOT NULL DEFAULT '', machine TEXT NOT NULL DEFAULT '',
    simulated INTEGER NOT NULL, parts INTEGER NOT NULL DEFAULT 1, started INTEGER NOT NULL, ended INTEGER, end INTEGER);
CREATE TABLE source(run INTEGER NOT NULL REFERENCES run, part INTEGER NOT NULL, number INTEGER NOT NULL,
    path TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY(run, part, number));
CREATE TABLE parameter(run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, value TEXT NOT NULL,
    given INTEGER NOT NULL, PRIMARY KEY(run, name));
CREATE TABLE event(run INTEGER NOT NULL REFERENCES run, number INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
    key TEXT, body TEXT NOT NULL, PRIMARY KEY(run, number)) WITHOUT ROWID;
CREATE TABLE kept(run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(run, name));
INSERT INTO run VALUES(1, 'failover', 'lamps', '/', 'failover.proc', '', 0, 'kay', 'desk1', 1, 1, 1000, 2000, 1);)";
        REQUIRE(sqlite3_exec(old, tables, nullptr, nullptr, nullptr) == SQLITE_OK);
        sqlite3_close(old);
    }
    Journal journal(folder.file());
    CHECK(play(R"(note "x")", {}, {.journal = &journal}).ended.end == runtime::End::Completed);
    REQUIRE(journal.runs().size() == 2);
    CHECK(journal.runs().front().id == 2);
    CHECK(journal.runs().back().procedure == "failover");
    CHECK_FALSE(journal.runs().back().has_site());
    CHECK(Journal(folder.file()).runs().size() == 2);
}

TEST_CASE("what runs have left is compared on the same simulated site only") {
    const Folder folder;
    Journal journal(folder.file());
    Script none;
    std::vector<std::string> findings;
    const auto program = checked(R"(note "x")", none, findings);
    REQUIRE(program != nullptr);
    const auto leave = [&](const std::string& socket) {
        journal.begin(*program, true, socket);
        event::LeftBehind left;
        left.announced = {
            {.thing = {.identity = {"b", "lamp", "lit lamps", "x"}, .about = {"x"}, .text = "x is lit on b"}, .until = "until tomorrow"}};
        journal.on({.at = {}, .step = {}, .host = {}, .body = left});
    };
    leave("");
    leave("/tmp/one");
    const auto earlier = [&](const std::string& socket) { return journal.left_earlier("lamps", true, journal.current() + 1, socket); };
    REQUIRE(earlier("/tmp/one").has_value());
    CHECK(earlier("/tmp/one")->name == "run 2 (case)");
    CHECK_FALSE(earlier("/tmp/other").has_value());
}

TEST_CASE("two runs at once write into one file, and each is whole") {
    const Folder folder;
    const std::string program = R"(step "A" { on a { for n in ["1", "2", "3", "4", "5", "6", "7", "8"] { lamp.flash(n) } } })";
    { const Journal made(folder.file()); }
    std::size_t events[2] = {0, 0};
    {
        std::vector<std::jthread> threads;
        for (std::size_t& count : events) {
            threads.emplace_back([&] {
                Journal journal(folder.file());
                count = play(program, {}, {.journal = &journal}).events.size();
            });
        }
    }
    const Journal journal(folder.file());
    REQUIRE(journal.runs().size() == 2);
    for (const auto& run : journal.runs()) {
        CHECK(run.end == runtime::End::Completed);
        CHECK(journal.events(run.id).size() == events[0]);
    }
    CHECK(events[0] == events[1]);
}

TEST_CASE("a run that was killed has no end in the journal, and its intents are there") {
    const Folder folder;
    struct Killed {};
    struct Killer : runtime::Observer {
        void on(const runtime::Event& event) override {
            if (std::holds_alternative<event::Intent>(event.body)) throw Killed();
        }
    } killer;
    {
        Journal journal(folder.file());
        CHECK_THROWS_AS(play(R"(on a { lamp.flash("x") })", {}, {.journal = &journal, .observers = {&killer}}), Killed);
    }
    const Journal journal(folder.file());
    REQUIRE(journal.runs().size() == 1);
    CHECK_FALSE(journal.runs().front().end.has_value());
    const auto events = journal.events(journal.runs().front().id);
    REQUIRE(!events.empty());
    CHECK(std::holds_alternative<event::Intent>(events.back().body));
}

}  // namespace runtime_tests
