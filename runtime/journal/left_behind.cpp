#include "runtime/journal/left_behind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace runtime {

namespace {

bool is_name_letter(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_'; }

/// "acd-jb1" stands in "acd-lb2 has jb/acd-jb1 in MAINT", and not in "acd-jb11 is offline".
bool names(std::string_view text, std::string_view name) {
    if (name.empty()) return false;
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        if ((at == 0 || !is_name_letter(text[at - 1])) && (end == text.size() || !is_name_letter(text[end]))) return true;
    }
    return false;
}

std::string module_of(const Found& found) { return found.said.residue.substr(0, found.said.residue.find(':')); }

/// Is an item announced by what an action touched there? Where the host was not read, `item` says why.
bool covers(const event::Named& touched, const Found& found, const std::string& item, bool was_read) {
    const std::size_t blank = touched.value.find(' ');
    const std::string system = touched.value.substr(0, blank), object = touched.value.substr(blank + 1);
    if (system == "machine") return touched.name == found.host || names(item, touched.name);
    if (!was_read || touched.name != found.host || system != module_of(found)) return false;
    return object == "*" || object == found.object || names(item, object);
}

/// Those that told nothing at all: one reason is enough.
std::set<std::string> silent_hosts(const std::vector<Found>& all) {
    std::set<std::string> silent;
    for (const Found& found : all) silent.insert(found.host);
    for (const Found& found : all) {
        if (found.said.unknown.empty() || !found.said.items.empty()) silent.erase(found.host);
    }
    return silent;
}

struct Comparison {
    const std::vector<event::Left>& leaves;
    event::LeftBehind result{};
    std::set<std::string> before{};  ///< all that was there, on whichever host it was read
    std::set<std::string> told{};
    std::map<std::pair<std::string_view, std::string_view>, bool> read_at_start{};  ///< by host and residue: was all of it known?

    bool known_at_start(const Found& now) const {
        const auto then = read_at_start.find({now.host, now.said.residue});
        return then != read_at_start.end() && then->second;
    }

    const event::Left* leave_of(const Found& found, const std::string& item, bool was_read) const {
        for (const event::Left& leave : leaves) {
            const auto covering = [&](const event::Named& touched) { return covers(touched, found, item, was_read); };
            if (std::any_of(leave.touches.begin(), leave.touches.end(), covering)) return &leave;
        }
        return nullptr;
    }

    void tell(const Found& found, const std::string& item) {
        if (before.contains(item) || !told.insert(item).second) return;
        if (const event::Left* leave = leave_of(found, item, true)) {
            result.announced.push_back({item, leave->until});
        } else if (known_at_start(found)) {
            result.others.push_back(item);
        } else {
            result.not_known.push_back(item + ": whether it was so at the start is not known");
        }
    }

    void tell_unknown(const Found& found, const std::string& why) {
        const std::string item = names(why, found.host) ? why : fmt::format("{}, {}: {}", found.host, found.said.residue, why);
        if (!told.insert(item).second) return;
        if (const event::Left* leave = leave_of(found, item, false)) {
            result.announced.push_back({item, leave->until});
        } else {
            result.not_known.push_back(item);
        }
    }
};

}  // namespace

event::LeftBehind left_behind(const std::vector<Found>& start, const std::vector<Found>& end, const std::vector<event::Left>& leaves,
                              const std::optional<EarlierRun>& earlier) {
    Comparison comparison{leaves};
    std::set<std::string> there, hosts, doubtful;
    for (const Found& found : start) {
        comparison.before.insert(found.said.items.begin(), found.said.items.end());
        comparison.read_at_start.try_emplace({found.host, found.said.residue}, found.said.unknown.empty());
    }
    if (earlier) {
        for (const Found& found : earlier->found) comparison.before.insert(found.said.items.begin(), found.said.items.end());
    }
    // What several hosts say of their cluster is judged by one that was read both times, where there is one.
    for (const bool judge_known : {true, false}) {
        for (const Found& found : end) {
            if (comparison.known_at_start(found) != judge_known) continue;
            for (const std::string& item : found.said.items) comparison.tell(found, item);
        }
    }
    const std::set<std::string> silent = silent_hosts(end);
    for (const Found& found : end) {
        const bool said_before = silent.contains(found.host) && hosts.contains(found.host);
        for (const std::string& why : found.said.unknown) {
            if (!said_before) comparison.tell_unknown(found, why);
        }
        there.insert(found.said.items.begin(), found.said.items.end());
        hosts.insert(found.host);
        if (!found.said.unknown.empty()) doubtful.insert(found.host);
    }
    event::LeftBehind& result = comparison.result;
    if (earlier) {
        result.earlier = earlier->name;
        for (const event::Named& left : earlier->left.announced) {
            const auto in_doubt = [&](const std::string& host) { return names(left.name, host); };
            if (comparison.told.contains(left.name) || std::any_of(doubtful.begin(), doubtful.end(), in_doubt)) continue;
            (there.contains(left.name) ? result.still : result.taken_back).push_back(left.name);
        }
    }
    result.compared = static_cast<std::int64_t>(hosts.size() - doubtful.size());
    return std::move(result);
}

}  // namespace runtime
