// The report in all its formats, from events that hold whatever a hostile host may print.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <ctime>

#include <pugixml.hpp>

#include "cli/report/formats.hpp"
#include "tests/support/golden.hpp"

namespace {

using namespace std::chrono_literals;
using cli::report::Report;
namespace event = runtime::event;

const runtime::Time start{std::chrono::sys_days{std::chrono::March / 1 / 2026} + 22h};

/// What breaks out of every format that does not escape it.
const std::string hostile = "</pre></details><script>alert('1')</script> & \"quoted\" \033[2J ]]> ``` | *bold* [x](javascript:y) \xff\x01";

runtime::event::Thing named(const std::string& text) {
    return {.identity = {"db2", "mysql", "closed to writers", "read_only"}, .about = {}, .text = text};
}

Report report() {
    std::vector<runtime::Event> events;
    runtime::Time now = start;
    const auto tell = [&](const std::string& step, const std::string& host, runtime::Event::Body body) {
        events.push_back({.at = now, .step = step, .host = host, .body = std::move(body)});
    };
    tell("", "",
         event::RunStarted{.procedure = "failback",
                           .site = "example",
                           .operator_name = "alice",
                           .machine = "admin1",
                           .steps = 3,
                           .parameters = {{"home", "1"}}});
    tell("1", "", event::StepStarted{.title = "Look"});
    tell("1", "db1", event::CommandEnded{.command = "uptime", .ending = "exit 0", .ok = true, .out = "up 3 days", .took = 20ms});
    now += 2s;
    tell("1", "db1", event::CommandEnded{.command = "uptime", .ending = "exit 0", .ok = true, .out = "(as before)", .took = 20ms});
    tell("1", "", event::Asked{"A backup exists"});
    now += 1min;
    tell("1", "", event::Answered{.question = "A backup exists", .answer = "yes", .by = "alice"});
    tell("1", "", event::StepEnded{.title = "Look", .done = true, .took = 62s});
    tell("", "db1",
         event::FoundAtStart{.where = "db1",
                             .module = "mysql",
                             .residue = "closed to writers",
                             .items = {{.item = "read_only", .about = {}, .text = "db1 is closed to writers"}},
                             .unknown = {hostile}});
    tell("2", "", event::StepStarted{.title = "Stop <everything>"});
    tell("2", "", event::Marked{"service down"});
    tell("2", "db1", event::Intent{.key = {.label = "k"}, .call = R"(systemd.stop("mariadb"))", .command = "systemctl stop mariadb"});
    tell("2", "db1",
         event::CommandEnded{.purpose = event::CommandEnded::For::Action,
                             .command = "systemctl stop mariadb",
                             .ending = "exit 0",
                             .ok = true,
                             .out = hostile,
                             .err = hostile,
                             .took = 3s});
    now += 3s;
    tell("2", "db1",
         event::ActionEnded{.key = {.label = "k"}, .call = R"(systemd.stop("mariadb"))", .effect = runtime::Effect::Changed, .took = 3s});
    tell("2", "", event::WaitStarted{.condition = "nobody_works()", .within = 5min});
    now += 5min;
    tell("2", "", event::WaitEnded{.condition = "nobody_works()", .took = 5min, .probes = 60, .unknown = 2});
    tell("2", "",
         event::Required{.key = {.label = "r"}, .condition = "is_off()", .holds = false, .explanation = "no answer", .unknown = true});
    tell("2", "", event::Failed{"sessions are still active\n  seen: " + hostile});
    tell("2", "", event::Decided{.about = "wait_until nobody_works()", .choice = "skip", .reason = "only a test account", .by = "alice"});
    tell("2", "", event::Skipped{.what = "wait_until nobody_works()", .reason = "only a test account"});
    tell("2", "", event::StepEnded{.title = "Stop <everything>", .done = false, .took = 303s});
    tell("", "",
         event::LeftBehind{.announced = {{.thing = named("db2 is closed to writers"), .until = "until the failback"}},
                           .others = {named(hostile + " is in standby")},
                           .still = {named("db3 is off")},
                           .taken_back = {named("db4 is off"), named("db5 is off")},
                           .not_known = {"db6: no route to host"},
                           .earlier = "run 5 (failover)",
                           .compared = 4});
    tell("", "",
         event::RunEnded{.end = runtime::End::Aborted,
                         .took = now - start,
                         .changed = 1,
                         .skipped = {"wait: only a test account"},
                         .pending_undos = {"systemd.start(\"mariadb\")"},
                         .left = {"MAINT of " + hostile}});
    const runtime::RunSummary run{.id = 7,
                                  .procedure = "failback",
                                  .site = "example",
                                  .operator_name = "alice",
                                  .machine = "admin1",
                                  .started = start,
                                  .ended = now,
                                  .end = runtime::End::Aborted};
    cli::Expected earlier;
    earlier.runs = 2;
    earlier.whole = 5min;
    earlier.steps = {{"1\nLook", 30s}};
    return cli::report::gather(run, events, earlier);
}

}  // namespace

