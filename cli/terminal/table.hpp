// Values as a person reads them: a list of records is a table, a record has a line a field.
#pragma once

#include <string>

#include "lang/model/value.hpp"

namespace cli {

/// Ends with a newline. Control characters are made visible, cells longer than 60 characters are cut.
std::string table(const lang::Value&);

}  // namespace cli
