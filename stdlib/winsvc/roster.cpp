#include "stdlib/winsvc/roster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "runtime/module.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/winsvc/block.hpp"
#include "stdlib/winsvc/status.hpp"

namespace stdlib::winsvc {

namespace {

using lang::Value;
using nlohmann::json;

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// Windows takes Ä and ä for one letter. Which letters belong together so is not known here: but where all others do, these may.
bool may_be_same_name(std::string_view a, std::string_view b) {
    const auto plain = [](std::string_view name) {
        std::string out(name);
        std::erase_if(out, [](unsigned char c) { return c >= 0x80; });
        return out;
    };
    const auto is_plain = [&](std::string_view name) { return plain(name).size() == name.size(); };
    return !is_plain(a) && !is_plain(b) && same_name(plain(a), plain(b));
}

/// As Windows looks for one: by its name, and else by its display name.
const Entry* entry_called(const std::vector<Entry>& all, std::string_view name, bool (*same)(std::string_view, std::string_view)) {
    for (std::string Entry::*const which : {&Entry::name, &Entry::display}) {
        const auto it = std::find_if(all.begin(), all.end(), [&](const Entry& one) { return same(one.*which, name); });
        if (it != all.end()) return &*it;
    }
    return nullptr;
}

}  // namespace

std::optional<Roster> roster_from_powershell(std::string_view output) {
    for (const std::string_view line : support::lines(output)) {
        const auto begin = line.find('{');
        if (begin == std::string_view::npos) continue;
        const json told = json::parse(line.substr(begin), nullptr, false);
        if (!told.is_object() || !told.contains("services") || !told["services"].is_array()) continue;
        // A service that we may not see is not missing.
        Roster all{.entries = {}, .whole = told.value("denied", 0) == 0};
        for (const json& one : told["services"]) {
            const bool is_entry =
                one.is_array() && one.size() == 3 && one[0].is_string() && one[1].is_string() && one[2].is_number_integer();
            if (!is_entry) return std::nullopt;
            all.entries.push_back({one[0].get<std::string>(), one[1].get<std::string>(), one[2].get<std::int64_t>()});
        }
        return all;
    }
    return std::nullopt;
}

std::optional<Roster> roster_from_sc(std::string_view output) {
    // Where the list is longer than its buffer, sc.exe says so.
    Roster all{.entries = {}, .whole = output.find("[SC]") == std::string_view::npos};
    for (const sc::Block& block : sc::read(output).blocks) {
        const std::int64_t state = block.is_state() ? block.number(sc::state_at).value_or(0) : 0;
        // One whose display name is not told may be called so.
        all.whole = all.whole && !block.display.empty();
        all.entries.push_back({std::string(block.name), std::string(block.display), state});
    }
    if (all.entries.empty()) return std::nullopt;
    return all;
}

std::string without_capitals(std::string name) {
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

Value not_running(const Roster& all, const std::vector<std::string>& wanted, std::string_view host) {
    constexpr std::int64_t running = 4;
    const auto count = static_cast<std::int64_t>(state_type()->members.size());
    std::vector<Value> found;
    for (const std::string& name : wanted) {
        const std::string known = without_capitals(name);
        const Entry* const it = entry_called(all.entries, name, same_name);
        if (it == nullptr) {
            if (entry_called(all.entries, name, may_be_same_name) != nullptr)
                return Value::unknown(fmt::format("whether {} is one of the services of {} cannot be told: capitals", name, host));
            if (!all.whole)
                return Value::unknown(fmt::format("not all services of {} were told, and {} is none of those that were", host, name));
            found.push_back(
                runtime::thing(fmt::format("there is no service {} on {}", name, host), fmt::format("{}: not there", known), {known}));
        } else if (it->state < 1 || it->state > count) {
            return Value::unknown(fmt::format("Windows told the state {} of {}, which this program does not know", it->state, name));
        } else if (it->state != running) {
            const std::string& state = state_type()->members[static_cast<std::size_t>(it->state - 1)];
            found.push_back(
                runtime::thing(fmt::format("the service {} is {} on {}", name, state, host), fmt::format("{}: {}", known, state), {known}));
        }
    }
    return Value::list(std::move(found));
}

}  // namespace stdlib::winsvc
