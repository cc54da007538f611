#include "stdlib/support/readers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/command.hpp"

namespace stdlib::support {

using lang::Given;
using lang::Refusal;
using lang::Value;

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
}

lang::Reader text_reader(std::optional<std::string> (*why)(std::string_view), Empty empty) {
    return [why, empty](const Value& value, const Given&) -> std::optional<Refusal> {
        if (value.text().empty() && empty == Empty::Taken) return std::nullopt;
        if (auto refused = why(value.text())) return Refusal{std::move(*refused), {}};
        return std::nullopt;
    };
}

std::optional<std::string> no_name_of(std::string_view what, std::string_view name) {
    if (name.empty()) return fmt::format("{} has a name, and this is empty", what);
    if (has_control(name) || name.find(' ') != std::string_view::npos || name.find("\u00A0") != std::string_view::npos)
        return fmt::format("the name of {} has no blanks or line ends in it, and this is {}", what, Value(name).show());
    if (name.starts_with('-')) return fmt::format("the name of {} does not begin with `-`, and this is {}", what, Value(name).show());
    return std::nullopt;
}

lang::Reader longer_than_nothing() {
    return [](const Value& value, const Given&) -> std::optional<Refusal> {
        if (value.duration() > lang::Duration::zero()) return std::nullopt;
        return Refusal{fmt::format("it is a time of more than 0s, and this is {}", value.show()), {}};
    };
}

lang::Reader port_reader() {
    return [](const Value& value, const Given&) -> std::optional<Refusal> {
        if (auto why = runtime::no_port(value.integer())) return Refusal{std::move(*why), {}};
        return std::nullopt;
    };
}

}  // namespace stdlib::support
