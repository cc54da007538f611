#include "stdlib/support/unreadable.hpp"

#include <fmt/format.h>

#include "stdlib/support/scan.hpp"

namespace stdlib::support {

lang::Value unreadable(std::string why, std::string_view output) {
    constexpr std::size_t worth_keeping = 400;
    return lang::Value::unknown(std::move(why), std::string(output.substr(0, worth_keeping)));
}

lang::Value integer_value(std::string_view text, std::string_view what) {
    if (const auto number = integer(text)) return *number;
    return unreadable(fmt::format("'{}' is no {}", first_line(text, 60), what), text);
}

}  // namespace stdlib::support
