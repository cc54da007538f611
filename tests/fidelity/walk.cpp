#include "tests/fidelity/walk.hpp"

#include <algorithm>
#include <optional>
#include <random>

#include "tests/fidelity/known.hpp"

namespace fidelity {

namespace {

using Steps = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

constexpr std::size_t longest = 20;  ///< steps of one walk
constexpr int most_replays = 100;    ///< to shrink one of them,
constexpr auto longest_shrinking = std::chrono::minutes(2);

/// What the two sides show otherwise than each other.
std::vector<Difference> differences(const Both& both, const Steps& steps) {
    std::vector<Difference> all;
    const auto said = [](const Seen& seen, const std::string& subject) {
        const auto it = seen.find(subject);
        return it == seen.end() ? std::string("(nothing)") : it->second;
    };
    const auto compare = [&](const std::string& subject) {
        const std::string real = said(both.real, subject), model = said(both.model, subject);
        if (real != model) all.push_back({.steps = steps, .subject = subject, .real = real, .model = model});
    };
    for (const auto& [subject, _] : both.real) compare(subject);
    for (const auto& [subject, _] : both.model) {
        if (!both.real.contains(subject)) compare(subject);
    }
    return all;
}

/// The first difference without a reason that a walk meets.
std::optional<Difference> play(System& system, const Steps& steps) {
    system.begin();
    Steps taken;
    for (const std::string& step : steps) {
        taken.push_back(step);
        for (Difference& found : differences(system.take(step), taken)) {
            if (reason_of(system.name(), found).empty()) return found;
        }
    }
    return std::nullopt;
}

/// Delta debugging: leaves out ever smaller parts, as long as the same subject differs. Ends with a walk of which no single step can be
/// left out, or when that has taken long enough.
Difference shrink(System& system, Difference found) {
    int replays = 0;
    const auto begun = Clock::now();
    const auto may_go_on = [&] { return replays < most_replays && Clock::now() - begun < longest_shrinking; };
    const auto still = [&](const Steps& steps) -> std::optional<Difference> {
        ++replays;
        auto again = play(system, steps);
        return again && again->subject == found.subject ? again : std::nullopt;
    };
    if (auto again = still(found.steps)) {
        found = *again;
    } else {
        found.comes_again = false;
        return found;
    }
    for (std::size_t part = std::max<std::size_t>(found.steps.size() / 2, 1); part > 0 && may_go_on();) {
        bool shorter = false;
        for (std::size_t at = 0; at < found.steps.size() && found.steps.size() > 1 && may_go_on();) {
            Steps without = found.steps;
            const auto first = without.begin() + static_cast<std::ptrdiff_t>(at);
            without.erase(first, first + static_cast<std::ptrdiff_t>(std::min(part, without.size() - at)));
            if (auto again = without.empty() ? std::nullopt : still(without)) {
                found = *again;
                shorter = true;
            } else {
                at += part;
            }
        }
        if (!shorter) part /= 2;
        part = std::min(part, found.steps.size());
    }
    return found;
}

bool is_same(const Difference& one, const Difference& other) {
    return one.subject == other.subject && one.real == other.real && one.model == other.model;
}

}  // namespace

Findings walk(System& system, std::uint64_t seed, Bounds bounds) {
    Findings findings{.system = system.name(), .version = system.version(), .seed = seed, .known = {}, .unexplained = {}};
    for (const auto& why : reasons(system.name())) findings.known[why] = 0;
    const auto started = Clock::now();
    const auto is_over = [&] { return findings.commands >= bounds.commands || Clock::now() - started >= bounds.time; };
    std::mt19937_64 random(seed);
    const auto below = [&random](std::size_t count) { return static_cast<std::size_t>(random() % count); };

    for (; !is_over(); ++findings.sequences) {
        system.begin();
        Steps taken;
        std::optional<Difference> met;
        // Each walk is drawn as a whole: where a difference ends it early, the next one is the same all the same.
        Steps drawn(1 + below(longest));
        for (std::string& step : drawn) step = system.steps()[below(system.steps().size())];
        for (std::size_t i = 0; i < drawn.size() && !met && !is_over(); ++i) {
            taken.push_back(drawn[i]);
            const Both both = system.take(drawn[i]);
            ++findings.commands;
            findings.answers += both.real.size();
            for (Difference& found : differences(both, taken)) {
                const std::string why = reason_of(system.name(), found);
                if (!why.empty()) {
                    ++findings.known[why];
                } else if (!met) {
                    met = std::move(found);
                }
            }
        }
        const auto is_new = [&](const Difference& found) {
            return std::none_of(findings.unexplained.begin(), findings.unexplained.end(),
                                [&](const Difference& one) { return is_same(one, found); });
        };
        if (!met || !is_new(*met)) continue;
        Difference shortest = shrink(system, *met);  // which may show it in the words of another one
        if (is_new(shortest)) findings.unexplained.push_back(std::move(shortest));
    }
    findings.seconds = std::chrono::duration<double>(Clock::now() - started).count();
    return findings;
}

}  // namespace fidelity
