// Watches: what counts, how often they look, and what is remembered.
#include "runtime/watch.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "lang/check/api.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scene.hpp"
#include "rehearsal/scheduler.hpp"
#include "rehearsal/site.hpp"
#include "runtime/journal/store.hpp"
#include "tests/runtime/interpret/lamp.hpp"
#include "tests/support/language.hpp"

namespace runtime_tests {

namespace {

using namespace runtime;
using namespace std::chrono_literals;

const Registry& registry() {
    static const Registry registry({lamp()});
    return registry;
}

/// A lamp that is, every ten seconds, as the next character says: `+` lit, `-` dark, `?` its host does not answer. Then the last goes on.
class FatedLamp final : public rehearsal::SimulatedSite {
  public:
    FatedLamp(rehearsal::World& world, std::string fate) : site_(world), fate_(std::move(fate)) {}
    rehearsal::Reachability reach(const lang::Host& host, lang::Time at) override { return site_.reach(host, at); }
    lang::Time now() override { return site_.now(); }
    std::optional<std::string> inject(std::string_view trouble, rehearsal::Fault fault, lang::Time at) override {
        return site_.inject(trouble, fault, at);
    }
    std::optional<std::vector<std::string>> troubles(lang::Time at) override { return site_.troubles(at); }
    rehearsal::Answer run(const lang::Host& host, const Line& line, lang::Time at) override {
        if (!support::without_language(line.text).starts_with("lamp status")) return site_.run(host, line, at);
        looked_at += fmt::format("{} ", (at - rehearsal::first_moment) / 1s);
        const auto turn = static_cast<std::size_t>((at - rehearsal::first_moment) / 10s);
        const char now = turn < fate_.size() ? fate_[turn] : fate_.back();
        if (now == '?') return {.ending = Ending::LinkLost};
        return {.out = now == '+' ? "on 100\n" : "off 0\n"};
    }
    std::string looked_at;

  private:
    rehearsal::LocalSite site_;
    std::string fate_;
};

struct Watched {
    std::string fired;  ///< the text of the watch that was due; empty: it was told to end
    std::string told;   ///< a letter a look: Good, Failing, Unknown, Due
    std::string looked_at;
    Duration after{};
};

Watched watch(const std::string& watches, const std::string& fate,
              const std::function<bool(const lang::program::Watch&)>& is_armed = nullptr, Duration patience = 10min,
              const std::string& was_due = {}) {
    const std::string text = "site \"lamps\"\nhost a { via simulated }\n" + watches;
    const auto load = [&](const std::string& path) -> std::optional<std::string> {
        if (path == "watch.proc") return text;
        return path.ends_with("site.proc") ? std::nullopt : std::optional<std::string>("note \"mended\"\n");
    };
    const lang::Checked checked =
        lang::check({.procedure = "watch.proc", .site = {}, .parameters = {}, .load = load, .catalog = &registry().catalog()});
    for (const lang::Diagnostic& finding : checked.diagnostics) MESSAGE(lang::render(finding, *checked.sources));
    REQUIRE(checked.program);
    rehearsal::World world = rehearsal::World::healthy(*checked.program->site, rehearsal::first_moment);
    FatedLamp lamp(world, fate);
    rehearsal::SimulatedScheduler scheduler({.start = rehearsal::first_moment, .seed = 1});
    Stop stop;
    struct Nobody final : Person {
        Reaction confirm(const std::string&, Time) override { return {}; }
        Reaction ask(const Question&, const lang::Type&, Time) override { return {}; }
        Reaction choose(const Question&, const std::vector<Option>&, Time) override { return {}; }
        Reaction sign(const Question&, const std::string&, const std::string&, Time) override { return {}; }
        std::optional<std::string> secret(const std::string&) override { return std::nullopt; }
    } nobody;
    World around{.scheduler = scheduler,
                 .stop = stop,
                 .registry = registry(),
                 .connect = [&](const lang::Host& host) { return rehearsal::simulated_connection(host, lamp, scheduler, stop); },
                 .person = nobody,
                 .observers = {},
                 .secret = [](std::string_view) { return lang::Value::unknown("there is none"); },
                 .mask = [](std::string text) { return text; },
                 .kept = [](const std::string&, const std::string&, const lang::Type&) { return lang::Value::unknown("nothing"); },
                 .keep = [](const std::string&, const lang::Value&) {},
                 .broken_invariant = nullptr};
    Watched seen;
    const auto told = [&](const Look& look) {
        seen.told += "?GFUD"[static_cast<int>(look.counter.state())];
        if (scheduler.now() - rehearsal::first_moment > patience) stop.escalate();
    };
    const auto& all = checked.program->watches;
    const auto before = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.text == was_due; });
    const lang::program::Watch* due =
        wait_until_due(*checked.program, around, {.told = told, .is_armed = is_armed, .was_due = before == all.end() ? nullptr : &*before});
    if (due != nullptr) seen.fired = due->text;
    seen.looked_at = lamp.looked_at;
    seen.after = scheduler.now() - rehearsal::first_moment;
    return seen;
}

