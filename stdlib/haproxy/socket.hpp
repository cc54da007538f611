// HAProxy's admin socket, spoken to through socat on the load balancer, or through Python where that is not installed. The socket has no
// exit status: an empty answer is success, any text an error.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/module.hpp"

namespace stdlib::haproxy {

/// What is found out about a host once: what can speak to the socket, and how many processes share the work there (`nbproc`, until
/// HAProxy 2.4): a socket reaches one of them.
inline constexpr auto detected_client = "haproxy.client", detected_processes = "haproxy.processes";
runtime::Read find_client();
runtime::Read count_processes();

/// Why it is not a socket of HAProxy, which is a path or "address:port", or none of its master process, which is a path; nothing where it
/// is one.
std::optional<std::string> no_socket(std::string_view socket);
std::optional<std::string> no_master(std::string_view socket);

/// What the haproxy cluster of the host says under this key.
std::optional<std::string> setting(const runtime::Context&, const std::string& key);

/// One line of commands, parted by ";", sent to the socket of the host's haproxy cluster (`socket`: a path, or "address:port";
/// else /run/haproxy/admin.sock).
runtime::Command send(const runtime::Context&, std::string_view line);
/// The same to another socket on the host.
runtime::Command send_to(const std::string& socket, const runtime::Context&, std::string_view line);

/// Why the socket could not be asked, and what to do; nothing where it was.
std::optional<std::string> refusal(const runtime::Reply&, const runtime::Context&);
std::optional<std::string> refusal(const runtime::Reply&, const std::string& socket);

/// After commands that answer nothing: HAProxy's words, or why it was not reached.
std::optional<std::string> complaint(const runtime::Reply&, const runtime::Context&);

/// A field of `show info`, "Nbproc: 1"; nothing where there is none.
std::optional<std::string> info_field(std::string_view show_info, std::string_view name);

}  // namespace stdlib::haproxy
