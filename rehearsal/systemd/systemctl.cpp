// The command lines of systemd and of SysV's `service`, and their texts.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rehearsal/core/coreutils.hpp"
#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/spread.hpp"
#include "rehearsal/core/unnamed.hpp"
#include "rehearsal/systemd/model.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using State = Unit::State;
using Properties = std::vector<std::pair<std::string_view, std::string>>;

std::string_view sub_state(const Unit* unit) {
    if (unit == nullptr) return "dead";
    switch (unit->state) {
        case State::Inactive:
            return "dead";
        case State::Activating:
            return "start";
        case State::Active:
            return "running";
        case State::Deactivating:
            return "stop-sigterm";
        case State::Failed:
            return "failed";
    }
    return "";
}

int process_id(const std::string& name, const Unit& unit) { return 400 + static_cast<int>(pick(3000, name, "pid")) + 7 * unit.starts; }

/// Another one after every start.
std::string invocation_id(const std::string& name, const Unit& unit) {
    return fmt::format("{:016x}{:016x}", pick(1U << 31U, name, "invocation"), unit.starts);
}

/// Units that the site's facts name were installed by hand, the others came with packages.
std::string path_of(const lang::Host& host, const std::string& name) {
    for (const char* fact : {"unit", "units"}) {
        for (const std::string& one : fact_texts(host, fact)) {
            if (unit_name(one) == name) return "/etc/systemd/system/" + name;
        }
    }
    return "/lib/systemd/system/" + name;
}

/// In the order in which systemd 252 prints them.
Properties properties_of(const std::string& name, const Unit* unit) {
    const bool failed = unit != nullptr && unit->state == State::Failed;
    const bool stops = unit != nullptr && unit->state == State::Deactivating;
    const bool has_main = unit != nullptr && (unit->state == State::Active || (stops && !unit->cut_short));
    const bool has_control = unit != nullptr && (unit->state == State::Activating || (stops && unit->cut_short));
    const bool job = unit != nullptr && unit->until.has_value();
    const std::string pid = unit == nullptr ? "0" : fmt::to_string(process_id(name, *unit));
    return {
        {"Type", unit == nullptr ? "" : "forking"},
        {"MainPID", has_main ? pid : "0"},
        {"ControlPID", has_control ? pid : "0"},
        {"Result", failed ? "exit-code" : "success"},
        {"NRestarts", "0"},
        {"ExecMainPID", has_main ? pid : "0"},
        {"ExecMainCode", failed ? "1" : "0"},
        {"ExecMainStatus", failed ? "1" : "0"},
        {"Id", name},
        {"Names", name},
        {"TriggeredBy", ""},
        {"LoadState", unit == nullptr ? "not-found" : "loaded"},
        {"ActiveState", std::string(active_state(unit))},
        {"SubState", std::string(sub_state(unit))},
        {"UnitFileState", unit == nullptr ? "" : "enabled"},
        {"ActiveEnterTimestampMonotonic", unit == nullptr ? "0" : fmt::to_string(1'000'000 * unit->starts)},
        {"CanReload", "no"},
        {"Job", job ? fmt::to_string(20 + unit->starts) : ""},
        {"NeedDaemonReload", "no"},
        {"LoadError", unit == nullptr ? fmt::format("org.freedesktop.systemd1.NoSuchUnit \"Unit {} not found.\"", name) : ""},
        {"InvocationID", unit == nullptr ? "" : invocation_id(name, *unit)},
    };
}

/// A command line of systemctl, taken apart.
struct Request {
    std::string verb;
    std::vector<std::string> units;
    std::vector<std::string> properties;
    bool quiet = false;
};

void split_properties(std::string_view list, std::vector<std::string>& into) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        into.emplace_back(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
}

Request read_request(const std::vector<std::string>& words) {
    Request request;
    bool options_end = false;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string_view word = words[i];
        if (!options_end && word == "--") {
            options_end = true;
        } else if (!options_end && (word == "-p" || word == "--property") && i + 1 < words.size()) {
            split_properties(words[++i], request.properties);
        } else if (!options_end && word.starts_with("--property=")) {
            split_properties(word.substr(word.find('=') + 1), request.properties);
        } else if (!options_end && (word == "-q" || word == "--quiet")) {
            request.quiet = true;
        } else if (!options_end && word.starts_with("-")) {
            continue;  // --no-pager and its like change nothing here
        } else if (request.verb.empty()) {
            request.verb = word;
        } else {
            request.units.push_back(unit_name(word));
        }
    }
    return request;
}

