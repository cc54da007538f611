// What sc.exe prints of a service, taken apart by its shape: its labels come in the language of the machine, its numbers do not.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace stdlib::winsvc::sc {

///     SERVICE_NAME: robot5                              a line that begins at the margin; of a list DISPLAY_NAME follows
///             TYPE               : 10  WIN32_OWN_PROCESS
///             STATE              : 4  RUNNING
///                                     (STOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN)
///             WIN32_EXIT_CODE    : 0  (0x0)
///             …
struct Block {
    std::string_view name, display;        ///< `display` of a list only
    std::vector<std::string_view> values;  ///< of the lines "label : value", in their order

    /// query and queryex: TYPE, STATE, WIN32_EXIT_CODE, SERVICE_EXIT_CODE, CHECKPOINT, WAIT_HINT and, of queryex, PID and FLAGS.
    bool is_state() const;
    /// qc: TYPE, START_TYPE, ERROR_CONTROL, BINARY_PATH_NAME, …, DISPLAY_NAME, DEPENDENCIES, SERVICE_START_NAME.
    bool is_config() const;

    /// The decimal number that a value begins with; nothing where there is none.
    std::optional<std::int64_t> number(std::size_t at) const;
};

/// Where the values of a block stand.
inline constexpr std::size_t state_at = 1, exit_code_at = 2, own_exit_code_at = 3, pid_at = 6, start_type_at = 1;

struct Told {
    std::vector<Block> blocks;
    std::vector<std::int64_t> refusals;  ///< "[SC] StartService FAILED 1056:" is 1056
    bool more = false;                   ///< something else stands there that may tell of a service
};
Told read(std::string_view output);

}  // namespace stdlib::winsvc::sc
