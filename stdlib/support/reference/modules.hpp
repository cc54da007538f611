// The reference page of the modules, made from their signatures: `procrun docs`, and docs/stdlib.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/module.hpp"
#include "stdlib/support/reference/page.hpp"

namespace stdlib {

/// All modules, in their order.
std::string reference(const runtime::Registry&, Markup);

/// One module ("drbd", or by an alias "pacemaker"), one builtin ("drbd.status") or one type ("drbd.Status"); nothing where there is none of
/// that name.
std::optional<std::string> reference(const runtime::Registry&, std::string_view subject, Markup);

}  // namespace stdlib
