// The site's lock on a real machine, over real SSH.
#include "runtime/interpret/effects/lock.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <latch>

#include "lang/check/api.hpp"
#include "runtime/connection/ssh/connections.hpp"
#include "stdlib/all.hpp"
#include "tests/support/race.hpp"
#include "tests/support/sshd.hpp"

namespace {

using support::Runner;

/// Lends one connection again and again: to log in is not what races here.
class Lent final : public runtime::Connection {
  public:
    explicit Lent(std::shared_ptr<runtime::Connection> connection) : connection_(std::move(connection)) {}
    std::unique_ptr<runtime::Stream> open(const runtime::Line& line, lang::Time until) override { return connection_->open(line, until); }
    void reset() override { connection_->reset(); }

  private:
    std::shared_ptr<runtime::Connection> connection_;
};

/// A host keeps the record of the last run of a lock: of a test's it has no use.
void remove_records(const lang::Site& site) {
    for (const std::string place : {"/var/tmp/", "/var/lib/procrun/"}) std::filesystem::remove_all(place + runtime::last_name(site));
}

}  // namespace

TEST_CASE("of two runs that race for the lock over SSH, one acts and the other says who does: a hundred times") {
    support::SshHome home;
    const support::Sshd sshd(home);
    const runtime::Registry registry(stdlib::all());
    const std::string text = fmt::format(
        "site \"race\"\nhost c {{ address \"{}\"  port {}  key \"{}\"}}\nlock c as \"race-{}\"\n"
        "step \"Act\" {{ on c {{ shell.action(\"true\") }} }}\n",
        sshd.address(), sshd.port(), home.key(), getpid());
    const lang::Checked checked =
        lang::check({.procedure = "race.proc",
                     .site = {},
                     .parameters = {},
                     .load = [&](const std::string& path) { return path == "race.proc" ? std::optional(text) : std::nullopt; },
                     .catalog = &registry.catalog()});
    REQUIRE(checked.program);

    const auto scheduler = runtime::real_scheduler();
    const runtime::Stop never;
    std::array<std::shared_ptr<runtime::Connection>, 2> connections;
    for (auto& connection : connections) {
        connection = runtime::ssh_connections(
            *scheduler, never, [](const std::string&) { return std::nullopt; },
            [](std::string_view) { return lang::Value::unknown("there are no secrets here"); },
            {.directory = home.directory()})(*checked.program->site->find_host("c"));
    }
    for (int i = 0; i < 100; ++i) {
        CAPTURE(i);
        // Who has the lock keeps it until the other has ended.
        std::array<std::atomic<bool>, 2> over{};
        std::atomic<int> holders = 0;
        std::array<Runner, 2> runners;
        std::vector<std::function<void()>> runs;
        std::latch start(2);
        for (std::size_t who = 0; who < runners.size(); ++who) {
            Runner& runner = runners[who];
            runner.name = who == 0 ? "alice" : "bob";
            runner.connect = [&, who](const lang::Host&) { return std::make_unique<Lent>(connections[who]); };
            runner.hears = [&, who](const runtime::Event& event) {
                if (std::holds_alternative<runtime::event::LockTaken>(event.body) && ++holders == 1) over[1 - who].wait(false);
                if (!std::holds_alternative<runtime::event::RunEnded>(event.body)) return;
                over[who] = true;
                over[who].notify_all();
            };
            runs.emplace_back([&, who] {
                start.arrive_and_wait();
                run_as(runners[who], *checked.program, registry, *scheduler);
            });
        }
        scheduler->run_all(std::move(runs), 0);
        CHECK(wrong_in_race(runners).value_or("") == "");
    }
    CHECK(access(runtime::lock_directory(*checked.program->site).c_str(), F_OK) != 0);
    remove_records(*checked.program->site);
}
