// Damaged texts for readers of output: a few hundred of them, always the same, in the tests; new ones for as long as
// `./dev fuzz SECONDS` says (PROCRUN_FUZZ_SECONDS). In the long run the last text stays in build/fuzz/last-input: what broke a reader.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace support {

/// Calls `read` with each text as it is, cut off at many places, and changed a little or a lot: bytes replaced, pieces lost, repeated,
/// moved.
void with_damage(const std::vector<std::string>& texts, const std::function<void(const std::string&)>& read);

}  // namespace support
