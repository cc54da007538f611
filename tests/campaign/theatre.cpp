#include "tests/campaign/theatre.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "cli/run/load.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scheduler.hpp"
#include "rehearsal/site.hpp"
#include "runtime/interpret/run.hpp"
#include "runtime/resume/resumption.hpp"
#include "runtime/journal/store.hpp"

namespace campaign {

namespace {

namespace event = runtime::event;
using namespace std::chrono_literals;

/// A run that is not done after so many parts will not be.
constexpr int most_parts = 6;

struct Dead {};

/// The site behind links that break and commands that lie. What follows the intent of an action on a host is its command.
class FaultySite final : public rehearsal::SimulatedSite {
  public:
    FaultySite(rehearsal::World& world, Fault fault) : site_(world), fault_(fault) {}
    rehearsal::Knock knock(const lang::Host& host, lang::Time at) override { return site_.knock(host, at); }
    lang::Time now() override { return site_.now(); }
    rehearsal::Answer run(const lang::Host& host, const runtime::Line& line, lang::Time at) override {
        const bool acts = intended_.erase(host.name) > 0;
        const bool strikes = acts && std::exchange(armed_, armed_ == host.name ? "" : armed_) == host.name;
        if (strikes && fault_ == Fault::Lie) return {};
        if (strikes && fault_ == Fault::LostBefore) return {.ending = runtime::Ending::LinkLost};
        wire.push_back({host.name, line.text + '\n' + line.input, acts});
        rehearsal::Answer answer = site_.run(host, line, at);
        if (strikes) answer.ending = runtime::Ending::LinkLost;
        return answer;
    }
    void intend(const std::string& host) { intended_.insert(host); }
    void arm(const std::string& host) { armed_ = host; }

    std::vector<Outcome::Sent> wire;

  private:
    rehearsal::LocalSite site_;
    Fault fault_;
    std::set<std::string> intended_;
    std::string armed_;
};

/// Counts what is told and lets the fault strike at its turn. Stands behind the journal.
class Fate final : public runtime::Observer {
  public:
    Fate(Fault fault, std::size_t at, FaultySite& site, runtime::Stop& stop, runtime::Scheduler& scheduler)
        : fault_(fault), at_(at), site_(site), stop_(stop), scheduler_(scheduler) {}

    void on(const runtime::Event& event) override {
        if (std::holds_alternative<event::WaitProgress>(event.body) || std::holds_alternative<event::ActionProgress>(event.body)) return;
        if (full_) throw runtime::JournalError("the disk is full");
        const auto* intent = std::get_if<event::Intent>(&event.body);
        const bool sends = intent != nullptr && !intent->command.empty();
        const bool by_action = fault_ == Fault::LostBefore || fault_ == Fault::LostAfter || fault_ == Fault::Lie;
        if (!by_action || sends) count(event, by_action);
        if (!sends) return;
        intents_[fmt::format("{} on {} ", intent->call, event.host)] = {event.host, acts_at(event.host)};
        site_.intend(event.host);
    }

    /// Has the action that a question is about arrived since its intent? The wire knows.
    bool arrived(const std::string& question) const {
        for (const auto& [beginning, intent] : intents_) {
            if (question.starts_with(beginning)) return acts_at(intent.host) > intent.before;
        }
        throw std::logic_error("a question about an action that was never intended: " + question);
    }

    /// The disk has room again.
    void mend() { full_ = false; }

    bool struck = false;
    std::size_t acts_when_full = 0;
    std::size_t acts() const {
        return static_cast<std::size_t>(std::count_if(site_.wire.begin(), site_.wire.end(), [](const auto& sent) { return sent.acts; }));
    }

  private:
    void count(const runtime::Event& event, bool by_action) {
        if (++count_ != at_ || struck) return;
        struck = true;
        if (by_action) return site_.arm(event.host);
        if (fault_ == Fault::Killed) throw Dead{};
        if (fault_ == Fault::DiskFull) {
            full_ = true;
            acts_when_full = acts();
            throw runtime::JournalError("the disk is full");
        }
        if (fault_ == Fault::CtrlC) {
            stop_.escalate();
            scheduler_.wake();
        }
    }
    std::size_t acts_at(const std::string& host) const {
        return static_cast<std::size_t>(
            std::count_if(site_.wire.begin(), site_.wire.end(), [&](const auto& sent) { return sent.acts && sent.host == host; }));
    }

