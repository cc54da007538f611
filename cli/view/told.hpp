// What views and reports say of an event in the same words.
#pragma once

#include <fmt/format.h>

#include <string>

#include "cli/terminal/words.hpp"
#include "runtime/event/types.hpp"

namespace cli {

/// Before what a person typed at the prompt of a statement that failed (Event::typed).
inline constexpr const char* at_the_prompt = "at the prompt: ";

/// Of a wait whose condition holds: "held 3s of 10s".
inline std::string held_for(const runtime::event::WaitProgress& e) {
    return fmt::format("held {} of {}", rounded(e.held.value_or(lang::Duration{})), rounded(e.holding));
}

}  // namespace cli
