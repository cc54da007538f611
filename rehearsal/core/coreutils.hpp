// The commands that every Linux machine has and that belong to no system: echo, test, hostname …
#pragma once

#include <optional>
#include <string_view>

#include "rehearsal/core/answer.hpp"

namespace rehearsal {

/// Nothing where the command is none of them. Every file is there, and is an hour older than the world.
std::optional<Answer> answer_basics(const Invocation&, const World&);

/// What sh says where a machine has no such program: rc 127.
Answer command_not_found(std::string_view program);

}  // namespace rehearsal
