#include "cli/run/context.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "cli/answers/preflight.hpp"
#include "cli/operator/look_around.hpp"
#include "cli/operator/persons.hpp"
#include "cli/run/load.hpp"
#include "cli/run/scenes.hpp"
#include "cli/terminal/output.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scene.hpp"
#include "rehearsal/serve/log.hpp"
#include "runtime/connection/local.hpp"
#include "runtime/connection/net/network.hpp"
#include "runtime/connection/ssh/connections.hpp"
#include "runtime/file.hpp"
#include "runtime/interpret/effects/invariants.hpp"

namespace cli {

namespace {

/// A terminal is shown a rehearsal at a speed that it can be followed at: a minute a second.
constexpr double speed_at_a_terminal = 60;

}  // namespace

bool is_simulated(const lang::Site& site) {
    const auto simulated = [](const auto& host) { return host->via == lang::Via::Simulated; };
    const auto machines = std::count_if(site.hosts.begin(), site.hosts.end(), [](const auto& h) { return h->via != lang::Via::Local; });
    const auto those = std::count_if(site.hosts.begin(), site.hosts.end(), simulated);
    if (those == 0) return false;
    if (those == machines) return true;
    throw UsageError{fmt::format("{}: {} of {} machines are `via simulated`: either all of them are, or none", site.path, those, machines)};
}

std::string operator_name() {
    if (const char* user = std::getenv("SUDO_USER"); user != nullptr && *user != '\0') return user;
    const passwd* entry = getpwuid(getuid());
    return entry != nullptr ? entry->pw_name : std::to_string(getuid());
}

std::string machine_name() {
    char name[256] = "";
    gethostname(name, sizeof name - 1);
    return name;
}

std::string socket_of(const RunRequest& request) {
    return request.at ? std::filesystem::absolute(*request.at).lexically_normal().string() : std::string();
}

RunContext::RunContext(const lang::program::Program& program, const RunRequest& request, Screen& screen)
    : program_(program), request_(request), screen_(screen), simulated_(request.rehearse || is_simulated(*program.site)) {
    if (!simulated_ && (request.scene || request.speed || request.at || request.site_log || request.ask)) {
        throw UsageError{
            "--scene, --speed, --at, --site-log and --ask are for simulated sites: use `procrun rehearse FILE`, or `procrun plan "
            "--rehearse FILE`"};
    }
    simulated_ ? make_simulated() : make_real();
    make_person();
    secrets_ = std::make_unique<runtime::Secrets>(
        program.site->secrets, [this](const std::string& prompt) { return person_->secret(prompt); }, stop_);
    journal_ = std::make_unique<runtime::Journal>(request.journal);
    make_notifier();
    world_ = std::make_unique<runtime::World>(runtime::World{
        .scheduler = *scheduler_,
        .stop = stop_,
        .registry = registry(),
        .connect = connect_,
        .person = telling_ ? *telling_ : *person_,
        .observers = {journal_.get()},
        .secret = [this](std::string_view name) { return simulated_ ? runtime::Value(lang::Secret{"rehearsal"}) : secrets_->fetch(name); },
        .mask = [this](std::string text) { return secrets_->mask(std::move(text)); },
        .kept =
            [this](const std::string& procedure, const std::string& name, const lang::Type& type) {
                if (scene_journal_) {
                    runtime::Value kept = scene_journal_->kept(procedure, name, type, *program_.site, true);
                    if (!kept.is_unknown() || kept.is_not_simulated()) return kept;
                }
                tell_keeper(procedure, name);
                return journal_->kept(procedure, name, type, *program_.site, simulated_);
            },
        .keep = [this](const std::string& name, const runtime::Value& value) { journal_->keep(name, value); },
        .broken_invariant = nullptr,
        .earlier = [this]() -> std::optional<runtime::EarlierRun> {
            // A site of this process has seen no earlier run but that which made its scene.
            if (!site_world_) return left_earlier();
            if (!scene_journal_) return std::nullopt;
            auto earlier = scene_journal_->left_earlier(program_.site->name, true, scene_journal_->current() + 1);
            if (earlier) earlier->name = "the run that made the scene";  // the journal has none of it, and no number
            return earlier;
        }});
    if (at_terminal_) world_->look_around = look_around(program_, *world_, screen_, site_.get());
    if (site_world_) world_->broken_invariant = [this] { return broken_invariant(); };
}

void RunContext::make_notifier() {
    if (simulated_ || program_.site->notified.empty()) return;
    notifier_ =
        std::make_unique<Notifier>(Notifier::Settings{.notified = program_.site->notified,
                                                      .run =
                                                          [this] {
                                                              return NoticeContext{.procedure = program_.name,
                                                                                   .site = program_.site->name,
                                                                                   .operator_name = operator_name(),
                                                                                   .machine = machine_name(),
                                                                                   .run = journal_->current()};
                                                          },
                                                      .say = [this](const std::string& text) { screen_.line(visible(text)); },
                                                      .secret = [this](std::string_view name) { return secrets_->fetch(name); },
                                                      .mask = [this](std::string text) { return secrets_->mask(std::move(text)); }});
    if (at_terminal_) telling_ = telling_person(*person_, *notifier_);
}

void RunContext::notify_of_run() {
    if (!notifier_) return;
    // A secret that a person types is asked for now, and not beside the run.
    for (const lang::Notified& to : program_.site->notified) {
        for (const auto& secret : {to.server_secret, to.password, to.token}) {
            if (secret) secrets_->fetch(*secret);
        }
    }
    notifier_->begin();
    notices_ =
        std::make_unique<Notices>([this](Notice notice) { notifier_->tell(std::move(notice)); }, [this] { return journal_->current(); });
    world_->observers.push_back(notices_.get());
}

/// Once each: what is relied on is told with where it comes from.
void RunContext::tell_keeper(const std::string& procedure, const std::string& name) {
    const std::string what = fmt::format("kept.{}.{}", procedure, name);
    {
        const std::lock_guard lock(told_mutex_);
        if (!told_keepers_.insert(what).second) return;
    }
    if (const auto keeper = journal_->keeper(procedure, name, *program_.site, simulated_))
        screen_.line(fmt::format("{} is what {} kept", what, *keeper));
}

/// A run that is over does not fail because what an earlier one left cannot be read.
std::optional<runtime::EarlierRun> RunContext::left_earlier() const {
    try {
        return journal_->left_earlier(program_.site->name, simulated_, journal_->current(), socket_of(request_));
    } catch (const runtime::DamagedEvent& damaged) {
        say("note: what is left behind is not compared with what earlier runs left: {}\n", damaged.what());
        return std::nullopt;
    }
}

RunContext::~RunContext() = default;

void RunContext::make_real() {
    scheduler_ = runtime::real_scheduler();
    runtime::ConnectionFactory logged_in = [local = runtime::local_connections(*scheduler_, stop_),
                                            ssh = runtime::ssh_connections(
                                                *scheduler_, stop_, [this](const std::string& prompt) { return person_->secret(prompt); },
                                                [this](std::string_view name) { return secrets_->fetch(name); })](const lang::Host& host) {
        return host.via == lang::Via::Local ? local(host) : ssh(host);
    };
    connect_ = runtime::network_connections(std::move(logged_in), *scheduler_, stop_);
}

void RunContext::make_simulated() {
    if (request_.at) {
        if (request_.scene) throw UsageError{"--at names a site that is in a state already: --scene belongs to `procrun simulate`"};
        auto remote = std::make_unique<rehearsal::RemoteSite>(*request_.at);
        if (!remote->answers())
            throw UsageError{fmt::format("--at {}: no simulated site answers there; `procrun simulate` serves one", *request_.at)};
        site_ = std::move(remote);
    } else {
        Scene scene = make_scene(program_.site, this->scene(), request_.seed);
        site_world_ = std::move(scene.world);
        scene_journal_ = std::move(scene.journal);
        scene_rehearsed_ = std::move(scene.rehearsed);
        site_ = std::make_unique<rehearsal::LocalSite>(*site_world_);
    }
    const bool watched = request_.watched && screen_.is_terminal() && !request_.json;
    scheduler_ = std::make_unique<rehearsal::SimulatedScheduler>(rehearsal::SimulatedScheduler::Settings{
        .start = site_->now(), .seed = request_.seed, .speed = request_.speed.value_or(watched ? speed_at_a_terminal : 0)});
    connect_ = [this](const lang::Host& host) { return rehearsal::simulated_connection(host, *site_, *scheduler_, stop_); };
}

void RunContext::make_person() {
    const bool terminal = isatty(STDIN_FILENO) == 1;
    const bool asks = request_.ask || (terminal && request_.on_failure_given && request_.on_failure == runtime::OnFailure::Ask);
    if (request_.answers) {
        answers_ = read_answers(*request_.answers);
        person_ = answering_person(*answers_, operator_name());
    } else if (simulated_ && !asks) {
        person_ = rehearsing_person();
    } else if (terminal) {
        person_ = terminal_person(screen_, *scheduler_, stop_, operator_name());
        at_terminal_ = true;
    } else {
        person_ = nobody();
        somebody_answers_ = false;
    }
}

std::optional<std::string> RunContext::unanswerable() const {
    if (!program_.asks_people || somebody_answers_) return std::nullopt;
    return fmt::format(
        "{} asks a person for sign-offs, and standard input is not a terminal. Run it at a terminal, or give the answers with "
        "--answers FILE (one `\"question\" = yes` a line).",
        request_.source.file);
}

std::vector<std::string> RunContext::lacking(const std::set<std::string>& answered) {
    std::vector<std::string> all;
    if (auto why = unanswerable()) all.push_back(std::move(*why));
    const lang::Requirements requirements = lang::requirements_of(program_, registry().catalog());
    if (answers_) {
        for (std::string& open : open_questions(requirements, *answers_, answered)) all.push_back(std::move(open));
    }
    if (simulated_) return all;
    for (const std::string& secret : requirements.secrets) {
        if (auto why = secrets_->obstacle(secret, at_terminal_)) all.push_back(std::move(*why));
    }
    return all;
}

std::vector<std::string> RunContext::idle_answers() const {
    return answers_ ? cli::idle_answers(lang::requirements_of(program_, registry().catalog()), *answers_) : std::vector<std::string>();
}

/// Reads the invariants on a copy of the site, so that to look costs the run neither time nor a line in the site's log.
std::optional<std::string> RunContext::broken_invariant() {
    if (program_.invariants.empty()) return std::nullopt;
    rehearsal::World copy = *site_world_;
    rehearsal::LocalSite site(copy);
    rehearsal::SimulatedScheduler scheduler({.start = scheduler_->now(), .seed = request_.seed});
    runtime::World aside{.scheduler = scheduler,
                         .stop = stop_,
                         .registry = registry(),
                         .connect = [&](const lang::Host& host) { return rehearsal::simulated_connection(host, site, scheduler, stop_); },
                         .person = *person_,
                         .observers = {},
                         .secret = world_->secret,
                         .mask = world_->mask,
                         .kept = world_->kept,
                         .keep = nullptr,
                         .broken_invariant = nullptr};
    return runtime::broken_invariant(program_, aside);
}

std::vector<std::string> RunContext::unnamed() const {
    if (!site_world_) return {};
    return {site_world_->unnamed.begin(), site_world_->unnamed.end()};
}

std::vector<std::string> RunContext::beginning() const {
    std::vector<std::string> told;
    if (site_world_) {
        const std::string name = scene();
        told.push_back(fmt::format("scene \"{}\" ({}); `procrun check` lists all, --scene chooses one", name,
                                   rehearsal::about_scene(*program_.site, *rehearsal::find_scene(*program_.site, name))));
    }
    for (const lang::program::Watch& watch : program_.watches) {
        told.push_back(fmt::format(
            "the watch \"{}\" is not {} here: `procrun watch` looks at it{}, and it begins \"{}\", which is {} by itself", watch.text,
            simulated_ ? "rehearsed" : "looked at", simulated_ ? " (with --at on a site that `procrun simulate` serves)" : "", watch.run,
            simulated_ ? "rehearsed" : "run"));
    }
    const bool could_ask = isatty(STDIN_FILENO) == 1 && !request_.answers && request_.on_failure == runtime::OnFailure::Ask;
    if (simulated_ && could_ask && !at_terminal_)
        told.emplace_back("nobody is asked: the rehearsal signs off by itself, and a failure ends it; --ask asks you, as a run would");
    return told;
}

void RunContext::finish() {
    if (!request_.site_log || !site_world_) return;
    std::string lines;
    for (const rehearsal::Received& received : site_world_->log) lines += rehearsal::log_line(received);
    if (const auto why = runtime::write_file(*request_.site_log, lines))
        say("{}: what the simulated site received could not be written: {}\n", *request_.site_log, *why);
}

}  // namespace cli
