// The name of one statement's turn in a run: the same in every run of the same text, so that a resume finds what was done.
#pragma once

#include <string>
#include <string_view>

namespace runtime {

/// Written `3.1/acd-jb1|systemd.stop("jtel")@acd-jb1#1~5f0c…`.
struct Key {
    std::string line;   ///< the step's number, then the calls of defines and the loop elements on the way: "3.1/acd-jb1"
    std::string label;  ///< the statement with its values: "systemd.stop(\"jtel\")"
    std::string host;   ///< empty where none is meant
    int ordinal = 1;    ///< the how-manieth of its like on this line
    /// What the statement says, with the values that it uses, as a number in hex: of a line that was changed it is another one. Nothing
    /// that masks hide has a part in it. May be empty.
    std::string meaning = {};

    std::string text() const;
    /// The text without the meaning: a line that was changed has the same.
    std::string place() const;
    /// "3.1", and "3"; empty outside of steps.
    std::string step() const;
    std::string outermost_step() const;
    /// The line of what a define does that this key calls.
    std::string inner_line() const;
    /// The line of what undoes it.
    std::string undo_line() const;

    /// Who does it: the walk through the text, or what stands beside it and may take back what the walk has done.
    enum class By { Walk, Undo, OnFailure, Prompt };
    By by() const;

    /// Reads what `text` wrote; a text that is none is a label alone.
    static Key read(std::string_view text);

    /// Is the turn of this key on the line of `earlier`, or on one that branched off it? (What is done on one host says
    /// nothing about another.)
    bool follows(const Key& earlier) const;
};

/// Beginnings of lines beside the walk: of the `on_failure` in a part of a run, and of what is typed at a prompt.
std::string on_failure_line(int part);
std::string typed_line();

/// What a statement says, as a number in hex.
std::string meaning_number(std::string_view what_it_says);

/// A loop element or a call as a part of a line: short, and without the signs that mean something there.
std::string line_part(std::string_view text);

}  // namespace runtime
