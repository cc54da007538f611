#include "stdlib/mysql/read/gtid.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "stdlib/support/scan.hpp"

namespace stdlib::mysql {

namespace {

/// MariaDB's origins are "domain-server"; a UUID has more hyphens.
bool is_mariadb(std::string_view origin) { return std::count(origin.begin(), origin.end(), '-') == 1; }

std::string_view domain_of(std::string_view origin) { return origin.substr(0, origin.find('-')); }

bool is_uuid(std::string_view text) { return text.size() == 36 && std::count(text.begin(), text.end(), '-') == 4; }

/// MySQL breaks long sets into lines.
std::string without_blanks(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') out += c;
    }
    return out;
}

}  // namespace

bool Gtids::add(const std::string& origin, std::string_view range) {
    const auto hyphen = range.find('-');
    const auto first = support::integer(range.substr(0, hyphen));
    const auto last = hyphen == std::string_view::npos ? first : support::integer(range.substr(hyphen + 1));
    if (!first || !last || *first < 1 || *last < *first) return false;
    Ranges& ranges = origins_[origin];
    // A server never tells ranges that overlap: what comes so is not a set.
    const auto next = ranges.upper_bound(*first);
    if (next != ranges.end() && next->first <= *last) return false;
    if (next != ranges.begin() && std::prev(next)->second >= *first) return false;
    ranges.emplace(*first, *last);
    return true;
}

std::optional<Gtids> Gtids::from(std::string_view text) {
    Gtids set;
    const std::string compact = without_blanks(text);
    for (const std::string_view one : support::split(compact, ',')) {
        if (one.empty()) continue;
        const auto parts = support::split(one, ':');
        if (parts.size() == 1) {
            const auto numbers = support::split(one, '-');
            if (numbers.size() != 3 || !support::integer(numbers[0]) || !support::integer(numbers[1])) return std::nullopt;
            // No transaction yet: "0-1-0".
            if (numbers[2] == "0") continue;
            if (!set.add(fmt::format("{}-{}", numbers[0], numbers[1]), fmt::format("1-{}", numbers[2]))) return std::nullopt;
            continue;
        }
        if (!is_uuid(parts[0])) return std::nullopt;
        std::string origin(parts[0]);
        for (std::size_t i = 1; i < parts.size(); ++i) {
            const bool is_tag = !parts[i].empty() && (parts[i][0] < '0' || parts[i][0] > '9');
            if (is_tag) {
                origin = fmt::format("{}:{}", parts[0], parts[i]);
            } else if (!set.add(origin, parts[i])) {
                return std::nullopt;
            }
        }
    }
    return set;
}

Gtids Gtids::without(const Gtids& other) const {
    Gtids left;
    for (const auto& [origin, ranges] : origins_) {
        const auto theirs = other.origins_.find(origin);
        for (const auto& [begin, last] : ranges) {
            std::int64_t first = begin;
            if (theirs != other.origins_.end()) {
                for (const auto& [from, to] : theirs->second) {
                    if (to < first || from > last) continue;
                    if (first < from) left.origins_[origin].emplace(first, from - 1);
                    first = to + 1;
                    if (first > last) break;
                }
            }
            if (first <= last) left.origins_[origin].emplace(first, last);
        }
    }
    return left;
}

Gtids Gtids::behind(const Gtids& position) const {
    Gtids left;
    for (const auto& [origin, ranges] : origins_) {
        const bool passed = std::any_of(position.origins_.begin(), position.origins_.end(), [&, &mine = origin, &own = ranges](auto& at) {
            return domain_of(at.first) == domain_of(mine) && at.second.rbegin()->second >= own.rbegin()->second;
        });
        if (!is_mariadb(origin) || !passed) left.origins_.emplace(origin, ranges);
    }
    return left;
}

Gtids Gtids::written_by(std::string_view uuid, std::int64_t server_id) const {
    Gtids own;
    for (const auto& [origin, ranges] : origins_) {
        const bool mine = is_mariadb(origin) ? origin.substr(origin.find('-') + 1) == fmt::to_string(server_id)
                                             : std::string_view(origin).substr(0, origin.find(':')) == uuid;
        if (mine) own.origins_.emplace(origin, ranges);
    }
    return own;
}

std::string Gtids::show() const {
    std::vector<std::string> all;
    for (const auto& [origin, ranges] : origins_) {
        if (is_mariadb(origin)) {
            all.push_back(fmt::format("{}-{}", origin, ranges.rbegin()->second));
            continue;
        }
        std::string one = origin;
        for (const auto& [first, last] : ranges) one += first == last ? fmt::format(":{}", first) : fmt::format(":{}-{}", first, last);
        all.push_back(std::move(one));
    }
    return fmt::format("{}", fmt::join(all, ","));
}

}  // namespace stdlib::mysql
