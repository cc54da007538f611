// Which hosts a program can come to.
#pragma once

#include <set>

#include "lang/program/tree.hpp"

namespace lang {

/// The hosts that stand in its statements, in the defines that these call, and in its parameters. All of the site where a host
/// may come from elsewhere: a fact, another run.
std::set<const Host*> named_hosts(const program::Program&);

}  // namespace lang
