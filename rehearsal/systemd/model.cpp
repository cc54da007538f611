#include "rehearsal/systemd/model.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "lang/model/this_machine.hpp"
#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/spread.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Duration;
using lang::Host;
using lang::Time;
using State = Unit::State;

constexpr Duration slow_time = 4min;

Duration start_time(const Host& host, const std::string& name, const Unit& unit) {
    return unit.slow ? slow_time : spread(2s, 12s, host.name, name + " start");
}

Duration stop_time(const Host& host, const std::string& name, const Unit& unit) {
    return unit.slow ? slow_time : spread(1s, 8s, host.name, name + " stop");
}

void enter(Unit& unit, State state, Time since, std::optional<Time> until = std::nullopt) {
    unit.state = state;
    unit.since = since;
    unit.until = until;
}

void begin_start(const Host& host, const std::string& name, Unit& unit, Time now) {
    ++unit.starts;
    unit.starts_again = false;
    enter(unit, State::Activating, now, now + start_time(host, name, unit));
}

/// Ends what has lasted long enough. A restart goes through two ends.
void settle(const Host& host, const std::string& name, Unit& unit, Time now) {
    while (unit.until && *unit.until <= now) {
        const Time then = *unit.until;
        if (unit.state == State::Activating) {
            enter(unit, unit.fails ? State::Failed : State::Active, then);
        } else if (unit.starts_again) {
            begin_start(host, name, unit, then);
        } else {
            enter(unit, State::Inactive, then);
        }
    }
}

std::vector<std::string> units_of(const Host& host) {
    std::vector<std::string> names = {"ssh"};
    for (const char* fact : {"unit", "units"}) {
        for (std::string& name : fact_texts(host, fact)) names.push_back(std::move(name));
    }
    return names;
}

}  // namespace

std::string unit_name(std::string_view name) {
    constexpr std::array<std::string_view, 11> types = {".service", ".socket", ".target", ".timer", ".mount", ".automount",
                                                        ".path",    ".slice",  ".scope",  ".swap",  ".device"};
    const bool has_type = std::any_of(types.begin(), types.end(), [&](std::string_view type) { return name.ends_with(type); });
    return has_type ? std::string(name) : std::string(name) + ".service";
}

Systemd Systemd::healthy(const lang::Site& site, Time start) {
    Systemd systemd;
    for (const auto& host : site.hosts) {
        if (host->os != lang::Os::Linux) continue;
        Units& units = systemd.machines_[host->name];
        for (const std::string& name : units_of(*host)) units[unit_name(name)].since = start - 1h;
        if (fact_texts(*host, "init") == std::vector<std::string>{"sysv"}) systemd.without_systemctl_.insert(host->name);
    }
    const lang::Host& here = lang::this_machine(site);
    if (lang::is_of_no_site(here)) systemd.machines_[here.name][unit_name("ssh")].since = start - 1h;
    return systemd;
}

void Systemd::install(const Host& host, const std::string& unit, Time start) {
    const auto units = machines_.find(host.name);
    if (units != machines_.end()) units->second[unit_name(unit)].since = start - 1h;
}

void Systemd::advance(Time now, World& world) {
    for (auto host = moving_.begin(); host != moving_.end();) {
        Units& units = machines_[*host];
        for (auto& [name, unit] : units) settle(world.host(*host), name, unit, now);
        const bool moves = std::any_of(units.begin(), units.end(), [](const auto& one) { return one.second.until.has_value(); });
        host = moves ? std::next(host) : moving_.erase(host);
    }
}

void Systemd::power_off(const Host& host, Time now, World&) {
    const auto it = machines_.find(host.name);
    if (it == machines_.end()) return;
    for (auto& [name, unit] : it->second) {
        unit.starts_again = false;
        if (unit.state != State::Inactive) enter(unit, State::Inactive, now);
    }
}

