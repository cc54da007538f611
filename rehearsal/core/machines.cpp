#include "rehearsal/core/machines.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

#include "lang/model/this_machine.hpp"
#include "lang/text/hash.hpp"
#include "rehearsal/core/words.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;

/// Windows boots in 70 to 90 s, Linux in 45 to 64 s.
lang::Duration boot_time(const lang::Host& host) {
    return host.os == lang::Os::Windows ? 70s + std::chrono::seconds(lang::fnv1a(host.name) % 21)
                                        : 45s + std::chrono::seconds(lang::fnv1a(host.name) % 20);
}

lang::Duration shutdown_time(const lang::Host& host) { return 10s + std::chrono::seconds(lang::fnv1a(host.name) % 11); }

/// virsh ends what it says with an empty line.
Answer virsh_says(const std::string& out) { return {.out = out + "\n\n", .takes = 150ms}; }
Answer virsh_fails(const std::string& err) { return {.code = 1, .err = "error: " + err + "\n", .takes = 60ms}; }

/// The words after `virsh` and its options.
std::vector<std::string> virsh_arguments(const std::vector<std::string>& words) {
    std::vector<std::string> arguments;
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i] == "-c" || words[i] == "--connect") {
            ++i;
        } else if (!words[i].starts_with('-')) {
            arguments.push_back(words[i]);
        }
    }
    return arguments;
}

/// `shutdown`, `poweroff`, `reboot` and Windows' shutdown.exe: does the machine come up again?
std::optional<bool> asks_for_restart(const std::vector<std::string>& words) {
    const auto has = [&](std::string_view word) { return std::find(words.begin() + 1, words.end(), word) != words.end(); };
    const std::string& name = words.front();
    if (name == "poweroff" || name == "halt") return false;
    if (name == "reboot") return true;
    if (name == "shutdown" || name == "shutdown.exe") {
        if (has("-r") || has("/r")) return true;
        if (has("-h") || has("-P") || has("/s")) return false;
    }
    return std::nullopt;
}

}  // namespace

Machines Machines::healthy(const lang::Site& site, lang::Time start) {
    Machines machines;
    for (const lang::Host* host : lang::all_machines(site)) {
        machines.order_.emplace(host->name, machines.order_.size());
        machines.machines_[host->name] = {.since = start - 1h};
    }
    return machines;
}

const Machine& Machines::operator[](const lang::Host& host) const {
    const auto it = machines_.find(host.name);
    assert(it != machines_.end() && "a host of another site");
    return it->second;
}

/// Whoever may write to a machine may set it in motion.
Machine& Machines::at(const lang::Host& host) {
    moving_.emplace(order_.at(host.name), &host);
    return const_cast<Machine&>(std::as_const(*this)[host]);
}

std::optional<Machines::Refusal> Machines::refusal(const lang::Host& host) const {
    const Machine& machine = (*this)[host];
    if (machine.unreachable || machine.power == Power::Off) return Refusal::NoRoute;
    if (machine.is_silent) return Refusal::Silence;
    if (machine.power != Power::On) return Refusal::ConnectionRefused;
    return std::nullopt;
}

void Machines::start(const lang::Host& host, lang::Time now) {
    Machine& machine = at(host);
    machine.power = Power::Booting;
    machine.since = now;
    machine.until = machine.does_not_boot ? std::optional<lang::Time>() : now + boot_time(host);
    ++machine.boots;
}

void Machines::shut_down(const lang::Host& host, lang::Time now, bool restart) {
    Machine& machine = at(host);
    machine.power = Power::Stopping;
    machine.since = now;
    machine.until = now + shutdown_time(host);
    machine.restarts = restart;
}

void Machines::destroy(const lang::Host& host, lang::Time now, World& world) {
    Machine& machine = at(host);
    machine.power = Power::Off;
    machine.since = now;
    machine.until.reset();
    machine.restarts = false;
    world.power_off(host, now);
}

void Machines::silence(const lang::Host& host, bool silent) { at(host).is_silent = silent; }

void Machines::advance(lang::Time now, World& world) {
    for (auto one = moving_.begin(); one != moving_.end();) {
        const lang::Host& host = *one->second;
        Machine& machine = at(host);
        if (machine.until && *machine.until <= now) {
            const lang::Time due = *machine.until;
            if (machine.power == Power::Booting) {
                machine.power = Power::On;
                machine.since = due;
                machine.until.reset();
                world.power_on(host, due);
            } else {
                const bool restarts = machine.restarts;
                destroy(host, due, world);
                if (restarts) start(host, due);
            }
        }
        one = machine.until ? std::next(one) : moving_.erase(one);
    }
}

