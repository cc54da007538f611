// Does a load balancer agree with itself, and with another one?
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lang/model/value.hpp"

namespace stdlib::haproxy {

/// A text for everything that does not agree, an unknown for what could not be told: several processes, an old process that still answers,
/// a socket that takes no orders (`order_nothing`), workers from before a reload (`old_workers`),
/// a server that is out in one back end and in use in another, and what differs from the servers of `other` (none: not compared).
/// Servers of one name are one where they have the same `addresses`.
lang::Value disagreements(const lang::Value& servers, const std::map<std::string, std::string, std::less<>>& addresses,
                          std::string_view show_info, std::string_view ordered, const std::optional<lang::Value>& old_workers,
                          const lang::Value& other, std::string_view host);

/// An order without an object: whoever may give orders is told what is missing, everybody else that he may not.
inline constexpr std::string_view order_nothing = "set server";

}  // namespace stdlib::haproxy
