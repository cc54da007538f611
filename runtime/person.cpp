#include "runtime/person.hpp"

#include <algorithm>
#include <array>

namespace runtime {

namespace {

constexpr std::array<std::string_view, 11> words{"",       "failed",       "skipped",       "outcome",      "signed-off", "undo",
                                                 "silent", "first-person", "second-person", "changed-text", "lock"};

}  // namespace

std::string_view word(Question::Kind kind) { return words.at(static_cast<std::size_t>(kind)); }

std::optional<Question::Kind> question_kind(std::string_view word) {
    const auto found = std::find(words.begin() + 1, words.end(), word);
    if (found == words.end()) return std::nullopt;
    return static_cast<Question::Kind>(found - words.begin());
}

std::vector<std::string> question_words() { return {words.begin() + 1, words.end()}; }

std::string Question::id() const {
    std::string id(word(kind));
    return about.empty() ? id : id + ' ' + about;
}

}  // namespace runtime
