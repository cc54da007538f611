// E04xx: sites: hosts, facts, groups, clusters, secrets, scenes.
#include "lang/codes.hpp"

namespace lang::codes {

std::span<const Code> site() { return {}; }

}  // namespace lang::codes
