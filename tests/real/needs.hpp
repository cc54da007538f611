// What a test needs of the machine it runs on.
#pragma once

#include <optional>
#include <string>

namespace real {

/// True where a part can run. Where it cannot, a line `skipped: PART: WHY` says so; with CI set the test fails as well, since what is
/// skipped there is never tested – unless PROCRUN_MAY_SKIP says that it is known.
bool can_run(const std::string& part, const std::optional<std::string>& why_not);

}  // namespace real
