// What the answers of a file leave open, seen before a run begins.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/answers/file.hpp"
#include "lang/analysis/requirements.hpp"

namespace cli {

/// The questions whose text is known and which the file does not answer, or answers with what they do not take; each in a sentence.
/// Not those in `answered`, and not those that only a failure brings up.
std::vector<std::string> open_questions(const lang::Requirements&, const Answers&, const std::set<std::string>& answered);

/// The answers to what is never asked, each in a sentence.
std::vector<std::string> idle_answers(const lang::Requirements&, const Answers&);

}  // namespace cli
