// Which servers a call means, and how a load balancer is asked for them: what queries and orders share.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "runtime/module.hpp"

namespace stdlib::haproxy {

lang::Parameter server_parameter();
lang::Parameter backend_parameter();
lang::Parameter name_parameter();  ///< of the server in HAProxy

/// Over the page, or of the first two replies that `read_servers` asks for. Unknown where it was refused, or is not understood.
lang::Value servers_of(std::span<const runtime::Reply>, const runtime::Context&);

using Then = lang::Value (*)(const lang::Value& servers, const runtime::Context&);
/// Every server of every back end, and what `Then` makes of them.
runtime::Read read_servers(Then);

/// Those that the call names; none is not an error.
std::vector<lang::Value> matching(const lang::Value& servers, const runtime::Context&);
std::string not_there(const runtime::Context&);  ///< what to say then

std::vector<runtime::Footprint> every_server(const runtime::Context&);
std::vector<runtime::Footprint> one_server(const runtime::Context&);

}  // namespace stdlib::haproxy
