// The file that `--answers` names.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/person.hpp"

namespace cli {

/// One answer a line, `#` comments. What the procedure asks is named by its text, `"Login works" = yes`; what procrun itself asks by its
/// id, `failed lamp.light("x") on a = retry`. Either may be a beginning that ends in `*`. The first line that fits counts; what fits none
/// finds nobody. (A question of procrun's own is found by its text, too: files were written so before there were ids.)
struct Answers {
    struct Entry {
        std::string question, answer;
        bool is_id = false;
        int line = 0;
    };
    std::vector<Entry> entries;
    std::string path;

    /// The answer to it, or null.
    const std::string* find(const runtime::Question&) const;
};

/// Both throw UsageError, with `path` and the line where something does not read.
Answers read_answers(const std::string& path);
Answers answers_from(const std::string& text, const std::string& path);

std::unique_ptr<runtime::Person> answering_person(Answers, std::string operator_name);

}  // namespace cli
