// What a test needs of the machine it runs on.
#pragma once

#include <optional>
#include <string>

namespace real {

/// True where a part can run. Where it cannot, a line `skipped: PART: WHY` says so; with CI set the test fails as well, since what is
/// skipped there is never tested – unless PROCRUN_MAY_SKIP says that it is known. Where it can, a line `ran: PART` says that.
bool can_run(const std::string& part, const std::optional<std::string>& why_not);

/// Says `ran: PART` of what every machine must be able to run: the program is there, or the test fails.
void ran(const std::string& part);

}  // namespace real