Answer failure(int code, std::string err) {
    Answer answer;
    answer.code = code;
    answer.err = std::move(err);
    return answer;
}

Answer word(int code, std::string_view text) {
    Answer answer;
    answer.code = code;
    answer.out = fmt::format("{}\n", text);
    return answer;
}

}  // namespace

std::string_view active_state(const Unit* unit) {
    constexpr std::array<std::string_view, 5> names = {"inactive", "activating", "active", "deactivating", "failed"};
    return unit == nullptr ? names[0] : names[static_cast<std::size_t>(unit->state)];
}

std::string show_unit(const std::string& name, const Unit* unit, const std::vector<std::string>& wanted) {
    constexpr std::array<std::string_view, 6> of_services = {"Type",        "MainPID",      "NRestarts",
                                                             "ExecMainPID", "ExecMainCode", "ExecMainStatus"};
    const bool is_service = name.ends_with(".service");
    std::string out;
    for (const auto& [property, value] : properties_of(name, unit)) {
        if (!is_service && std::find(of_services.begin(), of_services.end(), property) != of_services.end()) continue;
        const bool asked = std::find(wanted.begin(), wanted.end(), property) != wanted.end();
        if (wanted.empty() ? !value.empty() : asked) out += fmt::format("{}={}\n", property, value);
    }
    return out;
}

std::optional<Answer> Systemd::answer(const Invocation& invocation, World&) {
    if (!machines_.contains(invocation.host.name) || invocation.words.empty()) return std::nullopt;
    if (auto answer = listening(invocation)) return answer;
    const std::string& program = invocation.words[0];
    if (program == "command" && invocation.words.back() == "systemctl") {
        if (has_systemctl(invocation.host)) return word(0, "/usr/bin/systemctl");
        return failure(1, "");
    }
    if (program == "systemctl") {
        if (!has_systemctl(invocation.host)) return failure(127, "sh: 1: systemctl: not found\n");
        return systemctl(invocation);
    }
    if (program == "service") return service(invocation);
    return std::nullopt;
}

Answer Systemd::systemctl(const Invocation& invocation) {
    const Request request = read_request(invocation.words);
    if (request.verb == "list-units") return failed_units(invocation.host);
    if (request.units.empty()) return failure(1, "Too few arguments.\n");
    if (request.verb == "show" && request.units.front() == "*.service") return all_units(invocation.host);
    const std::string& name = request.units.front();
    const Unit* unit = find(invocation.host, name);

    if (request.verb == "show") {
        Answer answer;
        for (const std::string& each : request.units) {
            if (!answer.out.empty()) answer.out += "\n";
            answer.out += show_unit(each, find(invocation.host, each), request.properties);
        }
        return answer;
    }
    if (request.verb == "is-active" || request.verb == "is-failed") {
        const bool active = unit != nullptr && unit->state == State::Active;
        const bool failed = unit != nullptr && unit->state == State::Failed;
        const int code = request.verb == "is-active" ? (active ? 0 : 3) : (failed ? 0 : 1);
        return request.quiet ? failure(code, "") : word(code, active_state(unit));
    }
    if (request.verb == "is-enabled") {
        if (unit != nullptr) return word(0, "enabled");
        return failure(1, fmt::format("Failed to get unit file state for {}: No such file or directory\n", name));
    }
    if (request.verb != "start" && request.verb != "stop" && request.verb != "restart")
        return not_simulated(fmt::format("systemctl {} {}", request.verb, name));
    if (unit == nullptr)
        return failure(5, fmt::format("Failed to {} {}: Unit {} {}.\n", request.verb, name, name,
                                      request.verb == "stop" ? "not loaded" : "not found"));
    if (request.verb == "start") return start(invocation.host, name, invocation.now);
    if (request.verb == "stop") return stop(invocation.host, name, invocation.now);
    return restart(invocation.host, name, invocation.now);
}