void Systemd::power_on(const Host& host, Time now, World&) {
    const auto it = machines_.find(host.name);
    if (it == machines_.end()) return;
    moving_.insert(host.name);
    for (auto& [name, unit] : it->second) {
        begin_start(host, name, unit, now);
        if (name == "ssh.service") enter(unit, State::Active, now);  // whoever can ask has logged in through it
    }
}

const Unit* Systemd::find(const Host& host, std::string_view unit) const {
    const auto units = machines_.find(host.name);
    if (units == machines_.end()) return nullptr;
    const auto it = units->second.find(unit_name(unit));
    return it == units->second.end() ? nullptr : &it->second;
}

/// Whoever may write to a unit may set it in motion.
Unit* Systemd::at(const Host& host, std::string_view unit) {
    auto* found = const_cast<Unit*>(std::as_const(*this).find(host, unit));
    if (found != nullptr) moving_.insert(host.name);
    return found;
}

bool Systemd::is_active(const Host& host, std::string_view unit) const {
    const Unit* found = find(host, unit);
    return found != nullptr && found->state == State::Active;
}

TroublesOf Systemd::troubles() {
    return {.system = "systemd",
            .troubles = {
                {.form = "unit fails UNIT", .doc = "The unit fails whenever it is started.", .example = "web1: unit fails nginx"},
                {.form = "unit slow UNIT", .doc = "The unit takes four minutes to start and to stop.", .example = "web1: unit slow nginx"},
                {.form = "no-systemctl", .doc = "The machine has no systemctl.", .example = "web1: no-systemctl"}}};
}

std::optional<std::string> Systemd::inject(const Host& host, std::string_view trouble, Time, World&, Fault fault) {
    const bool there = fault == Fault::Begins;
    if (trouble == "no-systemctl") {
        there ? void(without_systemctl_.insert(host.name)) : void(without_systemctl_.erase(host.name));
        return "";
    }
    const bool fails = trouble.starts_with("unit fails ");
    if (!fails && !trouble.starts_with("unit slow ")) return std::nullopt;
    const std::string_view name = trouble.substr(trouble.rfind(' ') + 1);
    Unit* unit = at(host, name);
    if (unit == nullptr) return unnamed_unit(host, name);
    (fails ? unit->fails : unit->slow) = there;
    return "";
}

void Systemd::snapshot(std::map<std::string, std::string>& out) const {
    for (const auto& [host, units] : machines_) {
        for (const auto& [name, unit] : units) out[host + " systemd " + name] = active_state(&unit);
    }
}

Answer Systemd::start(const Host& host, const std::string& name, Time now) {
    Unit& unit = *at(host, name);
    if (unit.state == State::Active) return {};
    // A job that is under way is joined, not doubled.
    if (unit.state == State::Deactivating) unit.starts_again = true;
    if (unit.state == State::Inactive || unit.state == State::Failed) begin_start(host, name, unit, now);
    Answer answer;
    answer.takes = *unit.until - now + (unit.state == State::Deactivating ? start_time(host, name, unit) : 0s);
    if (unit.fails) {
        answer.code = 1;
        answer.err = "Job for " + name + " failed because the control process exited with error code.\nSee \"systemctl status " + name +
                     "\" and \"journalctl -xeu " + name + "\" for details.\n";
    }
    return answer;
}

Answer Systemd::stop(const Host& host, const std::string& name, Time now) {
    Unit& unit = *at(host, name);
    unit.starts_again = false;
    if (unit.state == State::Inactive || unit.state == State::Failed) return {};
    if (unit.state != State::Deactivating) {
        unit.cut_short = unit.state == State::Activating;
        enter(unit, State::Deactivating, now, now + stop_time(host, name, unit));
    }
    Answer answer;
    answer.takes = *unit.until - now;
    return answer;
}

Answer Systemd::restart(const Host& host, const std::string& name, Time now) {
    const Answer stopped = stop(host, name, now);
    Answer answer = start(host, name, now);
    if (answer.takes < stopped.takes) answer.takes = stopped.takes;
    return answer;
}

}  // namespace rehearsal
