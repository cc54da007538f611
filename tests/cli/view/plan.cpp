// Plans of the shipped procedures and of small ones, on simulated sites: what they say, and that they change nothing.
#include "runtime/plan/result.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/operator/persons.hpp"
#include "cli/run/load.hpp"
#include "cli/run/scenes.hpp"
#include "cli/view/plan.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scheduler.hpp"
#include "rehearsal/serve/log.hpp"
#include "rehearsal/site.hpp"
#include "runtime/interpret/run.hpp"
#include "runtime/plan/drift.hpp"
#include "tests/support/golden.hpp"

namespace {

using runtime::Outlook;
using runtime::Plan;
using runtime::PlanItem;

const std::string jtel = PROCRUN_SOURCE_DIR "/procedures/jtel/";
const std::string small = PROCRUN_SOURCE_DIR "/tests/cli/view/plan/";

/// A simulated site on which procedures are planned, and run.
class SimulatedRun {
  public:
    SimulatedRun(const std::string& folder, const std::string& scene) : folder_(folder), site_(loaded("site.proc")) {
        scene_ = cli::make_scene(site_.program->site, scene, 1);
    }

    Plan plan(const std::string& file) {
        Plan made;
        with_world(file, [&](const lang::program::Program& program, runtime::World& world) { made = runtime::plan(program, world); });
        return made;
    }
    runtime::End run(const std::string& file) {
        runtime::End end{};
        with_world(file, [&](const lang::program::Program& program, runtime::World& world) {
            end = runtime::run(program, world, {.operator_name = "test", .machine = "test", .simulated = true}).end;
        });
        return end;
    }
    std::map<std::string, std::string> state() const { return scene_.world->snapshot(); }
    const std::vector<rehearsal::Received>& log() const { return scene_.world->log; }

  private:
    lang::Checked loaded(const std::string& file) const {
        lang::Checked checked = cli::load({.file = folder_ + file, .parameters = {}, .site = folder_ + "site.proc"});
        REQUIRE(checked.program != nullptr);
        return checked;
    }
    void with_world(const std::string& file, const std::function<void(const lang::program::Program&, runtime::World&)>& act) {
        const lang::Checked checked = loaded(file);
        rehearsal::LocalSite simulated(*scene_.world);
        rehearsal::SimulatedScheduler scheduler({.start = simulated.now(), .seed = 1});
        runtime::Stop stop;
        const auto person = cli::rehearsing_person();
        const lang::Site& own = *site_.program->site;
        runtime::World world{.scheduler = scheduler,
                             .stop = stop,
                             .registry = cli::registry(),
                             .connect =
                                 [&](const lang::Host& host) {
                                     return rehearsal::simulated_connection(*own.find_host(host.name), simulated, scheduler, stop);
                                 },
                             .person = *person,
                             .observers = {},
                             .secret = [](std::string_view) { return lang::Value(lang::Secret{"rehearsal"}); },
                             .mask = [](std::string text) { return text; },
                             .kept =
                                 [&](const std::string& procedure, const std::string& name, const lang::Type& type) {
                                     return scene_.journal ? scene_.journal->kept(procedure, name, type, *checked.program->site, true)
                                                           : lang::Value::unknown("nothing was kept");
                                 },
                             .keep = [&](const std::string&, const lang::Value&) { ++kept; },
                             .broken_invariant = nullptr};
        act(*checked.program, world);
    }

    std::string folder_;
    lang::Checked site_;
    cli::Scene scene_;

  public:
    int kept = 0;  ///< values that were kept
};

std::string text_of(const Plan& plan) { return cli::plan_text(plan, cli::Screen(), {.verbose = false, .simulated = true}); }

void collect(const std::vector<PlanItem>& items, std::vector<PlanItem>& all) {
    for (const PlanItem& item : items) {
        all.push_back(item);
        collect(item.children, all);
    }
}

/// The first item whose text begins so, on that host.
PlanItem found(const Plan& plan, const std::string& text, const std::string& host = {}) {
    std::vector<PlanItem> all;
    collect(plan.items, all);
    const auto it = std::find_if(all.begin(), all.end(),
                                 [&](const PlanItem& item) { return item.text.starts_with(text) && (host.empty() || item.host == host); });
    CAPTURE(text);
    REQUIRE(it != all.end());
    return *it;
}

}  // namespace