const std::string lit = "watch \"it is lit\" every 10s { require lamp.is_on(\"x\") on a  after 3 failures  run \"mend.proc\" }\n";

}  // namespace

TEST_CASE("a watch is due after so many failures in a row, and looks every so often") {
    const Watched seen = watch(lit, "++-+--++---");
    CHECK(seen.fired == "it is lit");
    CHECK(seen.told == "GGFGFFGGFFD");
    CHECK(seen.looked_at == "0 10 20 30 40 50 60 70 80 90 100 ");
}

TEST_CASE("what cannot be told is not a failure, however long it lasts, and a row of failures with a gap in it is no row") {
    CHECK(watch(lit, "+?").fired.empty());
    CHECK(watch(lit, "--?").fired.empty());
    const Watched seen = watch(lit, "--?--?---");
    CHECK(seen.told == "FFUFFUFFD");
    CHECK(seen.fired == "it is lit");
}

TEST_CASE("of several watches each looks in its own time, and the first that is due is told") {
    const std::string slow = "watch \"it is dark\" every 40s { require not lamp.is_on(\"y\") on a  run \"other.proc\" }\n";
    const Watched seen = watch(lit + slow, "----+");
    CHECK(seen.fired == "it is lit");
    CHECK(watch(lit + slow, "--++").fired == "it is dark");
}

TEST_CASE("a watch that is not armed does not look, and begins anew when it is armed again") {
    int asked = 0;
    const Watched seen = watch(lit, "-", [&](const lang::program::Watch&) { return ++asked > 5; });
    CHECK(seen.fired == "it is lit");
    CHECK(seen.looked_at == "50 60 70 ");
}

TEST_CASE("a watch that was due and of which nothing came looks again in its own time, not at once") {
    const std::string eager = "watch \"it is lit\" every 40s { require lamp.is_on(\"x\") on a  run \"mend.proc\" }\n";
    const std::string other = "watch \"it is dark\" every 30s { require not lamp.is_on(\"y\") on a  run \"other.proc\" }\n";
    CHECK(watch(eager, "-").looked_at == "0 ");
    CHECK(watch(eager, "-", nullptr, 10min, "it is lit").looked_at == "40 ");
    CHECK(watch(eager + other, "-", nullptr, 10min, "it is lit").looked_at == "0 30 40 ");
}

TEST_CASE("that a watch has fired is remembered by its site, file and text until it is armed again") {
    Journal journal(":memory:");
    const WatchName name{.site = "lamps", .file = "watch", .text = "it is lit", .simulated = false};
    WatchName other = name;
    other.text = "it is dark";
    CHECK_FALSE(journal.fired(name));
    journal.fire(name, {.at = rehearsal::first_moment, .why = "x is off"});
    REQUIRE(journal.fired(name));
    CHECK(journal.fired(name)->at == rehearsal::first_moment);
    CHECK(journal.fired(name)->why == "x is off");
    CHECK_FALSE(journal.fired(other));
    journal.arm(name);
    CHECK_FALSE(journal.fired(name));
}

TEST_CASE("of two processes with one journal only the first fires, and takes back only what it has fired itself") {
    std::string folder = std::filesystem::temp_directory_path() / "procrun-watch-XXXXXX";
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    {
        Journal first(folder + "/journal.db"), second(folder + "/journal.db");
        const WatchName name{.site = "lamps", .file = "watch", .text = "it is lit", .simulated = false};
        const Fired ours{.at = rehearsal::first_moment, .why = "x is off"};
        const Fired theirs{.at = rehearsal::first_moment + 1s, .why = "x is off"};
        CHECK(first.fire(name, ours));
        CHECK_FALSE(second.fire(name, theirs));
        CHECK(second.fired(name)->at == ours.at);
        second.take_back(name, theirs);
        CHECK(first.fired(name));
        first.take_back(name, ours);
        CHECK_FALSE(second.fired(name));
        CHECK(second.fire(name, theirs));
        first.take_back(name, ours);
        CHECK(first.fired(name)->at == theirs.at);
    }
    std::filesystem::remove_all(folder);
}

}  // namespace runtime_tests
