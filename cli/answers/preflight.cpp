#include "cli/answers/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/operator/persons.hpp"
#include "lang/syntax/read_value.hpp"
#include "lang/text/spell.hpp"

namespace cli {

namespace {

using lang::Requirements;
using Question = Requirements::Question;

/// The text of a question without holes; null where a run has to fill it in.
const std::string* known_text(const Requirements::Parts& parts) { return parts.size() == 1 && parts.front() ? &*parts.front() : nullptr; }

bool is_in_words(const Question& question) { return question.kind == Question::Kind::Confirm || question.kind == Question::Kind::Value; }

/// May `text` be the whole question? A hole takes any words.
bool may_be(std::string_view text, const Requirements::Parts& parts) {
    std::size_t at = 0;
    bool anywhere = false;  // behind a hole
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!parts[i]) {
            anywhere = true;
            continue;
        }
        const bool is_last = i + 1 == parts.size();
        const std::size_t found = !anywhere ? at
                                  : is_last ? text.size() - std::min(text.size(), parts[i]->size())
                                            : text.find(*parts[i], at);
        if (found == std::string_view::npos || found < at || text.substr(found, parts[i]->size()) != *parts[i]) return false;
        at = found + parts[i]->size();
        anywhere = false;
    }
    return anywhere || at == text.size();
}

/// May the question begin with `prefix`?
bool may_begin(std::string_view prefix, const Requirements::Parts& parts) {
    for (const auto& part : parts) {
        if (!part || part->starts_with(prefix)) return true;
        if (!prefix.starts_with(*part)) return false;
        prefix.remove_prefix(part->size());
    }
    return prefix.empty();
}

/// Of ids those are looked for whose subject the text of the procedure tells: the statements that may fail, and the dangerous ones.
bool may_be_id(const Answers::Entry& entry, const Requirements& requirements) {
    using Id = runtime::Question::Kind;
    const std::size_t space = entry.question.find(' ');
    if (space == std::string::npos) return true;
    const Id id = runtime::question_kind(entry.question.substr(0, space)).value_or(Id::Written);
    const bool is_failure = id == Id::Failed || id == Id::Skipped || id == Id::Outcome;
    if (!is_failure && id != Id::FirstPerson && id != Id::SecondPerson) return true;
    const bool is_prefix = entry.question.ends_with('*');
    const std::string_view about =
        std::string_view(entry.question).substr(space + 1, entry.question.size() - space - 1 - (is_prefix ? 1 : 0));
    return std::any_of(requirements.questions.begin(), requirements.questions.end(), [&](const auto& one) {
        if (one.second.kind != (is_failure ? Question::Kind::Decision : Question::Kind::SignOff)) return false;
        return is_prefix ? may_begin(about, one.first) : may_be(about, one.first);
    });
}

bool is_asked(const Answers::Entry& entry, const Requirements& requirements) {
    if (entry.is_id) return may_be_id(entry, requirements);
    const bool is_prefix = entry.question.ends_with('*');
    const std::string_view text = std::string_view(entry.question).substr(0, entry.question.size() - (is_prefix ? 1 : 0));
    return std::any_of(requirements.questions.begin(), requirements.questions.end(),
                       [&](const auto& one) { return is_prefix ? may_begin(text, one.first) : may_be(text, one.first); });
}

/// What the answer should have been; empty where it fits.
std::string unfit(const Requirements::Question& question, const std::string& answer) {
    if (question.kind == Question::Kind::Confirm) return answer == "yes" || answer == "no" ? "" : "yes or no";
    return !answer.empty() && lang::read_value(answer, question.type, nullptr) ? "" : expected_of(question.type);
}

std::string with_suggestion(std::string sentence, const std::string& word, const std::vector<std::string>& known) {
    const auto near = lang::nearest(word, known);
    return near ? fmt::format("{}: did you mean \"{}\"?", sentence, *near) : sentence;
}

}  // namespace

std::vector<std::string> open_questions(const Requirements& requirements, const Answers& answers, const std::set<std::string>& answered) {
    std::vector<std::string> open;
    for (const auto& [parts, question] : requirements.questions) {
        const std::string* text = known_text(parts);
        if (text == nullptr || question.only_on_failure || !is_in_words(question) || answered.contains(*text)) continue;
        const std::string* answer = answers.find({.kind = runtime::Question::Kind::Written, .about = {}, .text = *text});
        if (answer == nullptr) {
            open.push_back(fmt::format("{} has no answer to \"{}\"", answers.path, *text));
        } else if (const std::string wanted = unfit(question, *answer); !wanted.empty()) {
            open.push_back(fmt::format("{} answers `{}` to \"{}\", expected {}", answers.path, *answer, *text, wanted));
        }
    }
    return open;
}

std::vector<std::string> idle_answers(const Requirements& requirements, const Answers& answers) {
    std::vector<std::string> questions;
    for (const auto& [parts, question] : requirements.questions) {
        const std::string* text = known_text(parts);
        if (text != nullptr && is_in_words(question)) questions.push_back(*text);
    }
    std::vector<std::string> idle;
    for (const Answers::Entry& entry : answers.entries) {
        if (is_asked(entry, requirements)) continue;
        const std::string asked = entry.is_id ? entry.question : fmt::format("\"{}\"", entry.question);
        idle.push_back(with_suggestion(fmt::format("{} answers {}, which is never asked", answers.path, asked), entry.question, questions));
    }
    return idle;
}

}  // namespace cli
