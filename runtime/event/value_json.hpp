// Values as JSON text: what the journal keeps of them, readable again by their type.
#pragma once

#include <string>

#include "lang/model/site.hpp"
#include "lang/model/value.hpp"

namespace runtime {

/// Unknown is {"unknown": why}, and {"unknown": why, "not_simulated": mend} for that cause; durations and times are milliseconds; hosts and
/// enumeration members their names; a secret is null.
std::string value_to_json(const lang::Value&);

/// Reads it back. What does not fit `type` (a host that the site lost, a member that went) is unknown, with the reason.
lang::Value value_from_json(const std::string& text, const lang::Type& type, const lang::Site& site);

/// The same, where no type was written down but a value of it is there. Unknown where that does not say enough.
lang::Value value_from_json_like(const std::string& text, const lang::Value& example, const lang::Site& site);

}  // namespace runtime