TEST_CASE("a report tells what happened, who answered, what failed and what is left, in every format") {
    setenv("TZ", "UTC", 1);
    tzset();
    const Report made = report();
    support::matches_golden(support::in_tests("cli/report/golden.html"), cli::report::html(made));
    support::matches_golden(support::in_tests("cli/report/golden.md"), cli::report::markdown_page(made));
    support::matches_golden(support::in_tests("cli/report/golden.json"), cli::report::json(made));
    support::matches_golden(support::in_tests("cli/report/golden.xml"), cli::report::junit(made));
}

TEST_CASE("whatever a host prints, the page is well-formed and holds no element of its making") {
    for (const std::string& page : {cli::report::html(report()), cli::report::junit(report())}) {
        pugi::xml_document document;
        const auto parsed = document.load_string(page.c_str(), pugi::parse_full);
        CHECK_MESSAGE(parsed, parsed.description());
        CHECK(document.select_nodes("//script").empty());
        CHECK(page.find('\033') == std::string::npos);
        CHECK(page.find('\x01') == std::string::npos);
    }
}

TEST_CASE("a report tells where the lock was taken, yielded, lost and left") {
    std::vector<runtime::Event> events;
    const auto tell = [&](const std::string& host, runtime::Event::Body body) {
        events.push_back({.at = start, .step = {}, .host = host, .body = std::move(body)});
    };
    tell("", event::LockSought{.token = "0f-1", .hosts = {"vm1", "vm2"}});
    tell("", event::LockTaken{.hosts = {"vm1", "vm2"}, .again = {"vm1"}, .without = {"vm3"}});
    tell("vm2", event::LockYielded{.call = "power_off(vm2)"});
    tell("", event::LockLost{.why = "the site's lock is lost:\n  vm1: it is gone"});
    tell("", event::LockReleased{.hosts = {"vm2"}, .kept = {"vm1: no answer"}});
    const Report made = cli::report::gather({.started = start}, events, {});
    std::string told;
    for (const cli::report::Entry& entry : made.steps.front().entries) {
        told += entry.text + '\n';
        for (const std::string& more : entry.more) told += "  " + more + '\n';
    }
    CHECK(told ==
          "locked on vm1, vm2, on vm1 from before, without vm3\n"
          "lock given back before power_off(vm2)\n"
          "LOCK LOST: the site's lock is lost:\n"
          "    vm1: it is gone\n"
          "lock given back on vm2\n"
          "the lock is still there, for this could not be asked:\n"
          "  vm1: no answer\n");
}

TEST_CASE("a command that gets the same answer again is told once, with how often") {
    const Report made = report();
    const auto& commands = made.steps[1].commands;
    REQUIRE(commands.size() == 1);
    CHECK(commands.front().times == 2);
    CHECK(commands.front().out == "up 3 days");
}

TEST_CASE("a fence of Markdown is longer than any in the output") {
    const std::string page = cli::report::markdown_page(report());
    CHECK(page.find("````text") != std::string::npos);
    CHECK(page.find(R"(\<script\>)") != std::string::npos);
}

