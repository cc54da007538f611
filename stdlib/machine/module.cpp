// Machines as such: do they answer, are they still in the same run, switch them off.
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>

#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::machine {

namespace {

using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Os;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Ending;
using runtime::Reply;
using runtime::Verdict;
using State = runtime::Verdict::State;

Builtin query(std::string name, lang::Type result, std::string doc, std::string example,
              std::function<std::vector<Command>(const Context&)> commands,
              std::function<Value(std::span<const Reply>, const Context&)> value) {
    return {{.name = std::move(name),
             .effect = Effect::Query,
             .hosts = HostKind::Any,
             .parameters = {},
             .result = std::move(result),
             .doc = std::move(doc),
             .example = std::move(example),
             .deadline = std::chrono::seconds(20)},
            runtime::Query{{.commands = std::move(commands), .value = std::move(value), .reads_silence = false},
                           support::everything("machine")},
            {}};
}

Builtin answers() {
    return query(
        "answers", Kind::Bool,
        "True when a command can be run there. Never false: a machine that does not answer may be off, booting or out of reach, so the "
        "answer "
        "is unknown, and `wait_until` goes on waiting.",
        "wait_until machine.answers() on acd-store1  within 10m  holding 20s",
        [](const Context&) { return std::vector{Command::program({"hostname"}).as_login_user()}; },
        [](std::span<const Reply>, const Context&) -> Value { return true; });
}

std::vector<Command> ask_boot_id(const Context& context) {
    if (context.host->os == Os::Linux) return {Command::program({"cat", "/proc/sys/kernel/random/boot_id"}).as_login_user()};
    return {Command::powershell(
        {runtime::Verbatim{"(Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime.ToUniversalTime().ToString('o')"}})};
}

/// Linux: a UUID. Windows: the time of the boot, without the fraction of a second.
Value read_boot_id(std::span<const Reply> replies, const Context&) {
    const Reply& reply = replies.front();
    if (!reply.ok()) return Value::unknown("the boot id cannot be read: " + reply.describe());
    const std::string_view line = support::first_line(reply.out);
    const std::string_view id = line.substr(0, line.find('.'));
    if (id.empty() || id.find_first_not_of("0123456789abcdefT:-") != std::string_view::npos) {
        return support::unreadable("this is not a boot id: " + support::quoted_output(reply.out), reply.out);
    }
    return id;
}

Builtin boot_id() {
    return query(
        "boot_id", Kind::Text,
        "A text that is another one after every boot: on Linux the kernel's boot id, on Windows the time of the boot. It tells a machine "
        "that came up again from one that never went down.",
        "let before = machine.boot_id()", ask_boot_id, read_boot_id);
}

// ---- switching off and restarting

/// In which run it is; or its silence, with the reason.
const std::shared_ptr<const lang::RecordType>& pulse_type() {
    static const auto type = support::record_type("machine.Pulse", {{"boot_id", Kind::Text, {}}, {"silence", Kind::Text, {}}});
    return type;
}

runtime::Read pulse() {
    return {.commands = ask_boot_id,
            .value = [](std::span<const Reply> replies, const Context& context) -> Value {
                const Reply& reply = replies.front();
                // A machine that would not have us is not silent: while it goes down it refuses log-ins.
                if (reply.ending == Ending::Doubtful || (reply.ending == Ending::NotSent && reply.code == EACCES))
                    return Value::unknown(reply.describe());
                if (reply.ending != Ending::Exited) {
                    return support::record(pulse_type(), {{"boot_id", ""}, {"silence", reply.describe()}});
                }
                const Value id = read_boot_id(replies, context);
                return id.is_unknown() ? id : support::record(pulse_type(), {{"boot_id", id}, {"silence", ""}});
            },
            .reads_silence = true};
}

bool is_silent(const Value& pulse) { return !pulse.field("silence").text().empty(); }

/// Seconds of a Windows boot id; nothing for the ids of Linux.
std::optional<std::chrono::sys_seconds> boot_time(const std::string& id) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (std::sscanf(id.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) != 6) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

/// Windows reckons the time of its boot from its clock: setting the clock moves it a little.
bool same_run(const Value& before, const Value& now) {
    const std::string& old_id = before.field("boot_id").text();
    const std::string& new_id = now.field("boot_id").text();
    const auto old_time = boot_time(old_id), new_time = boot_time(new_id);
    if (!old_time || !new_time) return old_id == new_id;
    return std::chrono::abs(*new_time - *old_time) < std::chrono::minutes(1);
}

Verdict judge(const Value& seen, const Context& context) {
    if (seen.is_unknown()) return {State::Unclear, seen.plain()};
    if (!is_silent(seen)) return {State::Needed, {}};
    return {State::Unclear,
            fmt::format("{} does not answer ({}): it may be off already, or out of reach. Only its hypervisor or a person can tell",
                        context.host->name, seen.field("silence").text())};
}

Verdict shut_down(const Value& before, const Value& now, const Context&) {
    if (now.is_unknown()) return {State::Moving, now.plain()};
    if (is_silent(now)) {
        return {.state = State::Reached,
                .why = "it does not answer any more; whether it is off, its hypervisor or a person can tell",
                .verified = false};
    }
    if (!before.is_unknown() && !same_run(before, now)) return {State::Failed, "it came up again instead of staying off"};
    return {State::Needed, "it still answers"};
}

Verdict rebooted(const Value& before, const Value& now, const Context&) {
    if (now.is_unknown()) return {State::Moving, now.plain()};
    if (is_silent(now)) return {State::Moving, "it does not answer: " + now.field("silence").text()};
    if (before.is_unknown() || is_silent(before)) return {State::Unclear, "in which run it was before is not known"};
    return same_run(before, now) ? Verdict{State::Needed, "it has not gone down yet"} : Verdict{State::Reached, {}};
}

/// The order often never returns: the link goes first.
std::optional<std::string> complaint(const Reply& reply, const Context&) {
    const bool failed = reply.ending == Ending::Exited && reply.code != 0;
    const bool refused = reply.ending == Ending::NotSent || reply.ending == Ending::Doubtful;
    return failed || refused ? std::optional(reply.describe()) : std::nullopt;
}

std::vector<runtime::Right> may_shut_down(const Context& context) {
    if (context.host->os == Os::Linux) return {};
    return {{"Windows, by an administrator (Local Security Policy, User Rights Assignment)", "SeShutdownPrivilege: Shut down the system"}};
}

Builtin action(std::string name, std::string doc, std::string done, std::string example, const std::string& linux_flag,
               const std::string& windows_flag, bool switches_off,
               std::function<Verdict(const Value&, const Value&, const Context&)> arrived) {
    return {{.name = std::move(name),
             .effect = Effect::Action,
             .hosts = HostKind::Any,
             .parameters = {},
             .result = Kind::Nothing,
             .doc = std::move(doc),
             .done = std::move(done),
             .example = std::move(example),
             .deadline = std::chrono::minutes(10),
             .switches_off = switches_off},
            Action{.probe = pulse(),
                   .judge = judge,
                   .command =
                       [linux_flag, windows_flag](const Value&, const Context& context) {
                           if (context.host->os == Os::Linux) return Command::program({"shutdown", linux_flag, "now"});
                           return Command::program({"shutdown.exe", windows_flag, "/t", "0"});
                       },
                   .complaint = complaint,
                   .arrived = std::move(arrived),
                   .poll = std::chrono::seconds(2),
                   .ends_link = true,
                   .touches = support::whole_machine()},
            {},
            {},
            {},
            may_shut_down};
}

}  // namespace

runtime::Module module() {
    return {
        .name = "machine",
        .doc = "Machines as such, Linux and Windows. Silence is never taken for \"off\".",
        .builtins = {answers(), boot_id(),
                     action(
                         "shutdown",
                         "Shuts the machine down. Silence alone counts as not verified: `done_when` asks who can tell that it is off, its "
                         "hypervisor or its power switch.",
                         "it does not answer any more", "on acd-store1 { machine.shutdown()  within 10m }", "-h", "/s", true, shut_down),
                     action("reboot", "Restarts the machine.", "it answers with another boot id",
                            "on acd-store1 { machine.reboot()  within 15m }", "-r", "/r", false, rebooted)},
        .detections = {},
        .residues = {},
        .sources = {"manual pages proc(5), shutdown(8); Windows: shutdown, Win32_OperatingSystem"},
        .evidence = {{runtime::Evidence::How::Real, "Debian 12"}, {runtime::Evidence::How::Manual, "Windows PowerShell 5.1"}},
        .rights = runtime::programs_only,
        .paths = {{"shutdown", "/usr/sbin/shutdown"}}};
}

}  // namespace stdlib::machine
