// Who answers: the person at the terminal, a file of answers, or the rehearsal itself.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/terminal/screen.hpp"
#include "runtime/person.hpp"

namespace cli {

/// What can be typed for a value of that type: "yes or no".
std::string expected_of(const lang::Type&);

/// Asks at the terminal. One question at a time; Ctrl-C ends it.
std::unique_ptr<runtime::Person> terminal_person(Screen&, runtime::Scheduler&, const runtime::Stop&, std::string operator_name);

/// `"question" = answer`, one a line, `#` comments; a question is a text or a prefix of it that ends in `*`. The first that fits
/// counts; what fits none finds nobody.
struct Answers {
    struct Entry {
        std::string question, answer;
    };
    std::vector<Entry> entries;
    std::string path;

    /// The answer to `question`, or null.
    const std::string* find(std::string_view question) const;
};
/// Throws std::runtime_error with file and line where the file does not read.
Answers read_answers(const std::string& path);
std::unique_ptr<runtime::Person> answering_person(Answers, std::string operator_name);

/// Signs everything off by itself, as "the rehearsal", and answers 0, "", no or 0s.
std::unique_ptr<runtime::Person> rehearsing_person();

/// There is nobody.
std::unique_ptr<runtime::Person> nobody();

}  // namespace cli
