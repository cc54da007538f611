// The worked example of CONTRIBUTING.md, "Add a system": a module and a model beside those that procrun comes with. What follows from
// them, follows without another line anywhere: the check, a rehearsal, a plan, a new site, the scene "failed-over".
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/discover/survey.hpp"
#include "cli/discover/write.hpp"
#include "cli/operator/persons.hpp"
#include "lang/check/api.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scene.hpp"
#include "rehearsal/scheduler.hpp"
#include "runtime/interpret/run.hpp"
#include "runtime/plan/pending_effects.hpp"
#include "stdlib/all.hpp"
#include "tests/example/rehearsal/redis/model.hpp"
#include "tests/support/golden.hpp"

namespace stdlib::redis {
runtime::Module module();
}

namespace {

using lang::Value;
using rehearsal::MakeModel;

constexpr MakeModel added_model[] = {rehearsal::make_healthy<rehearsal::Redis>};

const runtime::Registry& registry() {
    static const runtime::Registry all = [] {
        std::vector<runtime::Module> modules = stdlib::all();
        modules.push_back(stdlib::redis::module());
        return runtime::Registry(std::move(modules));
    }();
    return all;
}

/// Three machines; `entries` of the cluster of the first two.
std::string site(const std::string& entries) {
    return "site \"example\"\nconnect linux { via simulated }\n"
           "host r1 { address \"10.0.2.11\"  os linux }\nhost r2 { address \"10.0.2.12\"  os linux }\n"
           "host web1 { address \"10.0.2.21\"  os linux }\n"
           "cluster cache { kind redis  nodes r1, r2  " +
           entries + " }\n";
}

lang::Checked checked(const std::string& procedure, const std::string& entries = "port \"6380\"") {
    return lang::check({.procedure = "example.proc",
                        .site = "site.proc",
                        .parameters = {},
                        .load = [&](const std::string& path) -> std::optional<std::string> {
                            if (path == "example.proc") return procedure;
                            return path == "site.proc" ? std::optional(site(entries)) : std::nullopt;
                        },
                        .catalog = &registry().catalog()});
}

/// All findings, as a person sees them.
std::string findings(const lang::Checked& checked) {
    std::string all;
    for (const lang::Diagnostic& one : checked.diagnostics) all += render(one, *checked.sources);
    return all;
}

/// What the run told: the actions that were done, and why it failed.
struct Told final : runtime::Observer {
    void on(const runtime::Event& event) override {
        if (const auto* failed = std::get_if<runtime::event::Failed>(&event.body)) failure += failed->message;
        if (const auto* action = std::get_if<runtime::event::ActionEnded>(&event.body))
            done.push_back(action->call + (action->effect == runtime::Effect::Changed ? " changed" : " unchanged"));
    }
    std::vector<std::string> done;
    std::string failure;
};

/// The simulated site of a program, and all that a run on it needs.
class Rehearsal {
  public:
    explicit Rehearsal(const lang::Site& site)
        : world(rehearsal::World::healthy(site, rehearsal::first_moment, added_model)), site_(world) {}

    runtime::World around(std::vector<runtime::Observer*> observers) {
        return {.scheduler = scheduler_,
                .stop = stop_,
                .registry = registry(),
                .connect = [this](const lang::Host& host) { return rehearsal::simulated_connection(host, site_, scheduler_, stop_); },
                .person = *person_,
                .observers = std::move(observers),
                .secret = [](std::string_view) { return Value(lang::Secret{"rehearsal"}); },
                .mask = [](std::string text) { return text; },
                .kept = [](const std::string&, const std::string&, const lang::Type&) { return Value::unknown("nothing was kept"); },
                .keep = nullptr,
                .broken_invariant = nullptr};
    }

    rehearsal::World world;

  private:
    rehearsal::LocalSite site_;
    rehearsal::SimulatedScheduler scheduler_;
    runtime::Stop stop_;
    std::unique_ptr<runtime::Person> person_ = cli::rehearsing_person();
};

constexpr const char* takes_over = R"(
step "r2 takes over" {
  on r2 {
    require not redis.status().master
    redis.promote()
    wait_until redis.status().master  within 10s
    redis.promote()
  }
}
)";

runtime::End rehearse(Told& told, const std::vector<std::string>& troubles, const std::string& procedure = takes_over) {
    const lang::Checked program = checked(procedure);
    REQUIRE_MESSAGE(program.program != nullptr, findings(program));
    Rehearsal rehearsal(*program.program->site);
    for (const std::string& trouble : troubles) REQUIRE(rehearsal::inject(rehearsal.world, trouble).value_or("") == "");
    runtime::World world = rehearsal.around({&told});
    return runtime::run(*program.program, world, {.operator_name = "test", .machine = "test", .simulated = true}).end;
}

}  // namespace

TEST_CASE("the added action reaches its state, and is not sent where it is so already") {
    Told told;
    CHECK(rehearse(told, {}) == runtime::End::Completed);
    CHECK(told.done == std::vector<std::string>{"redis.promote() changed", "redis.promote() unchanged"});
}

