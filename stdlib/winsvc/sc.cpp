#include "stdlib/winsvc/sc.hpp"

#include <fmt/format.h>

#include <vector>

#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"
#include "stdlib/winsvc/status.hpp"

namespace stdlib::winsvc::sc {

namespace {

using lang::Value;
using runtime::Command;
using runtime::Quoted;
using runtime::Verbatim;

/// System Error Codes.
constexpr std::int64_t access_denied = 5, dependents_run = 1051, did_not_answer = 1053, database_locked = 1055, runs_already = 1056,
                       is_disabled = 1058, no_such_service = 1060, takes_no_orders = 1061, not_active = 1062, dependency_failed = 1068,
                       logon_failed = 1069, marked_for_deletion = 1072;

/// "        STATE              : 4  RUNNING" → "4  RUNNING"; nothing where the line is another.
std::optional<std::string_view> labelled(std::string_view line, std::string_view label) {
    line = support::trimmed(line);
    if (!line.starts_with(label)) return std::nullopt;
    line = support::trimmed(line.substr(label.size()));
    if (!line.starts_with(':')) return std::nullopt;
    return support::trimmed(line.substr(1));
}

/// What sc.exe tells of one service, from its name to the next one.
struct Block {
    std::string_view name;
    std::vector<std::string_view> lines;

    std::optional<std::string_view> text(std::string_view label) const {
        for (const std::string_view line : lines) {
            if (const auto value = labelled(line, label)) return value;
        }
        return std::nullopt;
    }
    /// The number that the value begins with: what follows is its name.
    std::optional<std::int64_t> number(std::string_view label) const {
        const auto value = text(label);
        return value ? support::integer(value->substr(0, value->find(' '))) : std::nullopt;
    }
    Value told(std::string_view label) const {
        const auto value = number(label);
        return value ? Value(*value) : Value::unknown(fmt::format("sc.exe did not tell {} as a number", label));
    }
};

std::vector<Block> blocks(std::string_view output) {
    std::vector<Block> all;
    for (const std::string_view line : support::lines(output)) {
        if (const auto name = labelled(line, "SERVICE_NAME")) {
            all.push_back({*name, {}});
        } else if (!all.empty()) {
            all.back().lines.push_back(line);
        }
    }
    return all;
}

/// "[SC] StartService FAILED 1056:" → 1056: the last number before the colon, whatever the language of the words.
std::vector<std::int64_t> refusals(std::string_view output) {
    std::vector<std::int64_t> codes;
    for (std::string_view line : support::lines(output)) {
        line = support::trimmed(line);
        if (!line.starts_with("[SC]") || !line.ends_with(':')) continue;
        line.remove_suffix(1);
        if (const auto code = support::integer(line.substr(line.rfind(' ') + 1))) codes.push_back(*code);
    }
    return codes;
}

std::string meaning(std::int64_t code) {
    switch (code) {
        case access_denied:
            return "access denied: log in as an administrator";
        case dependents_run:
            return "services that are running depend on it: stop them first (sc enumdepend names them)";
        case did_not_answer:
            return "it did not answer in time";
        case database_locked:
            return "the service database is locked";
        case is_disabled:
            return "it is disabled: set its start type first";
        case no_such_service:
            return "there is no such service";
        case takes_no_orders:
            return "it takes no orders now";
        case dependency_failed:
            return "a service that it depends on did not start";
        case logon_failed:
            return "its account could not log on";
        case marked_for_deletion:
            return "it is marked for deletion: close every window that shows services, or restart Windows";
        default:
            return "see the System Error Codes of Windows";
    }
}

Value state_from(const Block& block) {
    const auto state = block.number("STATE");
    const auto count = static_cast<std::int64_t>(state_type()->members.size());
    if (state && *state >= 1 && *state <= count) return lang::EnumMember{state_type(), static_cast<std::size_t>(*state - 1)};
    return Value::unknown(state ? fmt::format("sc.exe told the state {}, which this program does not know", *state)
                                : "sc.exe told no state as a number");
}

/// 0 to 4, the order of the members.
Value start_type_from(const Block* config) {
    const auto type = config == nullptr ? std::nullopt : config->number("START_TYPE");
    const auto count = static_cast<std::int64_t>(start_type_type()->members.size());
    if (type && *type >= 0 && *type < count) return lang::EnumMember{start_type_type(), static_cast<std::size_t>(*type)};
    return Value::unknown("sc.exe told no start type that this program knows");
}

/// 1066 stands for "see the service's own code".
Value exit_code_from(const Block& block) {
    constexpr std::int64_t service_specific = 1066;
    return block.told(block.number("WIN32_EXIT_CODE") == service_specific ? "SERVICE_EXIT_CODE" : "WIN32_EXIT_CODE");
}

}  // namespace

Command status(std::string_view service) {
    const Quoted name{std::string(service)};
    // Of GetKeyName's answer, "Name = robot5", the line with the equals sign is taken, in whatever language it is.
    return Command::script({Verbatim{"chcp 65001 >nul 2>nul & sc queryex "}, name, Verbatim{" & sc qc "}, name,
                            Verbatim{" & for /f \"tokens=1,2*\" %a in ('sc GetKeyName "}, name,
                            Verbatim{"') do @if \"%b\"==\"=\" (sc queryex \"%c\" & sc qc \"%c\")"}});
}

Command start(std::string_view name) { return Command::program({"sc", "start", std::string(name)}); }

Command stop(std::string_view name) { return Command::program({"sc", "stop", std::string(name)}); }

Command states() { return Command::script({Verbatim{"chcp 65001 >nul 2>nul & sc queryex type= service state= all bufsize= 262144"}}); }

Value status_from(std::string_view output) {
    const std::vector<Block> all = blocks(output);
    const Block *state = nullptr, *config = nullptr;
    for (const Block& block : all) {
        if (state == nullptr && block.text("STATE")) state = &block;
        if (config == nullptr && state != nullptr && block.name == state->name && block.text("START_TYPE")) config = &block;
    }
    if (state != nullptr) {
        const auto display = config == nullptr ? std::nullopt : config->text("DISPLAY_NAME");
        return support::record(status_type(), {{"exists", true},
                                               {"name", state->name},
                                               {"display_name", display ? Value(*display) : Value::unknown("sc.exe did not tell it")},
                                               {"state", state_from(*state)},
                                               {"start_type", start_type_from(config)},
                                               {"exit_code", exit_code_from(*state)},
                                               {"pid", state->told("PID")}});
    }
    const auto codes = refusals(output);
    for (const std::int64_t code : codes) {
        if (code != no_such_service) return support::unreadable(fmt::format("sc.exe was refused with {}: {}", code, meaning(code)), output);
    }
    if (codes.empty())
        return support::unreadable(fmt::format("the status of a service was expected; {}", support::quoted_output(output)), output);
    return missing_status();
}

std::optional<std::string> complaint(const runtime::Reply& reply) {
    if (reply.ending != runtime::Ending::Exited) return std::nullopt;
    const auto codes = refusals(reply.out);
    if (codes.empty()) return reply.ok() ? std::nullopt : std::optional(reply.describe());
    if (codes.front() == runs_already || codes.front() == not_active) return std::nullopt;
    return fmt::format("it was refused with {}: {}", codes.front(), meaning(codes.front()));
}

}  // namespace stdlib::winsvc::sc
