#include "stdlib/systemd/residues.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"
#include "stdlib/systemd/status.hpp"

namespace stdlib::systemd {

namespace {

using lang::Value;
using runtime::Command;
using runtime::Context;
using runtime::Reply;

bool has_units(const lang::Host& host, const lang::Site&) { return host.os == lang::Os::Linux && !units_of(host).empty(); }

Command show(const std::string& unit) { return Command::program({"systemctl", "show", "-p", std::string(properties), "--", unit}); }

Value failed_left(std::span<const Reply> replies, const Context& context) {
    const Reply& reply = replies.front();
    if (reply.truncated) return Value::unknown("systemctl wrote more than can be read");
    if (!reply.ok()) return support::unreadable("systemctl: " + reply.describe(), reply.err);
    std::vector<Value> found;
    for (const std::string_view line : support::lines(reply.out)) {
        const auto words = support::words(line);
        if (words.empty()) continue;
        if (words.size() < 3 || words[2] != "failed") return support::unreadable("systemctl wrote no list of failed units", reply.out);
        const std::string unit(words[0]);
        found.push_back(runtime::thing(fmt::format("{} has failed on {}", unit, context.host->name), "failed " + unit, {unit}));
    }
    return Value::list(std::move(found));
}

/// The states as they stand; what starts or stops just now is told as that. One unit that cannot be told leaves the others.
Value states_left(std::span<const Reply> replies, const Context& context) {
    const auto units = units_of(*context.host);
    std::vector<Value> found;
    for (std::size_t i = 0; i < units.size() && i < replies.size(); ++i) {
        const std::string unit = fmt::format("{} on {}", units[i], context.host->name);
        const Value status = replies[i].ok() ? status_from(replies[i].out) : Value::unknown(replies[i].describe());
        if (status.is_unknown() || status.field("active").is_unknown()) {
            found.push_back(Value::unknown(unit + ": " + (status.is_unknown() ? status : status.field("active")).why_unknown().why));
            continue;
        }
        const bool missing = !status.field("load").is_unknown() && status.field("load").member_name() == "NotFound";
        const std::string state(missing ? "not there" : status.field("active").member_name());
        found.push_back(runtime::thing(fmt::format("{} is {}", unit, state), fmt::format("{}: {}", full_name(units[i]), state),
                                       {units[i], full_name(units[i])}));
    }
    return Value::list(std::move(found));
}

}  // namespace

std::vector<std::string> units_of(const lang::Host& host) {
    std::vector<std::string> units;
    const auto add = [&](const Value& value) {
        const auto* text = std::get_if<lang::Text>(&value.payload());
        if (text == nullptr || no_name(text->value)) return;
        if (std::find(units.begin(), units.end(), text->value) == units.end()) units.push_back(text->value);
    };
    if (const auto unit = host.facts.find("unit"); unit != host.facts.end()) add(unit->second);
    if (const auto many = host.facts.find("units"); many != host.facts.end()) {
        if (const auto* list = std::get_if<std::shared_ptr<const lang::List>>(&many->second.payload())) {
            for (const Value& unit : (*list)->items) add(unit);
        }
    }
    return units;
}

runtime::Residue failed_units() {
    return {
        .name = "failed units",
        .query = {.read = {.commands =
                               [](const Context&) {
                                   return std::vector{Command::program({"systemctl", "list-units", "--failed", "--plain", "--no-legend"})};
                               },
                           .value = failed_left},
                  .reads = support::everything("systemd")},
        .applies = has_units};
}

runtime::Residue site_units() {
    return {.name = "the site's units",
            .query = {.read = {.commands =
                                   [](const Context& context) {
                                       std::vector<Command> commands;
                                       for (const std::string& unit : units_of(*context.host)) commands.push_back(show(unit));
                                       return commands;
                                   },
                               .value = states_left},
                      .reads = support::everything("systemd")},
            .applies = has_units};
}

}  // namespace stdlib::systemd
