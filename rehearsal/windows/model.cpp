#include "rehearsal/windows/model.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/spread.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Host;
using lang::Time;
using StartMode = Service::StartMode;

constexpr int never_started = 1077;

void enter(Service& service, Service::State state, Time since, std::optional<Time> until = std::nullopt) {
    service.state = state;
    service.since = since;
    service.until = until;
}

void begin_start(const Host& host, Service& service, Time now) {
    ++service.starts;
    service.exit_code = 0;
    enter(service, Service::State::StartPending, now, now + spread(5s, 20s, host.name, service.name + " start"));
}

void begin_stop(const Host& host, Service& service, Time now) {
    enter(service, Service::State::StopPending, now, now + spread(5s, 20s, host.name, service.name + " stop"));
}

/// Ends what has lasted long enough, and begins what waited for it.
void settle(const Host& host, Service& service, Time now) {
    while (service.until && *service.until <= now) {
        const Time then = *service.until;
        const bool started = service.state == Service::State::StartPending && !service.fails;
        if (service.state == Service::State::StartPending && service.fails) service.exit_code = 1066;
        enter(service, started ? Service::State::Running : Service::State::Stopped, then);
        const auto order = std::exchange(service.then, std::nullopt);
        if (order == Service::State::Running && service.state == Service::State::Stopped) begin_start(host, service, then);
        if (order == Service::State::Stopped && service.state == Service::State::Running) begin_stop(host, service, then);
    }
}

/// A name with blanks is one that people read; the service's own is the same without them.
Service named(const std::string& written, Time since) {
    Service service;
    service.name = written;
    std::erase(service.name, ' ');
    service.display = written;
    service.since = since;
    return service;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

template <typename Services>
auto named(Services& services, std::string_view name) {
    return std::find_if(services.begin(), services.end(),
                        [&](const Service& service) { return same_name(service.name, name) || same_name(service.display, name); });
}

}  // namespace

ControlError order_start(const Host& host, Service& service, Time now) {
    if (service.mode == StartMode::Disabled) return ControlError::Disabled;
    if (service.state == Service::State::Running || service.state == Service::State::StartPending) return ControlError::AlreadyRunning;
    if (service.state == Service::State::StopPending) {
        service.then = Service::State::Running;
    } else {
        begin_start(host, service, now);
    }
    return ControlError::None;
}

ControlError order_stop(const Host& host, Service& service, Time now) {
    if (service.state == Service::State::Stopped || service.state == Service::State::StopPending) return ControlError::NotStarted;
    if (service.state == Service::State::StartPending) {
        service.then = Service::State::Stopped;
    } else {
        begin_stop(host, service, now);
    }
    return ControlError::None;
}

int process_id(const Host& host, const Service& service) {
    if (service.state == Service::State::Stopped) return 0;
    return 1000 + 4 * (static_cast<int>(pick(2000, host.name, service.name)) + service.starts);
}

Windows Windows::healthy(const lang::Site& site, Time start) {
    Windows windows;
    std::vector<std::string> running_daemons;
    for (const auto& host : site.hosts) {
        if (host->os != lang::Os::Windows) continue;
        auto& services = windows.machines_[host->name];
        for (const std::string& name : fact_texts(*host, "services")) services.push_back(named(name, start - 1h));
        for (const std::string& name : fact_texts(*host, "daemon")) {
            Service& daemon = services.emplace_back(named(name, start - 1h));
            daemon.mode = StartMode::Manual;
            if (std::find(running_daemons.begin(), running_daemons.end(), name) == running_daemons.end()) {
                running_daemons.push_back(name);
            } else {
                enter(daemon, Service::State::Stopped, start - 1h);
                daemon.exit_code = never_started;
            }
        }
    }
    return windows;
}

void Windows::advance(Time now, World& world) {
    for (auto host = moving_.begin(); host != moving_.end();) {
        std::vector<Service>& services = machines_[*host];
        for (Service& service : services) settle(world.host(*host), service, now);
        const bool moves = std::any_of(services.begin(), services.end(), [](const Service& one) { return one.until.has_value(); });
        host = moves ? std::next(host) : moving_.erase(host);
    }
}

void Windows::power_off(const Host& host, Time now, World&) {
    const auto it = machines_.find(host.name);
    if (it == machines_.end()) return;
    for (Service& service : it->second) {
        enter(service, Service::State::Stopped, now);
        service.then.reset();
        service.exit_code = never_started;
    }
}

