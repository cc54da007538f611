#include "lang/analysis/branches.hpp"

#include <algorithm>
#include <map>

namespace lang::analysis {

namespace {

bool are_different_objects(const Footprint& one, const Footprint& other) {
    return one.system == other.system && one.system != "machine" && one.object != "*" && other.object != "*" && one.object != other.object;
}

/// About something else: different objects of one system, or the same action with other arguments.
bool told_apart(const Act& one, const Act& other) {
    const auto apart_from_all = [&](const Footprint& touched) {
        return std::all_of(other.touches.begin(), other.touches.end(),
                           [&](const Footprint& another) { return are_different_objects(touched, another); });
    };
    if (!one.touches.empty() && !other.touches.empty() && std::all_of(one.touches.begin(), one.touches.end(), apart_from_all)) return true;
    if (one.span != other.span) return false;
    for (std::size_t i = 0; i < one.arguments.size() && i < other.arguments.size(); ++i) {
        if (!one.arguments[i] || !other.arguments[i]) continue;
        const Value same = equal(*one.arguments[i], *other.arguments[i]);
        if (!same.is_unknown() && !same.boolean()) return true;
    }
    return false;
}

}  // namespace

std::vector<Conflict> Branches::close() {
    const std::vector<std::size_t> starts = std::move(sets_.back().starts);
    sets_.pop_back();
    struct Noted {
        std::size_t branch;
        const Act* act;
    };
    std::map<const Host*, std::vector<Noted>> seen;
    std::map<std::pair<std::size_t, std::size_t>, Conflict> conflicts;
    std::size_t comparisons = 100'000;  // bounds what many branches on one machine may cost
    constexpr std::size_t most = 50;
    for (std::size_t branch = 0; branch < starts.size(); ++branch) {
        const std::size_t end = branch + 1 < starts.size() ? starts[branch + 1] : acts_.size();
        for (std::size_t i = starts[branch]; i < end; ++i) {
            auto& earlier = seen[acts_[i].host];
            for (const Noted& other : earlier) {
                if (comparisons == 0 || conflicts.size() == most) break;
                --comparisons;
                if (other.branch == branch || told_apart(*other.act, acts_[i])) continue;
                auto& conflict =
                    conflicts.try_emplace({other.branch, branch}, Conflict{other.branch, branch, *other.act, acts_[i], {}}).first->second;
                if (std::find(conflict.hosts.begin(), conflict.hosts.end(), acts_[i].host) == conflict.hosts.end()) {
                    conflict.hosts.push_back(acts_[i].host);
                }
            }
            earlier.push_back({branch, &acts_[i]});
        }
    }
    if (sets_.empty()) acts_.clear();
    std::vector<Conflict> out;
    for (auto& [branches, conflict] : conflicts) out.push_back(std::move(conflict));
    return out;
}

}  // namespace lang::analysis
