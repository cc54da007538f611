// What a statement says, in full: what a resume knows a line of the text by.
#pragma once

#include <set>
#include <string>

#include "lang/program/tree.hpp"

namespace runtime {

/// Its words as the check understood them, so that comments, blanks and the way a value is written make no difference; with the values of
/// the parameters, facts and groups in it, the addresses of the machines, and the defines that it calls. Secrets are names. Two texts of
/// it are equal where both say the same.
///
/// Of a line, only what makes it this line: not how long it may take, what is said or done where it fails, and what undoes it. Statements
/// inside of it are lines of their own.
struct Meaning {
    std::string meaning;              ///< bindings are names in it
    std::set<int> bindings, globals;  ///< those that it uses: slots of its frame, and from inside a define those of the program's
};
/// `here` is the machine that the line is done on; null where none is. `in_define`: it stands in a define, whose frame is its own.
Meaning line_of(const lang::program::Stmt&, const lang::program::Program&, const lang::Catalog&, const lang::Host* here, bool in_define);

/// Of a step, all that stands in it.
std::string meaning_of_step(const lang::program::Step&, const lang::program::Program&, const lang::Catalog&);

/// A value, with the addresses of the machines in it.
std::string meaning_of_value(const lang::Value&);

}  // namespace runtime
