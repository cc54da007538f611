// What of a journal is still there when the process dies or the power fails, and when an event waits for the disk.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "runtime/journal/store.hpp"

using namespace runtime;
using Strings = std::vector<std::string>;

namespace {

std::atomic<int> syncs{0};

}  // namespace

/// SQLite's way to the disk, counted.
extern "C" int fdatasync(int descriptor) {
    ++syncs;
    return fsync(descriptor);
}

namespace {

struct Folder {
    std::filesystem::path path;
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "journal-XXXXXX").string();
        path = mkdtemp(pattern.data());
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string file() const { return path / "journal.db"; }
};

lang::program::Program program() {
    lang::program::Program program;
    program.name = "failover";
    program.site = std::make_shared<lang::Site>();
    return program;
}

Event of(Event::Body body) { return {.at = {}, .step = "1", .host = {}, .body = std::move(body)}; }

const Event bound = of(event::Bound{.name = "active", .value = "acd-store1", .kept = false});
const Event noted = of(event::Noted{"a word"});
const Event reply = of(event::CommandEnded{.command = "true", .ending = "exit 0", .ok = true, .out = {}, .err = {}});
const Event intent =
    of(event::Intent{.key = {.label = "1/1"}, .call = "pcs.standby(acd-store1)", .command = "pcs node standby acd-store1"});
const Event result =
    of(event::ActionEnded{.key = {.label = "1/1"}, .call = "pcs.standby(acd-store1)", .effect = Effect::Changed, .why = {}});
const Event step_end = of(event::StepEnded{.title = "Standby", .done = true});

Strings kinds(const Journal& journal) {
    Strings kinds;
    for (const Event& event : journal.events(1)) kinds.emplace_back(kind(event));
    return kinds;
}

/// Tells `events` in a process that then dies without a word.
void tell_and_die(const std::string& file, const std::vector<Event>& events) {
    const pid_t child = fork();
    if (child == 0) {
        Journal journal(file);
        journal.begin(program(), false);
        for (const Event& event : events) journal.on(event);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(status == 0);
}

/// How often the disk was waited for while the journal was told of `event`.
int syncs_of(Journal& journal, const Event& event) {
    const int before = syncs;
    journal.on(event);
    return syncs - before;
}

}  // namespace

TEST_CASE("what came from outside outlives the process, and what was computed before it too") {
    const Folder folder;
    tell_and_die(folder.file(), {noted, bound, reply});
    CHECK(kinds(Journal(folder.file())) == Strings{"noted", "bound", "command ended"});
}

TEST_CASE("an intent is never there without the bindings that it comes from") {
    const Folder folder;
    tell_and_die(folder.file(), {bound, intent});
    CHECK(kinds(Journal(folder.file())) == Strings{"bound", "intent"});
}

TEST_CASE("what was only computed is lost with the process where nothing followed") {
    const Folder folder;
    tell_and_die(folder.file(), {reply, bound, noted});
    CHECK(kinds(Journal(folder.file())) == Strings{"command ended"});
}

TEST_CASE("a long computation is written now and then") {
    const Folder folder;
    tell_and_die(folder.file(), std::vector<Event>(1500, bound));
    CHECK(kinds(Journal(folder.file())).size() == 1000);
}

TEST_CASE("a journal that is closed in order has everything") {
    const Folder folder;
    {
        Journal journal(folder.file());
        journal.begin(program(), false);
        journal.on(bound);
        CHECK(kinds(journal) == Strings{"bound"});
        journal.on(noted);
    }
    CHECK(kinds(Journal(folder.file())) == Strings{"bound", "noted"});
}

TEST_CASE("intents, results and the ends of their steps wait for the disk, and nothing else does") {
    const Folder folder;
    Journal journal(folder.file());
    journal.begin(program(), false);
    journal.on(reply);
    for (const Event& event : {bound, noted, reply, step_end}) CHECK(syncs_of(journal, event) == 0);
    for (const Event& event : {intent, result, step_end}) CHECK(syncs_of(journal, event) > 0);
    CHECK_MESSAGE(syncs_of(journal, step_end) == 0, "a step that has only looked");
    CHECK(syncs_of(journal, of(event::Bound{.name = "active", .value = "acd-store1", .kept = true})) > 0);
    CHECK(syncs_of(journal, step_end) > 0);
    CHECK(syncs_of(journal, of(event::Answered{.question = "Is it green?", .answer = "yes", .by = "anna"})) > 0);
    CHECK(syncs_of(journal, of(event::RunEnded{})) > 0);
}

TEST_CASE("two runs write to one journal side by side") {
    const Folder folder;
    Journal one(folder.file()), other(folder.file());
    const auto first = one.begin(program(), false);
    const auto second = other.begin(program(), false);
    for (const Event& event : {bound, reply}) {
        one.on(event);
        other.on(event);
    }
    one.on(intent);
    CHECK(one.events(first).size() == 3);
    CHECK(one.events(second).size() == 2);
}
