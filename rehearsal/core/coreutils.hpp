// The commands that every Linux machine has and that belong to no system: echo, test, hostname … And what is said where there is nothing
// to answer: no program, nobody at a port, no model.
#pragma once

#include <optional>
#include <string_view>

#include "rehearsal/core/answer.hpp"

namespace rehearsal {

/// Nothing where the command is none of them. Every file is there, and is an hour older than the world.
std::optional<Answer> answer_basics(const Invocation&, const World&);

/// What sh says where a machine has no such program: rc 127.
Answer command_not_found(std::string_view program);

/// A port of a system that there is a model of, where nobody listens now.
Answer connection_refused();

/// No model answers it. `what` is the command or the request, as a person would write it.
Answer not_simulated(std::string_view what);

}  // namespace rehearsal
