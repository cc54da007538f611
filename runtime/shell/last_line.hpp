// The last line that a running command has written, told no more often than a person can read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lang/model/value.hpp"

namespace runtime {

class LastLine {
  public:
    explicit LastLine(lang::Time started) : told_(started) {}

    /// Takes more output; answers the last whole line where it is time to tell one. A line without its end is never told: what
    /// masks secrets must see them whole.
    std::optional<std::string> hear(std::string_view bytes, lang::Time now);

  private:
    std::string unfinished_;  ///< bounded by `longest_unfinished`
    std::string line_;        ///< not told yet
    lang::Time told_;
};

}  // namespace runtime