    struct Intended {
        std::string host;
        std::size_t before = 0;
    };
    Fault fault_;
    std::size_t at_, count_ = 0;
    FaultySite& site_;
    runtime::Stop& stop_;
    runtime::Scheduler& scheduler_;
    std::map<std::string, Intended> intents_;
    bool full_ = false;
};

/// Signs everything off, and says truly what became of an action that cannot be looked up.
class Truthful final : public runtime::Person {
  public:
    explicit Truthful(const Fate& fate) : fate_(fate) {}
    runtime::Reaction confirm(const std::string&, lang::Time) override { return yes("yes"); }
    runtime::Reaction ask(const std::string&, const lang::Type&, lang::Time) override { return yes("0"); }
    runtime::Reaction choose(const std::string& question, const std::vector<runtime::Option>& options, lang::Time) override {
        if (options.front().word != "done") return {};
        return yes(fate_.arrived(question) ? "done" : "again");
    }
    runtime::Reaction sign(const std::string&, const std::string& stake, const std::string&, lang::Time) override { return yes(stake); }
    std::optional<std::string> secret(const std::string&) override { return "rehearsal"; }

  private:
    static runtime::Reaction yes(std::string text) { return {runtime::Reaction::Kind::Yes, std::move(text), "the campaign"}; }
    const Fate& fate_;
};

bool is_over(const event::RunEnded& ended) { return ended.end == runtime::End::Completed || ended.end == runtime::End::CompletedWithSkips; }

}  // namespace

const char* name(Fault fault) {
    switch (fault) {
        case Fault::None:
            return "undisturbed";
        case Fault::Killed:
            return "killed";
        case Fault::LostBefore:
            return "link lost before the effect";
        case Fault::LostAfter:
            return "link lost after the effect";
        case Fault::Lie:
            return "lying command";
        case Fault::CtrlC:
            return "Ctrl-C";
        case Fault::DiskFull:
            return "disk full";
    }
    return "";
}

Play Play::prepare(const std::string& procedure, const std::string& site, const std::string& scene) {
    Play play{.procedure = procedure,
              .scene = scene,
              .site = cli::load({.file = site, .parameters = {}, .site = site}),
              .checked = cli::load({.file = procedure, .parameters = {}, .site = site}),
              .start = {}};
    if (!play.site.program || !play.checked.program) throw std::runtime_error(procedure + " does not check");
    play.start = cli::make_scene(play.site.program->site, scene, 1);
    return play;
}

lang::Value Play::kept(const std::string& by, const std::string& name, const lang::Type& type) const {
    if (start.journal == nullptr) return lang::Value::unknown("nothing was kept");
    return start.journal->kept(by, name, type, *checked.program->site, true);
}

Outcome play(const Play& play, Fault fault, std::size_t at) {
    rehearsal::World world = *play.start.world;
    world.log.clear();
    FaultySite site(world, fault);
    rehearsal::SimulatedScheduler scheduler({.start = site.now(), .seed = 1});
    runtime::Stop stop;
    Fate fate(fault, at, site, stop, scheduler);
    Truthful person(fate);
    runtime::Journal journal(":memory:");
    const lang::Site& hosts = *play.site.program->site;
    const lang::program::Program& program = *play.checked.program;
    runtime::World around{
        .scheduler = scheduler,
        .stop = stop,
        .registry = cli::registry(),
        .connect =
            [&](const lang::Host& host) { return rehearsal::simulated_connection(*hosts.find_host(host.name), site, scheduler, stop); },
        .person = person,
        .observers = {&journal, &fate},
        .secret = [](std::string_view) { return lang::Value(lang::Secret{"rehearsal"}); },
        .mask = [](std::string text) { return text; },
        .kept = [&](const std::string& by, const std::string& name, const lang::Type& type) { return play.kept(by, name, type); },
        .keep = [&](const std::string& name, const lang::Value& value) { journal.keep(name, value); },
        .broken_invariant = nullptr};

    runtime::RunOptions options{.operator_name = "campaign", .machine = "here", .simulated = true};
    if (fault == Fault::CtrlC) options.on_failure = runtime::OnFailure::Undo;
    const std::int64_t run = journal.begin(program, true);
    Outcome outcome;
    runtime::Resumption resumption;
    for (;; ++outcome.parts) {
        outcome.ended = {};
        outcome.ended.end = runtime::End::Aborted;
        try {
            outcome.ended = runtime::run(program, around, options);
        } catch (const Dead&) {
        } catch (const runtime::JournalError&) {
            outcome.sent_without_journal = fate.acts() != fate.acts_when_full;
            fate.mend();
        }
        if (is_over(outcome.ended) || outcome.parts >= most_parts) break;
        stop.rearm();
        resumption = runtime::Resumption(journal.events(run));
        options.resumption = &resumption;
        journal.resume(run, program);
    }
    outcome.struck = fate.struck;
    outcome.events = journal.events(run);
    outcome.wire = std::move(site.wire);
    world.advance(scheduler.now() + 20min);  // what is on its way arrives
    outcome.state = world.snapshot();
    return outcome;
}

}  // namespace campaign
