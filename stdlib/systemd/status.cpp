#include "stdlib/systemd/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::systemd {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;
using Properties = std::map<std::string_view, std::string_view>;

/// Nothing where a line is not a property or a property comes twice: then it is not the answer about one unit.
std::optional<Properties> properties_in(std::string_view output) {
    Properties found;
    for (const std::string_view line : support::lines(output)) {
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        if (!found.emplace(line.substr(0, equals), line.substr(equals + 1)).second) return std::nullopt;
    }
    return found;
}

std::string_view word(const Properties& told, std::string_view name) {
    const auto it = told.find(name);
    return it == told.end() ? std::string_view() : it->second;
}

/// "not-found" is NotFound.
Value member(const std::shared_ptr<const lang::EnumType>& type, std::string_view word) {
    std::string name;
    bool capital = true;
    for (const char c : word) {
        if (c != '-') name += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        capital = c == '-';
    }
    if (const auto index = type->find(name)) return lang::EnumMember{type, *index};
    return support::unreadable(fmt::format("'{}' is not a {} that this program knows", support::said(word, 60), type->name), word);
}

Value pid(const Properties& told) {
    if (!told.contains("MainPID")) return Value::unknown("systemd told no MainPID");
    return support::integer_value(word(told, "MainPID"), "process id");
}

/// Another text after every start. Before systemd 232 there are no invocation ids, but process and time of the start tell as well.
std::string invocation(const Properties& told) {
    if (const auto id = word(told, "InvocationID"); !id.empty()) return std::string(id);
    const auto process = word(told, "MainPID"), since = word(told, "ActiveEnterTimestampMonotonic");
    if ((process.empty() || process == "0") && (since.empty() || since == "0")) return {};
    return fmt::format("process {} since {}", process, since);
}

Value triggers(const Properties& told) {
    std::vector<Value> units;
    for (const std::string_view unit : support::words(word(told, "TriggeredBy"))) units.emplace_back(unit);
    return Value::list(std::move(units));
}

constexpr std::array suffixes = {".service", ".socket", ".target", ".timer", ".mount",    ".automount",
                                 ".path",    ".slice",  ".scope",  ".swap",  ".snapshot", ".device"};

/// "stop/waiting" of "mysql stop/waiting", or of "tty (tty1) start/running, process 812": a job of upstart, whose exit status is 0 whether
/// it runs or not. Nothing where it is none, or several of them.
std::optional<std::string_view> upstart_job(std::string_view output) {
    const std::string_view line = support::trimmed(output);
    if (line.find('\n') != std::string_view::npos) return std::nullopt;
    for (std::string_view word : support::words(line)) {
        if (word.ends_with(',')) word.remove_suffix(1);
        if (word.starts_with("start/") || word.starts_with("stop/")) return word;
    }
    return std::nullopt;
}

Value from_init_script(std::string_view load, Value active) {
    const Value untold = Value::unknown("an init script does not tell that");
    return support::record(status_type(), {{"load", member(load_type(), load)},
                                           {"active", std::move(active)},
                                           {"sub", ""},
                                           {"result", untold},
                                           {"enabled", untold},
                                           {"main_pid", untold},
                                           {"invocation", ""},
                                           {"type", "init script"},
                                           {"triggered_by", Value::list({})},
                                           {"ordered", untold}});
}

}  // namespace

const std::shared_ptr<const lang::EnumType>& active_type() {
    static const auto type = support::enumeration(
        "systemd.Active", {"Active", "Inactive", "Failed", "Activating", "Deactivating", "Reloading", "Refreshing", "Maintenance"});
    return type;
}

const std::shared_ptr<const lang::EnumType>& load_type() {
    static const auto type =
        support::enumeration("systemd.Load", {"Loaded", "NotFound", "Masked", "BadSetting", "Error", "Stub", "Merged"});
    return type;
}

const std::shared_ptr<const lang::RecordType>& status_type() {
    static const auto type = support::record_type(
        "systemd.Status",
        {{"load", Type::of(load_type()), "NotFound: no such unit; Masked: it cannot be started until it is unmasked"},
         {"active", Type::of(active_type()), "does it run? Activating also while systemd waits to start it again"},
         {"sub", Kind::Text, "more closely: running, exited, dead, auto-restart, start-pre, …"},
         {"result", Kind::Text, "how it ended last: success, exit-code, signal, timeout, …"},
         {"enabled", Kind::Text, "is it started at boot? enabled, disabled, static, masked, …; empty without a unit file"},
         {"main_pid", Kind::Int, "its main process; 0 without one"},
         {"invocation", Kind::Text, "another text after every start; empty where it never ran"},
         {"type", Kind::Text, "simple, forking, oneshot, notify, …"},
         {"triggered_by", Type::list_of(Kind::Text), "sockets, timers and paths that may start it again"},
         {"ordered", Kind::Bool, "a start, stop or restart of it is under way or waits for another unit"}});
    return type;
}

