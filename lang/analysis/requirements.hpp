// What a run will ask of people and take of secrets, as far as that is known before it begins.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lang/program/tree.hpp"

namespace lang {

struct Requirements {
    /// A text as words with holes between them, which the run fills in. Without a hole it is known.
    using Parts = std::vector<std::optional<std::string>>;

    struct Question {
        enum class Kind {
            Confirm,   ///< yes or no
            Value,     ///< a value of `type`
            SignOff,   ///< what two persons sign
            Decision,  ///< what to do about a statement that failed
        } kind = Kind::Confirm;
        Type type = {};
        bool only_on_failure = false;  ///< in an `else`, an `undo`, an `on_failure`: a run that goes well never asks it
    };
    std::map<Parts, Question> questions;
    /// By their names: those that it names itself, and those that the machines and clusters need that it comes to.
    std::set<std::string> secrets;
};

/// Takes as long as the analysis of a check.
Requirements requirements_of(const program::Program&, const Catalog&);

}  // namespace lang