void Windows::power_on(const Host& host, Time now, World&) {
    const auto it = machines_.find(host.name);
    if (it == machines_.end()) return;
    moving_.insert(host.name);
    for (Service& service : it->second) {
        if (service.mode == StartMode::Automatic) begin_start(host, service, now);
    }
}

Service* Windows::find(const Host& host, std::string_view name) {
    const auto machine = machines_.find(host.name);
    if (machine == machines_.end()) return nullptr;
    const auto it = named(machine->second, name);
    if (it == machine->second.end()) return nullptr;
    moving_.insert(host.name);  // whoever may write to a service may set it in motion
    return &*it;
}

bool Windows::has(const Host& host, std::string_view name) const {
    const auto machine = machines_.find(host.name);
    if (machine == machines_.end()) return false;
    return named(machine->second, name) != machine->second.end();
}

bool Windows::is_serving(const Host& host) const {
    const auto machine = machines_.find(host.name);
    if (machine == machines_.end()) return false;
    return std::any_of(machine->second.begin(), machine->second.end(), [](const Service& service) {
        return service.mode == StartMode::Automatic &&
               (service.state == Service::State::Running || service.state == Service::State::StopPending);
    });
}

TroublesOf Windows::troubles() {
    return {
        .system = "windows",
        .troubles = {
            {.form = "service missing NAME", .doc = "There is no service of this name.", .example = "tel1: service missing robot5"},
            {.form = "service fails NAME", .doc = "The service fails whenever it is started.", .example = "tel1: service fails robot5"},
            {.form = "service disabled NAME", .doc = "The service is stopped, and disabled.", .example = "tel1: service disabled robot5"}}};
}

/// What a trouble of this kind had made of the service is as on a healthy site again. Empty, or why it is not.
std::string Windows::mend(const Host& host, std::string_view kind, std::string_view name, const Windows& healthy) {
    const auto there = healthy.machines_.find(host.name);
    const auto known = there == healthy.machines_.end() ? std::optional<Service>() : [&] {
        const auto it = named(there->second, name);
        return it == there->second.end() ? std::optional<Service>() : std::optional(*it);
    }();
    if (!known) return host.name + " has no service \"" + std::string(name) + "\" in its facts";
    Service* service = find(host, name);
    if (service == nullptr) {
        machines_.at(host.name).push_back(*known);
    } else if (kind == "fails") {
        service->fails = false;
    } else {
        service->mode = known->mode;
    }
    return "";
}

std::optional<std::string> Windows::inject(const Host& host, std::string_view trouble, Time now, World& world, Fault fault) {
    const bool there = fault == Fault::Begins;
    for (const std::string_view kind : {"missing", "fails", "disabled"}) {
        const std::string prefix = "service " + std::string(kind) + " ";
        if (!trouble.starts_with(prefix)) continue;
        const std::string_view name = trouble.substr(prefix.size());
        if (!there) return mend(host, kind, name, healthy(*world.site, now));
        Service* service = find(host, name);
        if (service == nullptr) return host.name + " has no service \"" + std::string(name) + "\" in its facts";
        if (kind == "missing") {
            auto& services = machines_.at(host.name);
            services.erase(named(services, name));
        } else if (kind == "fails") {
            service->fails = true;
        } else {
            service->mode = StartMode::Disabled;
            enter(*service, Service::State::Stopped, now);
            service->exit_code = never_started;
        }
        return "";
    }
    return std::nullopt;
}

void Windows::snapshot(std::map<std::string, std::string>& out) const {
    static constexpr std::string_view states[] = {"", "stopped", "start pending", "stop pending", "running"};
    static constexpr std::string_view modes[] = {"", "", "automatic", "manual", "disabled"};
    for (const auto& [host, services] : machines_) {
        for (const Service& service : services) {
            out[host + " service " + service.display] = std::string(states[static_cast<std::size_t>(service.state)]) + ", " +
                                                        std::string(modes[static_cast<std::size_t>(service.mode)]);
        }
    }
}

std::optional<Answer> Windows::answer(const Invocation& call, World&) {
    if (!machines_.contains(call.host.name)) return std::nullopt;
    const std::string& program = call.words.front();
    if (program == "sc" || program == "sc.exe") return sc(call);
    if (program == "powershell") return powershell(call);
    if (program == "hostname") return Answer{.out = call.host.name + "\r\n"};
    return std::nullopt;
}

}  // namespace rehearsal
