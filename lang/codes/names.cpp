// E02xx: names that are not there, or there twice.
#include "lang/codes.hpp"

namespace lang::codes {

std::span<const Code> names() { return {}; }

}  // namespace lang::codes
