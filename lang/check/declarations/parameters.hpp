// `param`: declared with a type, given on the command line as a text or by default.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lang/check/declarations/sites.hpp"
#include "lang/check/environment.hpp"
#include "lang/program/tree.hpp"

namespace lang::checker {

/// Declares them in the program's frame, in their order from slot 0 on, each with its value. Those without one are reported
/// together, as are values that nobody asks for and values of another type.
std::vector<program::Parameter> read_parameters(const Declarations&, const std::map<std::string, std::string>& given, Environment&);

}  // namespace lang::checker