/// `list-units --failed --plain --no-legend`; no other list is simulated.
Answer Systemd::failed_units(const lang::Host& host) const {
    Answer answer{.takes = std::chrono::milliseconds(40)};
    const auto machine = machines_.find(host.name);
    if (machine == machines_.end()) return answer;
    for (const auto& [name, unit] : machine->second) {
        if (unit.state == State::Failed) answer.out += fmt::format("{} loaded failed failed {}\n", name, name.substr(0, name.find('.')));
    }
    return answer;
}

/// `show -p Id,FragmentPath,ActiveState -- *.service`; no other properties of all units are simulated.
Answer Systemd::all_units(const lang::Host& host) const {
    Answer answer{.takes = std::chrono::milliseconds(60)};
    const auto machine = machines_.find(host.name);
    if (machine == machines_.end()) return answer;
    for (const auto& [name, unit] : machine->second) {
        answer.out += fmt::format("{}Id={}\nActiveState={}\nFragmentPath={}\n", answer.out.empty() ? "" : "\n", name, active_state(&unit),
                                  path_of(host, name));
    }
    return answer;
}

/// An init script: it speaks of its service by the plain name, and its exit codes are LSB's (3: not running).
Answer Systemd::service(const Invocation& invocation) {
    if (invocation.words.size() != 3)
        return failure(1, "Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]\n");
    const std::string& name = invocation.words[1];
    const std::string& verb = invocation.words[2];
    const Unit* unit = find(invocation.host, name);
    if (unit == nullptr) return failure(1, name + ": unrecognized service\n");
    if (verb == "status") {
        if (unit->state == State::Active || unit->state == State::Deactivating)
            return word(0, fmt::format("{} (pid {}) is running...", name, process_id(unit_name(name), *unit)));
        return word(3, name + " is not running");
    }
    if (verb != "start" && verb != "stop" && verb != "restart")
        return failure(2, fmt::format("Usage: /etc/init.d/{} {{start|stop|restart|status}}\n", name));
    Answer answer = verb == "start"  ? start(invocation.host, unit_name(name), invocation.now)
                    : verb == "stop" ? stop(invocation.host, unit_name(name), invocation.now)
                                     : restart(invocation.host, unit_name(name), invocation.now);
    answer.out = fmt::format("{} {}:{}\n", verb == "stop" ? "Stopping" : "Starting", name, answer.code == 0 ? " done." : " failed!");
    answer.err.clear();
    return answer;
}

std::optional<std::string> Systemd::unnamed(const lang::Host& host, const std::string& unit) const {
    const bool one_is_meant = unit.find_first_of("*?[\"`\n") == std::string::npos;
    return one_is_meant && find(host, unit) == nullptr ? std::optional(unnamed_unit(host, unit)) : std::nullopt;
}

/// Of `systemctl VERB … UNIT…` and `service NAME VERB`.
std::optional<std::string> Systemd::unnamed(const Invocation& call, const World&) const {
    if (asks_for(call, {"service"})) return call.words.size() == 3 ? unnamed(call.host, call.words[1]) : std::nullopt;
    if (!asks_for(call, {"systemctl"})) return std::nullopt;
    bool is_verb = true;
    for (std::size_t i = 1; i < call.words.size(); ++i) {
        const std::string& word = call.words[i];
        if (word == "-p" || word == "--property") {
            ++i;
        } else if (word.starts_with('-')) {
            continue;
        } else if (std::exchange(is_verb, false)) {
            if (word == "list-units") return std::nullopt;
        } else if (auto what = unnamed(call.host, word)) {
            return what;
        }
    }
    return std::nullopt;
}

std::string unnamed_unit(const lang::Host& host, std::string_view name) {
    const std::string plain(name.substr(0, name.ends_with(".service") ? name.size() - 8 : name.size()));
    const bool has_one = !fact_texts(host, "unit").empty();
    return fmt::format("{} has no unit \"{}\": {}", host.name, plain, as_fact(host, has_one ? "units" : "unit", has_one, plain));
}

}  // namespace rehearsal