TEST_CASE("the trouble of the added model is one that the added action refuses to get over") {
    Told told;
    CHECK(rehearse(told, {"r2: redis copying"}) != runtime::End::Completed);
    CHECK(told.failure.find("the first copy from 10.0.2.11 is not complete on r2") != std::string::npos);
    CHECK(told.done == std::vector<std::string>{"redis.promote() unchanged"});
}

TEST_CASE("the check knows the machines of the added kind of cluster, and what its entries take") {
    const std::string on_r2 = "step \"S\" { on r2 { redis.promote() } }\n", on_web1 = "step \"S\" { on web1 { redis.promote() } }\n";
    CHECK(checked(on_r2).program != nullptr);
    CHECK(findings(checked(on_web1)).find("web1") != std::string::npos);
    CHECK(findings(checked(on_r2, "port \"none\"")).find("a port is a number from 1 to 65535") != std::string::npos);
}

TEST_CASE("the added query reads what a real server says") {
    const auto read = [](const std::string& recording) {
        const runtime::Builtin& status = registry()[registry().catalog().find("redis", "status").value()];
        const runtime::Arguments none(status.signature, {});
        const std::vector<runtime::Reply> replies{
            {.ending = runtime::Ending::Exited,
             .out = recording.empty() ? "" : support::read(support::in_tests("example/recordings/" + recording))}};
        return std::get<runtime::Query>(status.parts).read.value(replies, {.arguments = none, .detected = {}});
    };
    CHECK(read("master.txt").field("master").boolean());
    const Value replica = read("replica.txt");
    CHECK_FALSE(replica.field("master").boolean());
    CHECK(replica.field("source").text() == "127.77.1.1");
    CHECK(replica.field("linked").boolean());
    CHECK_FALSE(replica.field("copying").boolean());
    CHECK(read("").is_unknown());
}

TEST_CASE("a rehearsal says what the site lacks, and has the unit and the failed-over scene of the added system") {
    const lang::Checked program = checked(takes_over);
    REQUIRE(program.program != nullptr);
    const lang::Site& example = *program.program->site;
    rehearsal::World world = rehearsal::World::healthy(example, rehearsal::first_moment, added_model);
    world.run(*example.find_host("web1"), "redis-cli -h 10.0.2.21 -p 6379 INFO replication", "", world.now);
    REQUIRE(world.unnamed.size() == 1);
    CHECK(world.unnamed.begin()->starts_with("web1 has no Redis: write it into the `nodes` of a `cluster NAME { kind redis"));
    CHECK(world.run(*example.find_host("r1"), "systemctl is-active redis-server", "", world.now).out == "active\n");
    const rehearsal::World copy = world;
    world.run(*example.find_host("r2"), "redis-cli -h 10.0.2.12 -p 6380 REPLICAOF NO ONE", "", world.now);
    CHECK(copy.snapshot().at("r2 redis") == "replica of r1");
    CHECK(world.snapshot().at("r2 redis") == "master");
}

TEST_CASE("a new site finds the added system") {
    const lang::Checked program = checked(takes_over, "");
    REQUIRE(program.program != nullptr);
    Rehearsal rehearsal(*program.program->site);
    runtime::World world = rehearsal.around({});
    const auto written = [&](const std::vector<std::string>& words) {
        std::vector<cli::new_site::Machine> machines;
        for (const std::string& machine : words) machines.push_back(cli::new_site::read_machine(machine));
        return cli::new_site::write("example", cli::new_site::survey(machines, world, true), registry());
    };
    CHECK(written({"r1=10.0.2.11", "r2=10.0.2.12"}).find("cluster cache { kind redis  nodes r1, r2 }") != std::string::npos);
    CHECK(written({"web1"}).find("nor replication of databases, nor replication of Redis, nor") != std::string::npos);
}

TEST_CASE("a script may read what the added system changes: a plan does not read it before") {
    const lang::Site none;
    lang::Host host;
    host.name = "r2";
    const auto footprints = [&](std::string_view module, std::string_view name, std::vector<Value> values) {
        const runtime::Builtin& builtin = registry()[registry().catalog().find(module, name).value()];
        const runtime::Arguments arguments(builtin.signature, std::move(values));
        const runtime::Context context{.arguments = arguments, .host = &host, .site = &none, .detected = {}};
        const auto* action = std::get_if<runtime::Action>(&builtin.parts);
        return action != nullptr ? action->touches(context) : std::get<runtime::Query>(builtin.parts).reads(context);
    };
    runtime::PendingEffects pending(none);
    const auto script = footprints("shell", "query", {"uptime", ""});
    CHECK_FALSE(pending.over(host, script));
    pending.await(host, "shell", {{"shell", "\"true\""}}, "the wait in step 1");
    CHECK_FALSE(pending.over(host, script));  // two scripts are two questions
    pending.touch(host, footprints("redis", "promote", {}), "redis.promote() in step 2");
    CHECK(pending.over(host, script) == "redis.promote() in step 2");
    CHECK_FALSE(pending.over(host, footprints("drbd", "in_sync", {"r0"})));
}
