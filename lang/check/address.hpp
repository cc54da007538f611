// What an `address` may be.
#pragma once

#include <string_view>

namespace lang::checker {

/// An IPv4 or IPv6 address, or a host name (RFC 1123).
bool is_address(std::string_view text);

}  // namespace lang::checker
