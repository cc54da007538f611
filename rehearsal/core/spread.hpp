// How long things take in the simulated site: spread over a range, yet the same in every rehearsal.
#pragma once

#include <string_view>

#include "lang/model/value.hpp"

namespace rehearsal {

/// A duration of whole seconds in [least, most], decided by the names alone: "acd-jb1", "wildfly start" always take as long.
lang::Duration spread(lang::Duration least, lang::Duration most, std::string_view of, std::string_view what);

/// A number in [0, below), decided by the names alone.
unsigned pick(unsigned below, std::string_view of, std::string_view what);

}  // namespace rehearsal