TEST_CASE("a plan has something to say about a statement of every kind") {
    SimulatedRun simulated(small, "healthy");
    const Plan plan = simulated.plan("every_kind.proc");
    support::matches_golden(support::in_tests("cli/view/plan/every_kind.txt"), text_of(plan));
    CHECK(runtime::end_of(plan) == runtime::PlanEnd::Changes);
    // The client's settings, the password among them, are written to its standard input.
    const PlanItem closed = found(plan, "mysql.make_read_only");
    CHECK(closed.command.find("password") != std::string::npos);
    for (const std::string& line : runtime::to_lines(plan)) CHECK(line.find("rehearsal") == std::string::npos);
}

TEST_CASE("the plans of the shipped procedures") {
    for (const char* scene : {"healthy", "failed-over"}) {
        for (const char* procedure : {"failover", "failback"}) {
            CAPTURE(scene);
            CAPTURE(procedure);
            SimulatedRun simulated(jtel, scene);
            const Plan plan = simulated.plan(std::string(procedure) + ".proc");
            support::matches_golden(support::in_tests(fmt::format("cli/view/plan/{}.{}.txt", procedure, scene)), text_of(plan));
            // Where the procedure fits the state of the site it would go; where it does not, it would be refused.
            const bool fits = (std::string(scene) == "healthy") == (std::string(procedure) == "failover");
            CHECK(runtime::end_of(plan) == (fits ? runtime::PlanEnd::Changes : runtime::PlanEnd::Refused));
        }
    }
}

TEST_CASE("a plan sends nothing but reads, says the site's own log, and changes nothing") {
    // What an action sends, by the words that only actions have.
    const std::vector<std::string> orders{"standby",      "resource move",  "resource clear", "drbdadm primary", "drbdadm secondary",
                                          "systemctl st", "systemctl rest", "shutdown",       "reboot",          "set server",
                                          "virsh start",  "START ",         "STOP ",          "SET GLOBAL",      "Start-Service",
                                          "Stop-Service", "rm -rf",         "service "};
    const auto changes = [&](const rehearsal::Received& received) {
        if (received.line.find("sudo -n -l -- ") != std::string::npos) return false;  // whether sudo would, and nothing else
        const std::string line = rehearsal::log_line(received);
        return std::any_of(orders.begin(), orders.end(), [&](const std::string& order) { return line.find(order) != std::string::npos; });
    };
    for (const char* procedure : {"failover.proc", "failback.proc"}) {
        CAPTURE(procedure);
        SimulatedRun simulated(jtel, std::string(procedure) == "failover.proc" ? "healthy" : "failed-over");
        simulated.plan(procedure);
        CHECK(simulated.log().size() > 20);
        CHECK(simulated.kept == 0);
        for (const rehearsal::Received& received : simulated.log()) {
            CAPTURE(rehearsal::log_line(received));
            CHECK(!changes(received));
        }
        // The words are the right ones: a run is full of them.
        const std::size_t reads = simulated.log().size();
        CHECK(simulated.run(procedure) == runtime::End::Completed);
        CHECK(std::count_if(simulated.log().begin() + static_cast<std::ptrdiff_t>(reads), simulated.log().end(), changes) > 20);
    }
}

TEST_CASE("after a run the plan says that it is so already") {
    SimulatedRun simulated(small, "healthy");
    const Plan before = simulated.plan("stop.proc");
    CHECK(before.totals().would_change == 2);
    CHECK(found(before, "systemd.stop", "web1").command == "systemctl stop -- nginx");
    CHECK(simulated.run("stop.proc") == runtime::End::Completed);
    const Plan after = simulated.plan("stop.proc");
    CHECK(after.totals().already_so == 2);
    CHECK(after.totals().would_change == 0);
    CHECK(runtime::end_of(after) == runtime::PlanEnd::NothingToDo);
}

