#include "tests/procedures/simulated_run.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "cli/operator/persons.hpp"
#include "cli/view/left_behind.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scene.hpp"
#include "rehearsal/scheduler.hpp"
#include "rehearsal/site.hpp"
#include "tests/support/golden.hpp"

namespace procedures {

namespace fs = std::filesystem;
namespace event = runtime::event;
using runtime::Reaction;

namespace {

bool contains(std::string_view text, std::string_view words) { return text.find(words) != std::string_view::npos; }

template <typename Texts>
std::size_t count_of(const Texts& texts, std::string_view words) {
    return static_cast<std::size_t>(
        std::count_if(texts.begin(), texts.end(), [&](const auto& text) { return support::says(text, words); }));
}

/// The person of a rehearsal, with hands.
class Hands final : public runtime::Person {
  public:
    explicit Hands(std::function<void(const std::string&)> act) : act_(std::move(act)) {}
    Reaction confirm(const std::string& text, runtime::Time until) override {
        act_(text);
        return mind_->confirm(text, until);
    }
    Reaction ask(const runtime::Question& question, const lang::Type& type, runtime::Time until) override {
        return mind_->ask(question, type, until);
    }
    Reaction choose(const runtime::Question& question, const std::vector<runtime::Option>& options, runtime::Time until) override {
        return mind_->choose(question, options, until);
    }
    Reaction sign(const runtime::Question& question, const std::string& stake, const std::string& first, runtime::Time until) override {
        return mind_->sign(question, stake, first, until);
    }
    std::optional<std::string> secret(const std::string& prompt) override { return mind_->secret(prompt); }

