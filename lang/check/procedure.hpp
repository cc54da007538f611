// A procedure with its site: from the files to a Program.
#pragma once

#include <map>
#include <string>

#include "lang/check/declarations/files.hpp"
#include "lang/check/declarations/sites.hpp"
#include "lang/check/environment.hpp"
#include "lang/check/lower/defines.hpp"
#include "lang/check/lower/statements.hpp"
#include "lang/program/tree.hpp"

namespace lang::checker {

/// Reads all that the files declare and do. Findings are in `environment.report`; the program is whole where there are none.
program::Program read_procedure(const CheckRequest&, const Files&, Environment&);

/// The declarations of all files: site, defines, needs. Returns the scene in which rehearsals start.
std::string read_declarations(const Declarations&, const Files&, Environment&);

/// What the procedure keeps, by name. A value whose type cannot be told has type Nothing.
std::map<std::string, Type> keeps_of(const CheckRequest&);

}  // namespace lang::checker
