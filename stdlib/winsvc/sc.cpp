#include "stdlib/winsvc/sc.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"
#include "stdlib/winsvc/block.hpp"
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

Value told_as_number(const Block& block, std::size_t at, const char* what) {
    const auto value = block.number(at);
    return value ? Value(*value) : Value::unknown(fmt::format("sc.exe did not tell {} as a number", what));
}

Value state_from(const Block& block) {
    const auto state = block.number(state_at);
    const auto count = static_cast<std::int64_t>(state_type()->members.size());
    if (state && *state >= 1 && *state <= count) return lang::EnumMember{state_type(), static_cast<std::size_t>(*state - 1)};
    return Value::unknown(state ? fmt::format("sc.exe told the state {}, which this program does not know", *state)
                                : "sc.exe told no state as a number");
}

/// 0 to 4, the order of the members.
Value start_type_from(const Block* config) {
    const auto type = config == nullptr ? std::nullopt : config->number(start_type_at);
    const auto count = static_cast<std::int64_t>(start_type_type()->members.size());
    if (type && *type >= 0 && *type < count) return lang::EnumMember{start_type_type(), static_cast<std::size_t>(*type)};
    return Value::unknown("sc.exe told no start type that this program knows");
}

/// The third from the end, in the versions that tell the group and the tag, too.
Value display_from(const Block* config) {
    if (config == nullptr) return Value::unknown("sc.exe did not tell it");
    return config->values[config->values.size() - 3];
}

/// 1066 stands for "see the service's own code".
Value exit_code_from(const Block& block) {
    constexpr std::int64_t service_specific = 1066;
    const bool own = block.number(exit_code_at) == service_specific;
    return told_as_number(block, own ? own_exit_code_at : exit_code_at, "its exit code");
}

}  // namespace

Command status(std::string_view service) {
    const Quoted name{std::string(service)};
    // Of GetKeyName's answer, "Name = robot5", the line with the equals sign is taken, in whatever language it is. Where that language
    // needs two words for it, the answer itself, at the end, says that there is a service.
    return Command::script({Verbatim{"chcp 65001 >nul 2>nul & sc queryex "}, name, Verbatim{" & sc qc "}, name,
                            Verbatim{" & for /f \"tokens=1,2*\" %a in ('sc GetKeyName "}, name,
                            Verbatim{"') do @if \"%b\"==\"=\" (sc queryex \"%c\" & sc qc \"%c\") & sc GetKeyName "}, name});
}

Command start(std::string_view name) { return Command::program({"sc", "start", std::string(name)}); }

Command stop(std::string_view name) { return Command::program({"sc", "stop", std::string(name)}); }

Command states() { return Command::script({Verbatim{"chcp 65001 >nul 2>nul & sc queryex type= service state= all bufsize= 262144"}}); }

Value status_from(std::string_view output) {
    const Told told = read(output);
    if (!told.blocks.empty() && told.blocks.front().is_state()) {
        const Block& state = told.blocks.front();
        const auto config = std::find_if(told.blocks.begin() + 1, told.blocks.end(),
                                         [&](const Block& block) { return block.name == state.name && block.is_config(); });
        const Block* found = config == told.blocks.end() ? nullptr : &*config;
        return support::record(status_type(), {{"exists", true},
                                               {"name", state.name},
                                               {"display_name", display_from(found)},
                                               {"state", state_from(state)},
                                               {"start_type", start_type_from(found)},
                                               {"exit_code", exit_code_from(state)},
                                               {"pid", told_as_number(state, pid_at, "its process id")}});
    }
    for (const std::int64_t code : told.refusals) {
        if (code != no_such_service) return support::unreadable(fmt::format("sc.exe was refused with {}: {}", code, meaning(code)), output);
    }
    // What cannot be read is not missing.
    if (!told.blocks.empty() || told.more || told.refusals.empty())
        return support::unreadable(fmt::format("the status of a service was expected; {}", support::quoted_output(output)), output);
    return missing_status();
}

std::optional<std::string> complaint(const runtime::Reply& reply) {
    if (reply.ending != runtime::Ending::Exited) return std::nullopt;
    const auto codes = read(reply.out).refusals;
    if (codes.empty()) return reply.ok() ? std::nullopt : std::optional(reply.describe());
    if (codes.front() == runs_already || codes.front() == not_active) return std::nullopt;
    return fmt::format("it was refused with {}: {}", codes.front(), meaning(codes.front()));
}

}  // namespace stdlib::winsvc::sc
