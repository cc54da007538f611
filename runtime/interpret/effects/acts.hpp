// Does a program change anything? One that only looks needs no lock, and leaves nothing behind.
#pragma once

#include "lang/program/tree.hpp"

namespace runtime {

bool acts(const lang::program::Block&);
bool acts(const lang::program::Program&);

}  // namespace runtime
