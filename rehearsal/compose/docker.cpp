#include "rehearsal/compose/docker.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/spread.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Duration;
using lang::Time;
using State = Container::State;

constexpr Duration to_stop = 4s, to_make = 7s;
/// From the start of a container until it says that it is ready.
constexpr Duration to_be_ready = 25s;
constexpr std::string_view ready_line = "[info] p.c.s.AkkaHttpServer - Listening for HTTP on /0.0.0.0:8090";

std::string hash_of(const std::string& configuration) { return fmt::format("{:08x}", pick(1U << 31U, configuration, "configuration")); }

std::string moment(Time time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}000000Z", fmt::gmtime(std::chrono::floor<std::chrono::seconds>(time)),
                       (time - std::chrono::floor<std::chrono::seconds>(time)).count());
}

std::string_view state_word(const Container& container) { return container.state == State::Running ? "running" : "exited"; }

void start_at(Container& container, Time time, bool anew) {
    container.starts_at = time;
    container.made_anew = anew;
}

/// The words behind a tool that is compose: `edge-dcomp up -d` gives `up -d`.
std::optional<std::vector<std::string>> of_compose(const std::vector<std::string>& words) {
    if (words[0] == "docker-compose" || words[0].ends_with("-dcomp")) return std::vector(words.begin() + 1, words.end());
    if (words.size() > 1 && words[0] == "docker" && words[1] == "compose") return std::vector(words.begin() + 2, words.end());
    return std::nullopt;
}

}  // namespace

Docker Docker::healthy(const lang::Site& site, Time start) {
    Docker docker;
    const EnvFiles files = EnvFiles::healthy(site, start);
    for (const auto& host : site.hosts) {
        for (const std::string& service : fact_texts(*host, "containers"))
            docker.projects_[host->name].containers[service] = {.started = start - 1h, .made_of = hash_of(files.text(*host))};
    }
    return docker;
}

void Docker::advance(Time now, World& world) {
    for (auto& [host, project] : projects_) {
        for (auto& [name, container] : project.containers) {
            if (!container.starts_at || *container.starts_at > now) continue;
            container.state = container.fails ? State::Exited : State::Running;
            container.started = *container.starts_at;
            if (container.made_anew) container.made_of = hash_of(world.env_files.text(world.host(host)));
            container.starts_at.reset();
        }
    }
}

std::optional<Answer> Docker::answer(const Invocation& call, World& world) {
    const auto at = projects_.find(call.host.name);
    if (at == projects_.end()) return std::nullopt;
    Project& project = at->second;
    const std::vector<std::string>& words = call.words;
    if (words[0] == "cd") return Answer{};
    const bool script = words[0] == "sh" && words.size() > 4;
    const auto order = of_compose(words);
    if (!order && !script) return std::nullopt;
    if (project.no_daemon)
        return Answer{.code = 1,
                      .err = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n"};
    const std::string hash = hash_of(world.env_files.text(call.host));
    if (script && words[3] == "compose-state") return state(project, hash);
    if (script && words[3] == "log-has" && words.size() > 7) return has_logged(project, call);
    if (order && order->size() == 2 && order->front() == "restart") return restart(project, order->back(), call.now);
    if (order && *order == std::vector<std::string>{"up", "-d"}) return up(project, hash, call.now);
    return std::nullopt;
}

Answer Docker::state(const Project& project, const std::string& hash) {
    Answer answer{.takes = 900ms};
    for (const auto& [name, container] : project.containers) answer.out += fmt::format("{} {}\n", name, hash);
    answer.out += "-- 1.29.2\n";
    for (const auto& [name, container] : project.containers)
        answer.out += fmt::format("{}|{}|{}||{}|False\n", name, state_word(container), moment(container.started), container.made_of);
    return answer;
}

/// The only line that is simulated: that the service is ready, a while after its start. The moments of the call are compared as texts.
Answer Docker::has_logged(const Project& project, const Invocation& call) {
    const std::string &service = call.words[5], &since = call.words[6], &words = call.words[7];
    const auto at = project.containers.find(service);
    if (at == project.containers.end()) return {.code = 2, .err = fmt::format("no such service: {}\n", service)};
    const Container& container = at->second;
    const Time ready = container.started + to_be_ready;
    const bool wrote = container.state == State::Running && !container.silent && ready <= call.now && moment(ready) >= since;
    return {.code = wrote && ready_line.find(words) != std::string_view::npos ? 0 : 1, .takes = 300ms};
}

Answer Docker::restart(Project& project, const std::string& service, Time now) {
    const auto at = project.containers.find(service);
    if (at == project.containers.end()) return {.code = 1, .err = fmt::format("ERROR: No such service: {}\n", service)};
    start_at(at->second, now + to_stop, false);
    return {.err = fmt::format("Restarting xivocc_{}_1 ... done\n", service), .takes = to_stop};
}

/// What is as configured and runs is left alone.
Answer Docker::up(Project& project, const std::string& hash, Time now) {
    Answer answer{.takes = 1s};
    for (auto& [name, container] : project.containers) {
        if (container.state == State::Running && container.made_of == hash) {
            answer.err += fmt::format("{} is up-to-date\n", name);
            continue;
        }
        start_at(container, now + to_make, true);
        answer.err += fmt::format("Recreating {} ... done\n", name);
        answer.takes = to_make;
    }
    return answer;
}

void Docker::power_off(const lang::Host& host, Time, World&) {
    const auto at = projects_.find(host.name);
    if (at == projects_.end()) return;
    for (auto& [name, container] : at->second.containers) {
        container.state = State::Exited;
        container.starts_at.reset();
    }
}

/// All of them have `restart: always`.
void Docker::power_on(const lang::Host& host, Time now, World&) {
    const auto at = projects_.find(host.name);
    if (at == projects_.end()) return;
    for (auto& [name, container] : at->second.containers) start_at(container, now + to_make, false);
}

TroublesOf Docker::troubles() {
    return {.system = "docker",
            .troubles = {{.form = "container fails SERVICE",
                          .doc = "The container ends as soon as it is started.",
                          .example = "edge1: container fails proxy"},
                         {.form = "container silent SERVICE",
                          .doc = "The container runs and writes nothing into its log.",
                          .example = "edge1: container silent proxy"},
                         {.form = "no docker", .doc = "The Docker daemon does not answer.", .example = "edge1: no docker"}}};
}

std::optional<std::string> Docker::inject(const lang::Host& host, std::string_view trouble, Time, World&, Fault fault) {
    const bool there = fault == Fault::Begins;
    const bool fails = trouble.starts_with("container fails ");
    if (!fails && !trouble.starts_with("container silent ") && trouble != "no docker") return std::nullopt;
    const auto at = projects_.find(host.name);
    if (at == projects_.end()) return host.name + " runs no containers: the site's fact `containers` names them";
    if (trouble == "no docker") {
        at->second.no_daemon = there;
        return "";
    }
    const auto container = at->second.containers.find(std::string(trouble.substr(trouble.rfind(' ') + 1)));
    if (container == at->second.containers.end()) return host.name + " has no such container";
    (fails ? container->second.fails : container->second.silent) = there;
    return "";
}

void Docker::snapshot(std::map<std::string, std::string>& out) const {
    for (const auto& [host, project] : projects_) {
        for (const auto& [name, container] : project.containers)
            out[fmt::format("{} container {}", host, name)] = fmt::format("{}, made of {}", state_word(container), container.made_of);
    }
}

}  // namespace rehearsal
