#include "runtime/journal/left_behind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace runtime {

event::Thing Found::thing(const event::Item& item) const {
    return {.identity = {.where = said.where, .module = said.module, .residue = said.residue, .item = item.item},
            .about = item.about,
            .text = item.text};
}

namespace {

bool is_about(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Is a thing announced by what an action touched? `item` is null where the host could not tell.
bool covers(const event::Touched& touched, const Found& found, const event::Item* item) {
    if (touched.system == "machine") return touched.host == found.host || (item != nullptr && is_about(item->about, touched.host));
    if (item == nullptr || touched.host != found.host || touched.system != found.said.module) return false;
    return touched.object == "*" || touched.object == found.object || is_about(item->about, touched.object);
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

using Identities = std::set<event::Identity>;

void add(Identities& all, const Found& found) {
    for (const event::Item& item : found.said.items) all.insert(found.thing(item).identity);
}

/// One residue, read on one host.
using OneReading = std::tuple<std::string_view, std::string_view, std::string_view>;
OneReading one_reading(const Found& found) { return {found.host, found.said.module, found.said.residue}; }

struct Comparison {
    const std::vector<event::Left>& leaves;
    std::string not_comparable{};  ///< earlier runs before which it may have been so
    event::LeftBehind result{};
    Identities before{};  ///< all that was there, on whichever host it was read
    Identities told{};
    std::set<std::string> reasons{};             ///< that were told
    std::map<OneReading, bool> read_at_start{};  ///< was all of it known?

    bool known_at_start(const Found& now) const {
        const auto then = read_at_start.find(one_reading(now));
        return then != read_at_start.end() && then->second;
    }

    const event::Left* leave_of(const Found& found, const event::Item* item) const {
        for (const event::Left& leave : leaves) {
            const auto covering = [&](const event::Touched& touched) { return covers(touched, found, item); };
            if (std::any_of(leave.touches.begin(), leave.touches.end(), covering)) return &leave;
        }
        return nullptr;
    }

    void tell(const Found& found, const event::Item& item) {
        event::Thing thing = found.thing(item);
        if (before.contains(thing.identity) || !told.insert(thing.identity).second) return;
        if (const event::Left* leave = leave_of(found, &item)) {
            result.announced.push_back({std::move(thing), leave->until});
        } else if (!known_at_start(found)) {
            result.not_known.push_back(thing.text + ": whether it was so at the start is not known");
        } else if (!not_comparable.empty()) {
            result.not_known.push_back(fmt::format("{}: whether it was so before {} is not known", thing.text, not_comparable));
        } else {
            result.others.push_back(std::move(thing));
        }
    }

    /// `is_silent`: the host told nothing at all.
    void tell_unknown(const Found& found, const std::string& why, bool is_silent) {
        const std::string text = is_silent ? fmt::format("{} told nothing: {}", found.host, why)
                                           : fmt::format("{}, {}: {}: {}", found.host, found.said.module, found.said.residue, why);
        if (!reasons.insert(text).second) return;
        event::Thing thing = found.thing({.item = {}, .about = {found.host}, .text = text});
        told.insert(thing.identity);
        if (const event::Left* leave = leave_of(found, nullptr)) {
            result.announced.push_back({std::move(thing), leave->until});
        } else {
            result.not_known.push_back(text);
        }
    }
};

}  // namespace

event::LeftBehind left_behind(const std::vector<Found>& start, const std::vector<Found>& end, const std::vector<event::Left>& leaves,
                              const std::optional<EarlierRun>& earlier) {
    Comparison comparison{leaves};
    Identities there;
    std::set<std::string> hosts, doubtful;
    for (const Found& found : start) {
        add(comparison.before, found);
        comparison.read_at_start.try_emplace(one_reading(found), found.said.unknown.empty());
    }
    if (earlier) {
        for (const Found& found : earlier->found) add(comparison.before, found);
        comparison.not_comparable = earlier->not_comparable;
    }
    // What several hosts say of their cluster is judged by one that was read both times, where there is one.
    for (const bool judge_known : {true, false}) {
        for (const Found& found : end) {
            if (comparison.known_at_start(found) != judge_known) continue;
            for (const event::Item& item : found.said.items) comparison.tell(found, item);
        }
    }
    const std::set<std::string> silent = silent_hosts(end);
    for (const Found& found : end) {
        const bool is_silent = silent.contains(found.host);
        const bool said_before = is_silent && hosts.contains(found.host);
        for (const std::string& why : found.said.unknown) {
            if (!said_before) comparison.tell_unknown(found, why, is_silent);
        }
        add(there, found);
        hosts.insert(found.host);
        if (!found.said.unknown.empty()) doubtful.insert(found.host);
    }
    event::LeftBehind& result = comparison.result;
    if (earlier) {
        result.earlier = earlier->name;
        for (const event::LeftBehind::Announced& left : earlier->left.announced) {
            const event::Thing& thing = left.thing;
            const auto in_doubt = [&](const std::string& host) { return thing.identity.where == host || is_about(thing.about, host); };
            if (comparison.told.contains(thing.identity) || std::any_of(doubtful.begin(), doubtful.end(), in_doubt)) continue;
            (there.contains(thing.identity) ? result.still : result.taken_back).push_back(thing);
        }
        if (!earlier->not_comparable.empty()) {
            result.not_known.push_back(
                fmt::format("whether what {} left on purpose is still there: the journal of procrun 0.1 does not tell "
                            "it in a way that it could be compared by",
                            earlier->not_comparable));
        }
    }
    result.compared = static_cast<std::int64_t>(hosts.size() - doubtful.size());
    return std::move(result);
}

}  // namespace runtime