  private:
    std::unique_ptr<runtime::Person> mind_ = cli::rehearsing_person();
    std::function<void(const std::string&)> act_;
};

}  // namespace

void Told::on(const runtime::Event& event) {
    if (const auto* failed = std::get_if<event::Failed>(&event.body)) failures.push_back(failed->message);
    if (const auto* ended = std::get_if<event::StepEnded>(&event.body)) {
        if (!ended->done && failed_step.empty()) failed_step = ended->title;
        if (ended->done && after) after(ended->title);
    }
    if (const auto* action = std::get_if<event::ActionEnded>(&event.body); action != nullptr && action->effect == runtime::Effect::Changed)
        done.push_back(event.host + " " + action->call);
    if (const auto* wait = std::get_if<event::WaitEnded>(&event.body)) waits[wait->condition] = wait->took;
    if (const auto* behind = std::get_if<event::LeftBehind>(&event.body)) left = *behind;
    if (const auto* asked = std::get_if<event::Asked>(&event.body)) signed_off.push_back(asked->question);
}

bool Told::said(std::string_view words) const { return count_of(failures, words) > 0; }
bool Told::asked(std::string_view words) const { return count_of(signed_off, words) > 0; }
std::size_t Told::did(std::string_view words) const { return count_of(done, words); }

lang::Duration Told::waited(const std::string& condition) const {
    const auto it = waits.find(condition);
    REQUIRE(it != waits.end());
    return it->second;
}

/// A scene is made once, and copied for every trial.
struct SimulatedRun::Opening {
    lang::Checked site;
    cli::Scene scene;
};

const SimulatedRun::Opening& SimulatedRun::opening(const std::string& site, const std::string& scene) {
    static std::map<std::pair<std::string, std::string>, Opening> made;
    const auto [it, is_new] = made.try_emplace({site, scene});
    if (is_new) {
        it->second.site = cli::load({.file = site, .parameters = {}, .site = site});
        REQUIRE(it->second.site.program != nullptr);
        it->second.scene = cli::make_scene(it->second.site.program->site, scene, 1);
    }
    return it->second;
}

SimulatedRun::SimulatedRun(const std::string& site, const std::string& scene, const std::vector<std::string>& troubles,
                           const std::string& folder)
    : folder_(folder), site_(folder + site), opening_(opening(site_, scene)), journal_(std::make_unique<runtime::Journal>(":memory:")) {
    world = *opening_.scene.world;
    for (const std::string& trouble : troubles) REQUIRE(rehearsal::inject(world, trouble).value_or("") == "");
}

lang::Checked SimulatedRun::load(const std::string& file, const std::vector<std::string>& parameters) const {
    lang::Checked checked = cli::load({.file = folder_ + file, .parameters = parameters, .site = site_});
    REQUIRE(checked.program != nullptr);
    return checked;
}

runtime::End SimulatedRun::play(const std::string& file, const std::vector<std::string>& parameters) {
    const lang::Checked checked = load(file, parameters);
    runtime::End end{};
    told.left.reset();
    in_the_run(checked, [&](runtime::World& run_world) {
        end = runtime::run(*checked.program, run_world, {.operator_name = "test", .machine = "test", .simulated = true}).end;
    });
    return end;
}

SimulatedRun::Watched SimulatedRun::watch(const std::string& file, int looks) {
    const lang::Checked checked = load(file, {});
    Watched watched;
    in_the_run(checked, [&](runtime::World& run_world) {
        run_world.observers.clear();
        const auto tell = [&](const runtime::Look& look) {
            watched.told += "?GFUD"[static_cast<int>(look.counter.state())];
            if (static_cast<int>(watched.told.size()) == looks) run_world.stop.escalate();
        };
        const lang::program::Watch* due = runtime::wait_until_due(*checked.program, run_world, {.told = tell, .is_armed = {}});
        if (due != nullptr) watched.runs = due->run;
    });
    return watched;
}

void SimulatedRun::in_the_run(const lang::Checked& checked, const std::function<void(runtime::World&)>& work) {
    rehearsal::LocalSite simulated(world);
    rehearsal::SimulatedScheduler scheduler({.start = simulated.now(), .seed = 1});
    runtime::Stop stop;
    Hands person([&](const std::string& text) {
        if (hands) hands(world, text);
    });
    const lang::Site& own = *opening_.site.program->site;
    const auto kept = [&](const std::string& procedure, const std::string& name, const lang::Type& type) {
        const lang::Value here = journal_->kept(procedure, name, type, *checked.program->site, true);
        const auto& before = opening_.scene.journal;
        return here.is_unknown() && before ? before->kept(procedure, name, type, *checked.program->site, true) : here;
    };
    journal_->begin(*checked.program, true);
    runtime::World run_world{
        .scheduler = scheduler,
        .stop = stop,
        .registry = cli::registry(),
        .connect =
            [&](const lang::Host& host) { return rehearsal::simulated_connection(*own.find_host(host.name), simulated, scheduler, stop); },
        .person = person,
        .observers = {journal_.get(), &told},
        .secret = [](std::string_view) { return lang::Value(lang::Secret{"rehearsal"}); },
        .mask = [](std::string text) { return text; },
        .kept = kept,
        .keep = [&](const std::string& name, const lang::Value& value) { journal_->keep(name, value); },
        .broken_invariant = nullptr,
        .earlier = [&] { return journal_->left_earlier(own.name, true, journal_->current()); }};
    work(run_world);
}

void SimulatedRun::rest() { world.advance(world.now + std::chrono::minutes(10)); }

std::string SimulatedRun::ask(const std::string& host, const std::string& line, const std::string& input) {
    const rehearsal::Answer answer = world.run(*opening_.site.program->site->find_host(host), line, input, world.now);
    world.advance(world.now + answer.takes);
    return answer.out;
}

std::vector<std::string> SimulatedRun::went_off() const {
    std::vector<std::string> machines;
    for (const rehearsal::Received& received : world.log) {
        if (contains(received.line, "shutdown -h now") || contains(received.line, "shutdown.exe")) machines.push_back(received.host);
    }
    return machines;
}

std::vector<std::string> SimulatedRun::came_up() const {
    std::vector<std::string> machines;
    for (const rehearsal::Received& received : world.log) {
        const auto at = received.line.find("virsh start ");
        if (at != std::string::npos) machines.push_back(received.line.substr(at + std::string_view("virsh start ").size()));
    }
    for (std::string& name : machines) name = name.substr(0, name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"));
    return machines;
}

std::string SimulatedRun::left_behind() const {
    REQUIRE(told.left);
    std::string text;
    for (const cli::LeftBehindPart& part : cli::parts_of(*told.left)) {
        text += part.title + ":\n";
        for (const std::string& item : part.items) text += "  - " + item + "\n";
    }
    return text + cli::in_short(*told.left) + "\n";
}

std::size_t SimulatedRun::sent(std::string_view words) const {
    std::vector<std::string> lines;
    for (const rehearsal::Received& received : world.log) lines.push_back(received.host + ": " + received.line);
    return count_of(lines, words);
}

std::string SimulatedRun::story() const {
    std::string all;
    for (const runtime::Event& event : journal_->events(1)) all += runtime::to_json(event) + '\n';
    return all;
}

void same_state(const std::map<std::string, std::string>& before, const std::map<std::string, std::string>& after) {
    for (const auto& entry : before) {
        const auto& key = std::get<0>(entry);
        const auto& value = std::get<1>(entry);
        CAPTURE(key);
        const auto it = after.find(key);
        REQUIRE(it != after.end());
        CHECK(it->second == value);
    }
    for (const auto& entry : after) {
        const auto& key = std::get<0>(entry);
        CAPTURE(key);
        CHECK(before.contains(key));
    }
}

void stops(const std::string& site, const std::string& folder, const std::vector<Trouble>& troubles) {
    for (const Trouble& trouble : troubles) {
        CAPTURE(site);
        CAPTURE(trouble.procedure);
        CAPTURE(fmt::format("{} {}", trouble.scene, fmt::join(trouble.injected, ", ")));
        SimulatedRun simulated(folder + site, trouble.scene, trouble.injected);
        CHECK(simulated.play(folder + trouble.procedure, trouble.parameters) == runtime::End::Failed);
        CHECK_MESSAGE(contains(simulated.told.failed_step, trouble.step), simulated.told.failed_step);
        INFO((simulated.told.failures.empty() ? std::string() : simulated.told.failures.front()));
        CHECK(simulated.told.said(trouble.says));
    }
}

Copy::Copy() {
    std::string name = (fs::temp_directory_path() / "procrun-procedures-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name + "/";
    fs::copy(PROCRUN_SOURCE_DIR "/procedures", folder_, fs::copy_options::recursive);
}

Copy::~Copy() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void Copy::edit(const std::string& file, const std::string& from, const std::string& to) const {
    std::string text = support::read(folder_ + file);
    REQUIRE(contains(text, from));
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
    std::ofstream(folder_ + file, std::ios::binary) << text;
}

}  // namespace procedures
