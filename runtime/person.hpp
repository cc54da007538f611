// The person who runs the procedure, or who stands in for her.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/type.hpp"
#include "runtime/scheduler.hpp"

namespace runtime {

/// What a person is asked: in words for her, and by kind and subject for who answers without reading.
struct Question {
    enum class Kind {
        Written,       ///< by the procedure itself; known by its text
        Failed,        ///< what to do about a statement that failed
        Skipped,       ///< why it is skipped
        Outcome,       ///< has what was sent done its work?
        SignedOff,     ///< is what was signed off still so?
        Undo,          ///< is what is pending to be undone?
        Silent,        ///< what to do without machines that do not answer
        FirstPerson,   ///< what is at stake in a dangerous action
        SecondPerson,  ///< who agrees to it
        ChangedText,   ///< is a run to go on whose text has changed in what was done?
        Lock,          ///< whose lock is broken?
        Gap,           ///< which branch is rehearsed where nothing simulates the condition?
    };
    Kind kind = Kind::Written;
    std::string about;  ///< `lamp.light("x") on a`; empty where there is but one of its kind, and of what is written
    std::string text;

    /// `failed lamp.light("x") on a`; of what is written: nothing.
    std::string id() const;
};

/// The word that an id begins with; empty of what is written. In the order of the kinds.
inline constexpr std::array<std::string_view, 12> question_words{
    "", "failed", "skipped", "outcome", "signed-off", "undo", "silent", "first-person", "second-person", "changed-text", "lock", "gap"};

/// What a word stands for; nothing where there is no such id.
inline std::optional<Question::Kind> question_kind(std::string_view word) {
    const auto found = std::find(question_words.begin() + 1, question_words.end(), word);
    if (found == question_words.end()) return std::nullopt;
    return static_cast<Question::Kind>(found - question_words.begin());
}

inline std::string Question::id() const {
    std::string id(question_words.at(static_cast<std::size_t>(kind)));
    return about.empty() ? id : id + ' ' + about;
}

struct Reaction {
    enum class Kind {
        Yes,      ///< confirmed, or answered in `text`
        No,       ///< told that it is not so
        Nobody,   ///< there is nobody to ask
        Expired,  ///< no answer in time, or interrupted
    } kind = Kind::Nobody;
    std::string text;
    std::string by;  ///< "alice", "alice by answers.txt", "the rehearsal"
};

/// One of the ways to go on that a person is offered.
struct Option {
    std::string word;     ///< what she types: "retry", "abort"
    std::string meaning;  ///< one line
};

class Person {
  public:
    virtual ~Person() = default;
    /// "Is it so?" Waits until `until` at most.
    virtual Reaction confirm(const std::string& text, Time until) = 0;
    /// A value of `type` as text; asked again until it reads as one.
    virtual Reaction ask(const Question& question, const lang::Type& type, Time until) = 0;
    /// Which of them? The word chosen, in Reaction::text.
    virtual Reaction choose(const Question& question, const std::vector<Option>& options, Time until) = 0;
    /// A dangerous action needs two persons. The first one, where `first` is empty, types what is at stake; the second one, whose name
    /// is not `first`, types her name and agrees. Each is told in Reaction::by.
    virtual Reaction sign(const Question& question, const std::string& stake, const std::string& first, Time until) = 0;
    /// A password or passphrase, not echoed. Nothing where nobody can answer.
    virtual std::optional<std::string> secret(const std::string& prompt) = 0;
};

}  // namespace runtime
