// The name of one statement's turn in a run: the same in every run of the same text, so that a resume finds what was done.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace runtime {

/// A thing with fields, in memory and in the journal: nothing is read out of a printed one. Ordered so that a line stands before all that
/// goes on from it.
struct Key {
    /// A turn on the way to a line.
    struct Part {
        enum class Kind {
            Element,    ///< of a loop; the number tells equal ones apart
            Call,       ///< of a define, by its label and ordinal
            Branch,     ///< of a `parallel`, from 1
            Attempt,    ///< of a step, from 2, and how deep that step stands in others
            Undo,       ///< of what has this label and ordinal
            OnFailure,  ///< in this part of the run
            Prompt,     ///< typed by a person
        };
        Kind kind = Kind::Element;
        std::string text = {};
        int number = 1;
        int level = 0;

        friend bool operator==(const Part&, const Part&);
        friend bool operator<(const Part&, const Part&);
    };
    using Path = std::vector<Part>;

    std::string step = {};  ///< "3.1"; empty outside of steps
    Path path = {};
    std::string label = {};  ///< the statement with its values: "systemd.stop(\"jtel\")"
    std::string host = {};   ///< empty where none is meant
    int ordinal = 1;         ///< which one of those that are alike on this line
    /// What the statement says, with the values that it uses, as a number in hex: of a line that was changed it is another one. Nothing
    /// that masks hide has a part in it. May be empty.
    std::string meaning = {};

    friend bool operator==(const Key&, const Key&);
    friend bool operator<(const Key&, const Key&);

    /// No statement's.
    bool empty() const { return label.empty() && path.empty(); }
    /// Without the meaning: a line that was changed has the same.
    Key place() const;
    /// "3" of "3.1"; empty outside of steps.
    std::string outermost_step() const { return step.substr(0, step.find('.')); }
    /// The number of the outermost step; 0 outside of steps, and in a step that the text does not have any more.
    int outermost_number() const;
    /// Of an outermost `parallel`, or the one in an outermost step, that it is in, from 1; 0: of none.
    int branch() const;
    /// The way to what a define does that this key calls.
    Path inner_path() const;
    /// The way to what undoes it.
    Path undo_path() const;

    /// Who does it: the walk through the text, or what stands beside it and may take back what the walk has done.
    enum class By { Walk, Undo, OnFailure, Prompt };
    By by() const;

    /// Is it on the line of `earlier`, or on one that goes on from it: in its calls and loops, in its inner steps where it has neither?
    bool goes_on_from(const Key& earlier) const;
    /// The same, on the host of `earlier`: what is done on one host says nothing about another.
    bool follows(const Key& earlier) const { return goes_on_from(earlier) && (earlier.host.empty() || earlier.host == host); }
    /// Is it that call, or done by the define that is called there? That is what the undo of the call takes back.
    bool belongs_to(const Key& call) const { return *this == call || follows({.step = call.step, .path = call.inner_path()}); }
};

/// What a statement says, as a number in hex.
std::string meaning_number(std::string_view what_it_says);

/// A loop element or a label as a part of a path: as much of it as is needed to know it by.
std::string short_part(std::string_view text);

/// Calls `see` for every text in it that a program or a host may have written; it may change them.
void each_text(Key&, const std::function<void(std::string&)>& see);

}  // namespace runtime
