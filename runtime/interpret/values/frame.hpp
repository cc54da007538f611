// Where a program keeps its bindings while it runs.
#pragma once

#include <vector>

#include "lang/model/site.hpp"
#include "lang/model/value.hpp"

namespace runtime {

using lang::Value;

/// The bindings of the program, or of one call of a define. A branch works on a copy of its own.
struct Frame {
    std::vector<Value> slots;
    Frame* globals = nullptr;          ///< the program's frame, seen from inside a define; null in that frame itself
    const lang::Host* host = nullptr;  ///< what `on` chose

    const Value& global(int index) const { return (globals != nullptr ? globals->slots : slots)[static_cast<std::size_t>(index)]; }
    Value& operator[](int slot) { return slots[static_cast<std::size_t>(slot)]; }
};

}  // namespace runtime
