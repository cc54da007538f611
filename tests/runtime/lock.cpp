// One run at a time: races for the site's lock, holders that were killed, locks that are lost.
#include "runtime/lock.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "lang/check.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scene.hpp"
#include "rehearsal/scheduler.hpp"
#include "rehearsal/site.hpp"
#include "runtime/host/local.hpp"
#include "runtime/interpret/run.hpp"
#include "tests/runtime/lamp.hpp"

namespace runtime_tests {

namespace {

using namespace runtime;
using namespace std::chrono_literals;

const Registry& registry() {
    static const Registry registry({lamp()});
    return registry;
}

constexpr const char* two_steps = R"(
step "A" { on c { lamp.flash("x") } }
step "B" { on c { lamp.flash("y") } }
)";

std::shared_ptr<const lang::program::Program> program(const std::string& site) {
    const auto load = [&](const std::string& path) { return path == "flash.proc" ? std::optional(site + two_steps) : std::nullopt; };
    const lang::Checked checked =
        lang::check({.procedure = "flash.proc", .site = {}, .parameters = {}, .load = load, .catalog = &registry().catalog()});
    for (const lang::Diagnostic& finding : checked.diagnostics) MESSAGE(lang::render(finding, *checked.sources));
    REQUIRE(checked.program);
    return checked.program;
}

constexpr const char* three_machines = R"(
site "lamps"
host a { via simulated }
host b { via simulated }
host c { via simulated }
lock b, a
)";

/// A simulated site whose lamps do what they are told.
class LampSite final : public rehearsal::SimulatedSite {
  public:
    explicit LampSite(rehearsal::World& world) : site_(world) {}
    rehearsal::Knock knock(const lang::Host& host, lang::Time at) override { return site_.knock(host, at); }
    lang::Time now() override { return site_.now(); }
    rehearsal::Answer run(const lang::Host& host, const Line& line, lang::Time at) override {
        rehearsal::Answer answer = site_.run(host, line, at);
        if (!line.text.starts_with("lamp")) return answer;
        lamps.push_back({at, line.text});
        if (on_lamp) on_lamp(at);
        return {.takes = 200ms};
    }

    std::vector<std::pair<lang::Time, std::string>> lamps;
    std::function<void(lang::Time)> on_lamp;

  private:
    rehearsal::LocalSite site_;
};

/// Keeps what it is told; dies after a step, where that is wanted.
struct Listener : Observer {
    struct Dead {};
    std::vector<Event> events;
    bool dies = false;

    void on(const Event& event) override {
        events.push_back(event);
        const auto* step = std::get_if<event::StepEnded>(&event.body);
        if (dies && step != nullptr) throw Dead{};
    }
    template <typename Body>
    const Body* first() const {
        for (const Event& event : events)
            if (const auto* body = std::get_if<Body>(&event.body)) return body;
        return nullptr;
    }
    template <typename Body>
    lang::Time when() const {
        for (const Event& event : events)
            if (std::holds_alternative<Body>(event.body)) return event.at;
        return {};
    }
};

struct Nobody final : Person {
    Reaction confirm(const std::string&, Time) override { return {}; }
    Reaction ask(const std::string&, const lang::Type&, Time) override { return {}; }
    Reaction choose(const std::string&, const std::vector<Option>&, Time) override { return {}; }
    std::optional<std::string> secret(const std::string&) override { return std::nullopt; }
};

event::RunEnded run_of(const std::string& who, const lang::program::Program& program, Scheduler& scheduler,
                       const ConnectionFactory& connect, Listener& listener, const Past* past = nullptr,
                       std::vector<std::string> without = {}) {
    Stop stop;
    Nobody nobody;
    World world{.scheduler = scheduler,
                .stop = stop,
                .registry = registry(),
                .connect = connect,
                .person = nobody,
                .observers = {&listener},
                .secret = [](std::string_view) { return lang::Value::unknown("there is none"); },
                .mask = [](std::string text) { return text; },
                .kept = [](const std::string&, const std::string&, const lang::Type&) { return lang::Value::unknown("nothing"); },
                .keep = [](const std::string&, const lang::Value&) {},
                .broken_invariant = nullptr};
    return run(program, world,
               {.operator_name = who, .machine = "desk", .run = 12, .lock_token = who, .lock_without = std::move(without), .past = past});
}

/// The simulated site and one run on it after the other.
struct Site {
    std::shared_ptr<const lang::program::Program> flash = program(three_machines);
    rehearsal::World world = rehearsal::World::healthy(*flash->site, rehearsal::first_moment);
    LampSite lamps{world};
    rehearsal::SimulatedScheduler scheduler;
    Stop never;
    ConnectionFactory connect = [this](const lang::Host& host) { return rehearsal::simulated_connection(host, lamps, scheduler, never); };
    Listener told;

    event::RunEnded play(const std::string& who, const Past* past = nullptr, std::vector<std::string> without = {}) {
        told = {};
        return run_of(who, *flash, scheduler, connect, told, past, std::move(without));
    }
    bool is_locked() const {
        const auto state = world.snapshot();
        return std::any_of(state.begin(), state.end(), [](const auto& entry) { return entry.first.starts_with("lock "); });
    }
};