std::optional<Answer> Machines::answer(const Invocation& call, World& world) {
    const auto& words = call.words;
    if (const auto request = read_port_request(call); request && request->is_tcp()) {
        const int log_in = call.host.port != 0 ? call.host.port : 22;
        return request->port == log_in ? std::optional(Answer{.takes = 2ms}) : std::nullopt;
    }
    if (words.front() == "virsh") return virsh(call, world);
    if (const auto restart = asks_for_restart(words)) {
        shut_down(call.host, call.now, *restart);
        return Answer{.takes = 300ms, .ending = runtime::Ending::LinkLost};
    }
    if (words.size() == 2 && words[0] == "cat" && words[1] == "/proc/sys/kernel/random/boot_id") {
        return Answer{.out = boot_id(call.host, at(call.host).boots) + "\n"};
    }
    if (words.size() == 2 && words[0] == "powershell" && words[1].find("LastBootUpTime") != std::string::npos) {
        const auto booted = std::chrono::floor<std::chrono::seconds>(at(call.host).since);
        return Answer{.out = fmt::format("{:%Y-%m-%dT%H:%M:%S}.0000000Z\r\n", fmt::gmtime(booted)), .takes = 600ms};
    }
    return std::nullopt;
}

std::optional<Answer> Machines::virsh(const Invocation& call, World& world) {
    const auto arguments = virsh_arguments(call.words);
    if (arguments.size() != 2) return std::nullopt;
    const std::string& verb = arguments[0];
    const std::string& domain = arguments[1];
    const lang::Host* host = world.site->find_host(domain);
    if (host == nullptr || host == &call.host) return virsh_fails(fmt::format("failed to get domain '{}'\n", domain));
    const Power power = at(*host).power;
    if (verb == "domstate") {
        return virsh_says(power == Power::Off ? "shut off" : power == Power::Stopping ? "in shutdown" : "running");
    }
    if (verb == "start") {
        if (power != Power::Off) return virsh_fails("Domain is already active\n");
        start(*host, call.now);
        return virsh_says(fmt::format("Domain '{}' started", domain));
    }
    if (verb == "shutdown" || verb == "destroy") {
        if (power == Power::Off) {
            return virsh_fails(
                fmt::format("Failed to {} domain '{}'\nerror: Requested operation is not valid: domain is not running", verb, domain));
        }
        if (verb == "destroy") {
            destroy(*host, call.now, world);
            return virsh_says(fmt::format("Domain '{}' destroyed", domain));
        }
        // A machine that still boots does not hear the power button; one that stops already goes on with that.
        if (power == Power::On) shut_down(*host, call.now, false);
        return virsh_says(fmt::format("Domain '{}' is being shutdown", domain));
    }
    return std::nullopt;
}

TroublesOf Machines::troubles() {
    return {.system = "machine",
            .troubles = {{.form = "off", .doc = "The machine is switched off.", .example = "web1: off"},
                         {.form = "no-boot", .doc = "The machine does not come up when it is switched on.", .example = "web1: no-boot"},
                         {.form = "unreachable",
                          .doc = "The machine runs, and no connection to it is made: no route to the host.",
                          .example = "web1: unreachable"},
                         {.form = "silent", .doc = "The machine takes connections and never says anything.", .example = "web1: silent"}}};
}

std::optional<std::string> Machines::inject(const lang::Host& host, std::string_view trouble, lang::Time now, World& world, Fault fault) {
    const bool there = fault == Fault::Begins;
    Machine& machine = at(host);
    if (trouble == "off") {
        if (there && machine.power != Power::Off) destroy(host, now, world);
        if (!there && machine.power == Power::Off) start(host, now);
    } else if (trouble == "no-boot") {
        machine.does_not_boot = there;
        if (!there && machine.power == Power::Booting && !machine.until) start(host, now);
    } else if (trouble == "unreachable") {
        machine.unreachable = there;
    } else if (trouble == "silent") {
        machine.is_silent = there;
    } else {
        return std::nullopt;
    }
    return "";
}

void Machines::snapshot(std::map<std::string, std::string>& out) const {
    static constexpr std::string_view names[] = {"off", "booting", "on", "stopping"};
    for (const auto& [name, machine] : machines_) {
        // How often it was started is history, not state.
        out[name + " power"] =
            fmt::format("{}{}{}{}", names[static_cast<std::size_t>(machine.power)], machine.does_not_boot ? ", does not boot" : "",
                        machine.unreachable ? ", unreachable" : "", machine.is_silent ? ", silent" : "");
    }
}

std::string boot_id(const lang::Host& host, int boots) {
    const std::uint64_t high = lang::fnv1a(fmt::format("{} {}", host.name, boots)),
                        low = lang::fnv1a(fmt::format("{} {}", boots, host.name));
    return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF, high & 0xFFF, low >> 52,
                       low & 0xFFFFFFFFFFFF);
}

}  // namespace rehearsal