const std::vector<support::Facts>& fields() {
    static const std::vector<support::Facts> table = {
        {support::split(properties, ',')},
        {{"Id"}, "one of its Names"},
        {{"ControlPID", "ExecMainPID", "NRestarts"}, "processes of its start or stop: that one is under way, ActiveState tells"},
        {{"ExecMainCode", "ExecMainStatus"}, "how its last process ended: Result is what systemd makes of it"},
        {{"StatusText"}, "what the program says of itself, in its own words"},
        {{"StateChangeTimestamp"}, "when: that it was started again, InvocationID tells"},
        {{"CanReload"}, "what could be done to it: none of that is done here"},
        {{"NeedDaemonReload"}, "whether its file has changed since it was read: what runs, runs as it was read"},
        {{"LoadError"}, "why it could not be loaded: that it could not, LoadState tells"},
    };
    return table;
}

Value status_from(std::string_view output) {
    const auto told = properties_in(output);
    if (!told || !told->contains("LoadState") || !told->contains("ActiveState"))
        return support::unreadable(fmt::format("the properties of one unit were expected; {}", support::quoted_output(output)), output);
    return support::record(status_type(), {{"load", member(load_type(), word(*told, "LoadState"))},
                                           {"active", member(active_type(), word(*told, "ActiveState"))},
                                           {"sub", word(*told, "SubState")},
                                           {"result", word(*told, "Result")},
                                           {"enabled", word(*told, "UnitFileState")},
                                           {"main_pid", pid(*told)},
                                           {"invocation", invocation(*told)},
                                           {"type", word(*told, "Type")},
                                           {"triggered_by", triggers(*told)},
                                           {"ordered", !word(*told, "Job").empty()}});
}

std::vector<std::string> names_from(std::string_view output) {
    std::vector<std::string> names;
    const auto told = properties_in(output);
    if (!told) return names;
    for (const std::string_view name : support::words(word(*told, "Names"))) names.emplace_back(name);
    return names;
}

Value status_from_init_script(const runtime::Reply& reply) {
    const std::string words = reply.err + reply.out;
    const auto says = [&](std::string_view what) { return words.find(what) != std::string::npos; };
    const auto untold = [&] { return support::unreadable(fmt::format("the init script could not tell: {}", reply.describe()), words); };
    if (reply.err.starts_with("sudo: ")) return support::unreadable(reply.describe(), reply.err);
    // "Usage: …{start|stop|restart}", in whatever language: it has no `status`, whatever its exit status is.
    if (says("start|") || says("|start") || says("|stop") || says("stop|")) return untold();
    if (const auto job = upstart_job(reply.out)) {
        if (reply.code == 0 && *job == "start/running") return from_init_script("loaded", member(active_type(), "active"));
        if (reply.code == 0 && *job == "stop/waiting") return from_init_script("loaded", member(active_type(), "inactive"));
        return untold();
    }
    const bool says_down = says("not running") || says("stopped") || says("dead");
    const bool missing = says("unrecognized service") || (says("rc-service: service ") && says(" does not exist"));
    switch (reply.code) {
        case 0:
            return missing || says_down ? untold() : from_init_script("loaded", member(active_type(), "active"));
        case 1:
        case 2:
            if (missing) return from_init_script("not-found", member(active_type(), "inactive"));
            // `service` itself has always something to say.
            if (support::trimmed(words).empty() || says_down) return from_init_script("loaded", member(active_type(), "failed"));
            return untold();
        case 3:
            return missing ? untold() : from_init_script("loaded", member(active_type(), "inactive"));
        default:
            return untold();
    }
}

Value running(const Value& status) {
    if (status.is_unknown()) return status;
    const Value &active = status.field("active"), &load = status.field("load");
    if (active.is_unknown()) return active;
    const std::string& is = active.member_name();
    if (is == "Active" || is == "Reloading" || is == "Refreshing") return true;
    if (is != "Inactive" && is != "Failed") return Value::unknown(fmt::format("it is {} ({})", is, status.field("sub").plain()));
    if (load.is_unknown()) return load;
    if (load.member_name() == "NotFound") return Value::unknown("there is no such unit");
    return false;
}

namespace {

/// systemd.unit(5); a path stands for the unit that mounts it.
bool may_stand_in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(":-_.\\@/").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> no_name(std::string_view unit) {
    if (unit.empty()) return "the unit has no name: does the site lack a fact?";
    if (unit.find_first_of("*?[") != std::string_view::npos)
        return fmt::format("'{}' is a pattern: systemctl would take every unit that fits", unit);
    if (const auto wrong = std::find_if_not(unit.begin(), unit.end(), may_stand_in_name); wrong != unit.end())
        return fmt::format("{} is the name of no unit: letters, digits and `:-_.\\@` stand in one", Value(unit).show());
    return std::nullopt;
}

std::string full_name(std::string_view unit) {
    const bool has_suffix = std::any_of(suffixes.begin(), suffixes.end(), [&](const char* suffix) { return unit.ends_with(suffix); });
    return has_suffix ? std::string(unit) : fmt::format("{}.service", unit);
}

}  // namespace stdlib::systemd