/// Two runs that began together: at most one has the lock at a time, and who has it not has sent nothing.
void judge(const event::RunEnded (&ended)[2], const Listener (&told)[2], int& refused) {
    const event::LockTaken* taken[2] = {told[0].first<event::LockTaken>(), told[1].first<event::LockTaken>()};
    CHECK((taken[0] != nullptr || taken[1] != nullptr));
    for (int i = 0; i < 2; ++i) {
        CHECK((taken[i] == nullptr) == (ended[i].end == End::Locked));
        if (taken[i] == nullptr) CHECK(told[i].first<event::Intent>() == nullptr);
        refused += taken[i] == nullptr;
    }
    if (taken[0] == nullptr || taken[1] == nullptr) return;
    // Both had it: one after the other.
    const bool first = told[0].when<event::LockTaken>() < told[1].when<event::LockTaken>();
    CHECK(told[first ? 0 : 1].when<event::RunEnded>() <= told[first ? 1 : 0].when<event::LockTaken>());
}

}  // namespace

TEST_CASE("of two runs that race for the lock, one acts and the other says who does: a thousand times") {
    int refused = 0;
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        CAPTURE(seed);
        Site site;
        rehearsal::SimulatedScheduler scheduler({.start = rehearsal::first_moment, .seed = seed});
        const ConnectionFactory connect = [&](const lang::Host& host) {
            return rehearsal::simulated_connection(host, site.lamps, scheduler, site.never);
        };
        event::RunEnded ended[2];
        Listener told[2];
        std::mt19937_64 random(seed);
        std::vector<std::function<void()>> runs;
        for (int i = 0; i < 2; ++i) {
            const Duration delay(random() % 200);
            runs.emplace_back([&, i, delay] {
                scheduler.sleep_until(scheduler.now() + delay, site.never, Stop::Level::NoNewAction);
                ended[i] = run_of(i == 0 ? "alice" : "bob", *site.flash, scheduler, connect, told[i]);
            });
        }
        scheduler.run_all(std::move(runs), 0);
        judge(ended, told, refused);
        CHECK_FALSE(site.is_locked());
    }
    CHECK(refused > 900);
}

TEST_CASE("of two runs that race for the lock on a real machine, one acts: a hundred times") {
    const auto flash = program(fmt::format("site \"race {}\"\nhost c {{ via local }}\nlock c\n", getpid()));
    int refused = 0;
    for (int i = 0; i < 100; ++i) {
        const auto scheduler = real_scheduler();
        Stop never;
        const ConnectionFactory connect = local_connections(*scheduler, never);
        event::RunEnded ended[2];
        Listener told[2];
        scheduler->run_all({[&] { ended[0] = run_of("alice", *flash, *scheduler, connect, told[0]); },
                            [&] { ended[1] = run_of("bob", *flash, *scheduler, connect, told[1]); }},
                           0);
        judge(ended, told, refused);
    }
    CHECK(refused > 0);
    CHECK(access(lock_directory(*flash->site).c_str(), F_OK) != 0);
}

TEST_CASE("the lock of a run that was killed is named to others, and the same run takes it as its own") {
    Site site;
    site.told.dies = true;
    CHECK_THROWS_AS(run_of("alice", *site.flash, site.scheduler, site.connect, site.told), Listener::Dead);
    CHECK(site.is_locked());
    const Past past = read_past(site.told.events);

    CHECK(site.play("bob").end == End::Locked);
    const auto* failed = site.told.first<event::Failed>();
    REQUIRE(failed != nullptr);
    CHECK(failed->message.find("alice on desk runs flash, run 12") != std::string::npos);
    CHECK(failed->message.find("procrun lock release") != std::string::npos);
    CHECK(site.lamps.lamps.size() == 1);

    CHECK(site.play("carol", &past).end == End::Completed);
    CHECK(site.lamps.lamps.size() == 2);
    CHECK_FALSE(site.is_locked());
}

TEST_CASE("a run whose lock is lost sends nothing more") {
    Site site;
    site.lamps.on_lamp = [&](lang::Time at) {
        const std::string directory = lock_directory(*site.flash->site);
        site.world.run(*site.flash->site->find_host("b"), "rm " + directory + "/holder", {}, at);
        site.world.run(*site.flash->site->find_host("b"), "rmdir " + directory, {}, at);
    };
    CHECK(site.play("alice").end == End::Locked);
    CHECK(site.lamps.lamps.size() == 1);
    const auto* lost = site.told.first<event::LockLost>();
    REQUIRE(lost != nullptr);
    CHECK(lost->why.find("b: it is gone") != std::string::npos);
    CHECK_FALSE(site.is_locked());
}

TEST_CASE("a lock host that cannot be asked is unknown: no run, unless it is known to be down for everybody") {
    Site site;
    REQUIRE_FALSE(rehearsal::plant(site.world, "b: off"));
    CHECK(site.play("alice").end == End::Locked);
    CHECK(site.lamps.lamps.empty());
    CHECK_FALSE(site.is_locked());  // what it had on a is given back
    CHECK(site.play("alice", nullptr, {"b"}).end == End::Completed);
    CHECK(site.told.first<event::LockTaken>()->without == std::vector<std::string>{"b"});
    CHECK(site.play("alice", nullptr, {"a", "b"}).end == End::Locked);
}

TEST_CASE("a lock host that is switched off under way does not stop the run, as long as another one answers") {
    Site site;
    site.lamps.on_lamp = [&](lang::Time) { CHECK_FALSE(rehearsal::plant(site.world, "b: off")); };
    CHECK(site.play("alice").end == End::Completed);
    CHECK(site.lamps.lamps.size() == 2);
    const auto* released = site.told.first<event::LockReleased>();
    REQUIRE(released != nullptr);
    CHECK(released->hosts == std::vector<std::string>{"a"});
    CHECK(released->kept.size() == 1);
}

}  // namespace runtime_tests
