// What is wrong with a program, said so that its author can mend it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/text/source.hpp"

namespace lang {

enum class Severity { Error, Warning };

/// A second place that explains the first: "first defined here", "called from here".
struct Related {
    Span span;
    std::string message;
};

/// One finding. `code` is stable (see codes/explanations.hpp) and known to `procrun explain`.
struct Diagnostic {
    Severity severity = Severity::Error;
    std::string code;
    Span span;
    std::string message;           ///< one sentence: what is wrong
    std::string label;             ///< a few words under the carets, may be empty
    std::vector<Related> related;  ///< in the order in which they help
    std::string help;              ///< what to do next, may be empty
};

using Diagnostics = std::vector<Diagnostic>;

bool has_errors(const Diagnostics&);

/// Sorted by file and place; a finding that repeats another one's code and span is dropped.
void tidy(Diagnostics&);

/// The finding as a person reads it: message, place, source line with carets, related places, help. Ends with a newline.
/// Control characters of the source are shown as '?', tabs as blanks, long lines cut around the carets.
std::string render(const Diagnostic&, const Sources&, bool colour = false);

}  // namespace lang
