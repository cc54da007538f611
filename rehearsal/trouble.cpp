#include "rehearsal/trouble.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "lang/text/spell.hpp"

namespace rehearsal {

namespace {

using Words = std::vector<std::string>;

Words words_of_trouble(std::string_view text) {
    Words words;
    while (!text.empty()) {
        const std::size_t blank = std::min(text.find(' '), text.size());
        if (blank > 0) words.emplace_back(text.substr(0, blank));
        text.remove_prefix(std::min(blank + 1, text.size()));
    }
    return words;
}

/// `UNIT`
bool is_placeholder(const std::string& word) {
    return word.size() > 1 && std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Of "unit fails UNIT" the words "unit fails".
Words fixed_words(const Words& form) {
    Words fixed;
    std::copy_if(form.begin(), form.end(), std::back_inserter(fixed), [](const std::string& word) { return !is_placeholder(word); });
    return fixed;
}

std::string joined(const Words& words) { return fmt::format("{}", fmt::join(words, " ")); }

/// The form with what was written in the places of its placeholders.
std::string filled(const Words& form, const Words& written) {
    Words out = form;
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (!is_placeholder(out[i]) || i >= written.size()) continue;
        out[i] = i + 1 == out.size() ? joined(Words(written.begin() + static_cast<std::ptrdiff_t>(i), written.end())) : written[i];
    }
    return joined(out);
}

/// The form whose fixed words are nearest to those at the beginning of what was written, filled in.
std::optional<std::string> meant(const Words& written, const std::vector<TroublesOf>& all) {
    std::optional<std::string> best;
    std::size_t best_distance = 0;
    for (const TroublesOf& system : all) {
        for (const Trouble& trouble : system.troubles) {
            const Words form = words_of_trouble(trouble.form);
            const std::string fixed = joined(fixed_words(form));
            const bool has_place = fixed_words(form).size() < form.size();
            const std::size_t count = has_place ? std::min(fixed_words(form).size(), written.size()) : written.size();
            const std::string begin = joined(Words(written.begin(), written.begin() + static_cast<std::ptrdiff_t>(count)));
            // One that lacks what stands in the place of `UNIT` is as near as can be.
            if (begin != fixed && !lang::nearest(begin, {fixed})) continue;
            const std::size_t distance = lang::distance(begin, fixed);
            if (best && distance >= best_distance) continue;
            best = filled(form, written);
            best_distance = distance;
        }
    }
    return best;
}

/// Does one of the words name the system, or begin one of its troubles?
bool is_about(const Words& written, const TroublesOf& system) {
    return std::any_of(written.begin(), written.end(), [&](const std::string& word) {
        return word == system.system || std::any_of(system.troubles.begin(), system.troubles.end(),
                                                    [&](const Trouble& trouble) { return words_of_trouble(trouble.form).front() == word; });
    });
}

}  // namespace

bool is_written_as(std::string_view form, std::string_view text) {
    const Words wanted = words_of_trouble(form), written = words_of_trouble(text);
    const bool is_open = !wanted.empty() && is_placeholder(wanted.back());
    if (is_open ? written.size() < wanted.size() : written.size() != wanted.size()) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!is_placeholder(wanted[i]) && wanted[i] != written[i]) return false;
    }
    return true;
}

std::string advice_on_trouble(std::string_view words, const std::vector<TroublesOf>& all) {
    const Words written = words_of_trouble(words);
    if (const auto near = meant(written, all)) return fmt::format("did you mean \"{}\"?", *near);
    for (const TroublesOf& system : all) {
        if (!is_about(written, system)) continue;
        Words forms;
        for (const Trouble& trouble : system.troubles) forms.push_back(fmt::format("\"{}\"", trouble.form));
        return fmt::format("of {} there are {}; `procrun docs troubles` lists all of them", system.system, fmt::join(forms, ", "));
    }
    return "`procrun docs troubles` lists those that there are";
}

}  // namespace rehearsal
