// What earlier runs tell a new one, and which of them may be deleted.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <filesystem>

#include "cli/run/expected.hpp"
#include "cli/run/load.hpp"
#include "tests/support/golden.hpp"

namespace {

using namespace std::chrono_literals;
namespace event = runtime::event;

constexpr runtime::Time begin{std::chrono::sys_days{std::chrono::March / 1 / 2026}};

runtime::Time just_now() { return std::chrono::floor<runtime::Duration>(std::chrono::system_clock::now()); }

struct Past {
    lang::Checked checked = cli::load({.file = PROCRUN_SOURCE_DIR "/examples/drain.proc", .parameters = {}, .site = std::nullopt});
    runtime::Journal journal{":memory:"};

    /// A run of some days ago with one step; `end` none: it was killed.
    std::int64_t run(int day, std::optional<runtime::End> end, runtime::Duration took = 1min, std::vector<std::string> pending = {}) {
        REQUIRE(checked.program != nullptr);
        const std::int64_t id = journal.begin(*checked.program, false);
        const runtime::Time at = begin + 24h * day;
        journal.on({.at = at, .step = {}, .host = {}, .body = event::RunStarted{.procedure = "drain"}});
        journal.on({.at = at + took, .step = "1", .host = {}, .body = event::StepEnded{.title = "Look", .done = true, .took = took}});
        if (end)
            journal.on(
                {.at = at + took, .step = {}, .host = {}, .body = event::RunEnded{.end = *end, .pending_undos = std::move(pending)}});
        return id;
    }
    cli::Expected earlier(std::int64_t before = 0) const {
        return cli::expected(journal, checked.program->name, checked.program->site->name, false, before);
    }
    std::vector<std::int64_t> ids() const {
        std::vector<std::int64_t> all;
        for (const auto& run : journal.runs()) all.push_back(run.id);
        return all;
    }
};

}  // namespace

TEST_CASE("what is expected of a run is the median of the completed ones before it") {
    Past past;
    CHECK(past.earlier().runs == 0);
    CHECK(past.earlier().step("1", "Look") == std::nullopt);
    past.run(1, runtime::End::Completed, 2min);
    past.run(2, runtime::End::Completed, 9min);
    past.run(3, runtime::End::Failed, 1s);
    const auto last = past.run(4, runtime::End::Completed, 3min);
    CHECK(past.earlier().runs == 3);
    CHECK(past.earlier().whole == 3min);
    CHECK(past.earlier().step("1", "Look") == 3min);
    CHECK(past.earlier().step("1", "Another title") == std::nullopt);
    CHECK(past.earlier(last).runs == 2);
}

TEST_CASE("what was journalled in format 1 tells how long a run takes") {
    const std::string file = std::filesystem::temp_directory_path() / "procrun-expected-of-format-1.db";
    const auto remove = [&] {
        for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file + suffix);
    };
    remove();
    sqlite3* old = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &old) == SQLITE_OK);
    const std::string rows = support::read(support::in_tests("runtime/journal/corpus/1.sql"));
    REQUIRE(sqlite3_exec(old, rows.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(old);
    {
        const runtime::Journal journal(file);
        const cli::Expected earlier = cli::expected(journal, "failover", "corpus", false);
        CHECK(earlier.runs == 1);
        CHECK(earlier.whole);
        CHECK(earlier.step("2", "Away"));
    }
    remove();
}

TEST_CASE("old runs are deleted, but none that somebody may need") {
    Past past;
    const auto old = past.run(1, runtime::End::Completed);
    const auto killed = past.run(2, std::nullopt);
    const auto due = past.run(3, runtime::End::Aborted, 1min, {"pcs.unstandby(acd-store1)"});
    const auto kept_before = past.run(4, runtime::End::Completed);
    past.journal.keep("side", 1);
    const auto kept = past.run(5, runtime::End::Completed);
    past.journal.keep("side", 2);
    CHECK(past.journal.prune(just_now() - 1h) == 0);  // whatever their dates were: they were written a moment ago
    CHECK(past.journal.prune(just_now() + 1h) == 2);
    CHECK(past.ids() == std::vector{kept, due, killed});
    CHECK(past.journal.events(old).empty());
    CHECK(past.journal.events(kept_before).empty());
    CHECK(past.journal.prune(just_now() + 1h) == 0);
}

TEST_CASE("of a rehearsal whose site is gone nothing is due, and rehearsals can go alone") {
    Past past;
    const auto real = past.run(1, runtime::End::Completed);
    REQUIRE(past.checked.program != nullptr);
    const auto rehearse = [&](const char* socket, bool ended) {
        const std::int64_t id = past.journal.begin(*past.checked.program, true, socket);
        past.journal.on({.at = begin, .step = {}, .host = {}, .body = event::RunStarted{.procedure = "drain"}});
        if (ended)
            past.journal.on(
                {.at = begin, .step = {}, .host = {}, .body = event::RunEnded{.end = runtime::End::Failed, .pending_undos = {"x()"}}});
        return id;
    };
    rehearse("", true);
    rehearse("", false);
    const auto with_site = rehearse("/tmp/site", true);
    const auto unfinished = rehearse("/tmp/site", false);
    const auto under_way = rehearse("", false);
    using Prune = runtime::Journal::Prune;
    CHECK(past.journal.prune(just_now() - 1h, Prune::Rehearsals) == 0);
    CHECK(past.journal.prune(just_now() + 1h, Prune::Rehearsals) == 2);
    CHECK(past.ids() == std::vector{under_way, unfinished, with_site, real});
}

TEST_CASE("the number of a run is never given again") {
    Past past;
    const auto first = past.run(1, runtime::End::Completed);
    const auto second = past.run(2, runtime::End::Completed);
    CHECK(past.journal.prune(just_now() + 1h) == 2);
    CHECK(past.ids().empty());
    const auto third = past.run(3, runtime::End::Completed);
    CHECK(third > second);
    CHECK(second > first);
}