TEST_CASE("the interruption is reckoned from mark to mark, and from changes only where nothing is marked") {
    setenv("TZ", "UTC", 1);
    tzset();
    const runtime::RunSummary run{.id = 1, .procedure = "p", .started = start};
    std::vector<runtime::Event> events;
    const auto tell = [&](lang::Duration after, runtime::Event::Body body) {
        events.push_back({.at = start + after, .step = {}, .host = {}, .body = std::move(body)});
    };
    const auto about = [&] { return cli::report::about_interruption(cli::report::gather(run, events, {})); };
    CHECK(about() == "Nothing was changed, so nothing was interrupted by this run.");
    tell(1min, event::ActionEnded{.call = "stop()", .effect = runtime::Effect::Changed});
    CHECK(about().starts_with("The first change was begun at 22:01:00"));
    tell(2min, event::Marked{"service down"});
    CHECK(about() == "The service has been down since 22:02:00: no `mark` says that it is back. The procedure marks these moments.");
    tell(3min, event::Marked{"service down"});  // told again by a resume: it was down already
    tell(9min, event::Marked{"service back"});
    CHECK(about() == "The service was down from 22:02:00 to 22:09:00: 7m. The procedure marks these moments.");
    tell(10min, event::Marked{"service back"});
    tell(11min, event::Marked{"service down"});
    tell(12min, event::Marked{"service back"});
    CHECK(about() ==
          "The service was down from 22:02:00 to 22:09:00: 7m. The service was down from 22:11:00 to 22:12:00: 1m. The procedure marks "
          "these moments.");
}

TEST_CASE("the critical path of an interruption: what was waited for, on which host, for whom") {
    const runtime::RunSummary run{.id = 1, .procedure = "p", .started = start};
    std::vector<runtime::Event> events;
    const auto tell = [&](lang::Duration after, const std::string& host, runtime::Event::Body body) {
        events.push_back({.at = start + after, .step = "2", .host = host, .body = std::move(body)});
    };
    const auto acted = [&](lang::Duration from, lang::Duration to, const std::string& host) {
        tell(to, host, event::ActionEnded{.call = "stop()", .effect = runtime::Effect::Changed, .took = to - from});
    };
    acted(0s, 50s, "before");  // over when it began
    tell(1min, "", event::Marked{"service down"});
    acted(1min, 90s, "quick");  // beside the slow one: nobody waited for it
    acted(30s, 3min, "slow");   // under way already when the service went down
    tell(4min, "", event::Asked{"Login works?"});
    tell(6min, "", event::Answered{.question = "Login works?", .answer = "yes", .by = "alice"});
    tell(10min, "", event::WaitEnded{.condition = "up", .reached = true, .took = 4min});
    tell(10min + 1s, "", event::WaitEnded{.condition = "at once", .reached = true, .took = 1s});
    tell(11min, "", event::Marked{"service back"});
    acted(11min, 12min, "after");
    const Report made = cli::report::gather(run, events, {});
    REQUIRE(made.interruptions.size() == 1);
    std::string path;
    const auto notable = cli::report::notable(made.interruptions.front().path, 10min);
    for (const auto& one : notable) path += fmt::format("{} {} ({})\n", lang::show(one.to - one.from), describe(one), where(one));
    CHECK(path == "2m stop() (slow, step 2)\n2m question: Login works? (alice, step 2)\n4m wait until up (step 2)\n");
    CHECK(made.interruptions.front().path.size() == 4);
    CHECK(cli::report::about_rest(notable, 10min) == "The other 2m went into shorter parts and into the time between them.");
}

TEST_CASE("a run without an end is reported up to its last event") {
    const runtime::RunSummary run{.id = 1, .procedure = "p", .started = start};
    const Report made = cli::report::gather(run,
                                            {{.at = start, .step = "1", .host = {}, .body = event::StepStarted{.title = "Stop"}},
                                             {.at = start + 4s, .step = "1", .host = "a", .body = event::Intent{.call = "stop()"}}},
                                            {});
    CHECK(made.took() == 4s);
    CHECK(made.end().starts_with("no end was written"));
    REQUIRE(made.stretches.size() == 1);
    CHECK(made.steps[1].state == cli::report::Step::State::Unfinished);
}
