// The service manager that started us, where one did.
#pragma once

#include <string>

namespace cli {

/// "READY=1", "STATUS=…", a line each: systemd's sd_notify(3) is a datagram to the socket that NOTIFY_SOCKET names. Where nobody listens
/// nothing happens, and nobody is waited for.
void tell_service_manager(const std::string& lines);

}  // namespace cli
