// Expressions whose value is known before anything runs: what is made of literals, parameters, facts and the site's groups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lang/model/limits.hpp"
#include "lang/program/tree.hpp"

namespace lang {

/// One slot with an element of the list that is walked through.
struct Element {
    int slot = 0;
    const Value& value;
    const Element* outer = nullptr;  ///< of the list around it
};

/// What is known at a place of the program. A slot without a value is not known before the run.
struct Frame {
    std::span<const std::optional<Value>> slots = {};
    std::span<const std::optional<Value>> globals = {};  ///< slots of the program's frame, as a define sees them
    const Host* host = nullptr;                          ///< the current host; null where there is none or it is not known
    const Element* element = nullptr;                    ///< wins over `slots`
    std::span<const program::Define> defines = {};       ///< those that may be entered; none: a call of a define is not constant
    /// How many parts may still be looked at, of all expressions that share it; null: enough for one. Defines that call defines and lists
    /// within lists would take for ever otherwise.
    std::size_t* steps = nullptr;
};

/// The value that the expression has in every run, or nothing: where it asks a host, a builtin, a person or an earlier run, where
/// it needs a slot without a value, where a run would fail (`one of` without one match, an overflow), and where the checker has
/// refused a part that decides.
std::optional<Value> constant(const program::Expr&, const Frame&);

/// What is allowed to take some time (`within`, `every`, a timeout) needs more than nothing, and a hundred years at most. What is wrong
/// with this one, behind the name of the clause: "needs a time longer than 0s, and this is -5s"; empty where it fits.
std::string unfit_as_limit(Duration);

}  // namespace lang
