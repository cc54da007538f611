// A function for each case of a variant, as std::visit wants them.
#pragma once

#include <concepts>

namespace lang {

/// Cases that a visitor names and treats alike: with them named, it does not compile once there is another case.
template <typename Case, typename... Named>
concept AnyOf = (std::same_as<Case, Named> || ...);

template <typename... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace lang
