// The texts of an event, for whoever must look at all of them.
#pragma once

#include <functional>

#include "runtime/event/types.hpp"

namespace runtime {

/// Calls `see` for every text in it that a program, a host or a person may have written, keys included; it may change them.
void each_text(Event::Body&, const std::function<void(std::string&)>& see);
/// The same for those of them that procrun says to people (lang/text/prose.hpp).
void each_prose(Event::Body&, const std::function<void(std::string&)>& see);

}  // namespace runtime