TEST_CASE("every query says what it reads, and every action what it touches") {
    const runtime::Registry& registry = cli::registry();
    for (std::size_t i = 0; i < registry.catalog().size(); ++i) {
        CAPTURE(registry[i].signature.full_name());
        if (const auto* query = std::get_if<runtime::Query>(&registry[i].parts)) CHECK(static_cast<bool>(query->reads));
        if (const auto* action = std::get_if<runtime::Action>(&registry[i].parts)) CHECK(static_cast<bool>(action->touches));
    }
}

TEST_CASE("where all is so already there is nothing to do, sign-offs or not") {
    SimulatedRun simulated(small, "healthy");
    const Plan plan = simulated.plan("nothing.proc");
    CHECK(runtime::end_of(plan) == runtime::PlanEnd::NothingToDo);
    CHECK(plan.totals().sign_offs == 1);
}

TEST_CASE("a condition that does not hold, and that nothing earlier can change, would be refused in its own words") {
    SimulatedRun simulated(small, "healthy");
    const Plan plan = simulated.plan("refused.proc");
    CHECK(runtime::end_of(plan) == runtime::PlanEnd::Refused);
    const PlanItem require = found(plan, "mysql.read_only()");
    CHECK(require.outlook == Outlook::Refused);
    CHECK(require.why.find("db1 takes writes") != std::string::npos);
    // What comes after it is told all the same.
    CHECK(found(plan, "pcs.standby").outlook == Outlook::WouldChange);
}

TEST_CASE("behind a wait only what is of its system is known later") {
    SimulatedRun simulated(small, "healthy");
    const Plan plan = simulated.plan("waits.proc");
    // Its sessions are read at the load balancer: the misspelt unit of the same machine is no matter of them.
    const PlanItem restart = found(plan, "systemd.restart", "web1");
    CHECK(restart.outlook == Outlook::Refused);
    CHECK(restart.why.find("ngnix") != std::string::npos);
    CHECK(found(plan, "mysql.read_only() on db2").outlook == Outlook::KnownAfter);  // it is what was waited for
    CHECK(found(plan, "mysql.read_only() on db1").outlook == Outlook::KnownAfter);  // of the same system, in the same cluster
    CHECK(found(plan, "drbd.status").outlook == Outlook::Refused);                  // another one, elsewhere
}

TEST_CASE("a machine that cannot be read is not an error, and nothing is claimed of it") {
    SimulatedRun simulated(small, "one web server down");
    const Plan plan = simulated.plan("stop.proc");
    CHECK(found(plan, "systemd.stop", "web1").outlook == Outlook::WouldChange);
    CHECK(found(plan, "systemd.stop", "web2").outlook == Outlook::CannotTell);
    CHECK(runtime::end_of(plan) == runtime::PlanEnd::Changes);
}

TEST_CASE("two plans of the same state do not differ; a machine that is off makes a difference, and says which") {
    SimulatedRun healthy(small, "healthy");
    const auto first = runtime::to_lines(healthy.plan("every_kind.proc"));
    CHECK(runtime::differences(first, runtime::to_lines(healthy.plan("every_kind.proc"))).empty());

    SimulatedRun down(small, "one web server down");
    const auto differences = runtime::differences(first, runtime::to_lines(down.plan("every_kind.proc")));
    CHECK(!differences.empty());
    for (const runtime::Difference& one : differences) {
        CAPTURE(one.text);
        CHECK((one.host == "web2" || one.text.find("web") != std::string::npos || one.now.find("web") != std::string::npos));
    }
}

TEST_CASE("the journal keeps the last plan of a procedure on a site with its parameters, real and simulated apart") {
    runtime::Journal journal(":memory:");
    const Plan plan{.procedure = "failover", .site = "here", .parameters = {{"home", "1"}}, .items = {}};
    Plan other = plan;
    other.parameters = {{"home", "2"}};
    CHECK(!journal.last_plan(plan, false));
    journal.keep_plan(plan, false, {"{\"a\":1}", "{\"b\":2}"});
    CHECK(journal.last_plan(plan, false) == std::vector<std::string>{"{\"a\":1}", "{\"b\":2}"});
    CHECK(!journal.last_plan(plan, true));
    CHECK(!journal.last_plan(other, false));
    journal.keep_plan(plan, false, {"{}"});
    CHECK(journal.last_plan(plan, false) == std::vector<std::string>{"{}"});
}
