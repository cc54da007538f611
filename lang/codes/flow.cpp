// E05xx and W06xx: flow: waits, steps, branches, empty sets, parameters; and warnings.
#include "lang/codes.hpp"

namespace lang::codes {

std::span<const Code> flow() { return {}; }

}  // namespace lang::codes
