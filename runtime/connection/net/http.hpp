// Requests over HTTP and HTTPS, on libcurl: the connection is ours, what is spoken on it libcurl's.
#pragma once

#include <string_view>

#include "runtime/connection/net/dialogue.hpp"

namespace runtime {

/// The reply as network_connections gives it. Callable from several branches. Each request has a connection of its own, so none is ever
/// sent twice.
Reply ask_over_http(const Destination&, const HttpRequest&, std::string_view body);

}  // namespace runtime
