// E03xx: types, effects and arguments.
#include "lang/codes.hpp"

namespace lang::codes {

std::span<const Code> types() { return {}; }

}  // namespace lang::codes
