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

/// Nothing where a line is no property or a property comes twice: then it is not the answer about one unit.
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
    return support::unreadable(fmt::format("'{}' is no {} that this program knows", support::said(word, 60), type->name), word);
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

Value status_from_init_script(const runtime::Reply& reply) {
    const std::string words = reply.err + reply.out;
    const auto says = [&](std::string_view what) { return words.find(what) != std::string::npos; };
    if (says("unrecognized service")) return from_init_script("not-found", member(active_type(), "inactive"));
    if (reply.err.starts_with("sudo: ")) return support::unreadable(reply.describe(), reply.err);
    switch (reply.code) {
        case 0:
            return from_init_script("loaded", member(active_type(), "active"));
        case 1:
        case 2:
            return from_init_script("loaded", member(active_type(), "failed"));
        case 3:
            return from_init_script("loaded", member(active_type(), "inactive"));
        default:
            return support::unreadable(fmt::format("the init script could not tell: {}", reply.describe()), words);
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

std::optional<std::string> no_name(std::string_view unit) {
    if (unit.empty()) return "the unit has no name: does the site lack a fact?";
    if (unit.find_first_of("*?[") != std::string_view::npos)
        return fmt::format("'{}' is a pattern: systemctl would take every unit that fits", unit);
    return std::nullopt;
}

std::string full_name(std::string_view unit) {
    const bool has_suffix = std::any_of(suffixes.begin(), suffixes.end(), [&](const char* suffix) { return unit.ends_with(suffix); });
    return has_suffix ? std::string(unit) : fmt::format("{}.service", unit);
}

}  // namespace stdlib::systemd
