#pragma once

namespace cli {

/// "0.1.0"
const char* version();

}  // namespace cli
