#include "stdlib/winsvc/roster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "stdlib/support/scan.hpp"
#include "stdlib/winsvc/status.hpp"

namespace stdlib::winsvc {

namespace {

using lang::Value;
using nlohmann::json;

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view after_colon(std::string_view line) { return support::trimmed(line.substr(line.find(':') + 1)); }

}  // namespace

std::optional<std::vector<Entry>> roster_from_powershell(std::string_view output) {
    for (const std::string_view line : support::lines(output)) {
        const auto begin = line.find('{');
        if (begin == std::string_view::npos) continue;
        const json told = json::parse(line.substr(begin), nullptr, false);
        if (!told.is_object() || !told.contains("services") || !told["services"].is_array()) continue;
        std::vector<Entry> all;
        for (const json& one : told["services"]) {
            const bool is_entry =
                one.is_array() && one.size() == 3 && one[0].is_string() && one[1].is_string() && one[2].is_number_integer();
            if (!is_entry) return std::nullopt;
            all.push_back({one[0].get<std::string>(), one[1].get<std::string>(), one[2].get<std::int64_t>()});
        }
        return all;
    }
    return std::nullopt;
}

std::optional<std::vector<Entry>> roster_from_sc(std::string_view output) {
    std::vector<Entry> all;
    for (const std::string_view raw : support::lines(output)) {
        const std::string_view line = support::trimmed(raw);
        if (line.starts_with("SERVICE_NAME")) {
            all.push_back({std::string(after_colon(line)), {}, 0});
        } else if (!all.empty() && line.starts_with("DISPLAY_NAME")) {
            all.back().display = after_colon(line);
        } else if (!all.empty() && line.starts_with("STATE")) {
            const std::string_view state = after_colon(line);
            all.back().state = support::integer(state.substr(0, state.find(' '))).value_or(0);
        }
    }
    if (all.empty()) return std::nullopt;
    return all;
}

Value not_running(const std::vector<Entry>& all, const std::vector<std::string>& wanted, std::string_view host) {
    constexpr std::int64_t running = 4;
    const auto count = static_cast<std::int64_t>(state_type()->members.size());
    std::vector<Value> found;
    for (const std::string& name : wanted) {
        const auto it = std::find_if(all.begin(), all.end(),
                                     [&](const Entry& one) { return same_name(one.name, name) || same_name(one.display, name); });
        if (it == all.end()) {
            found.emplace_back(fmt::format("there is no service {} on {}", name, host));
        } else if (it->state < 1 || it->state > count) {
            return Value::unknown(fmt::format("Windows told the state {} of {}, which this program does not know", it->state, name));
        } else if (it->state != running) {
            found.emplace_back(
                fmt::format("the service {} is {} on {}", name, state_type()->members[static_cast<std::size_t>(it->state - 1)], host));
        }
    }
    return Value::list(std::move(found));
}

}  // namespace stdlib::winsvc
