// A word to the service manager that started us, where one did: systemd's sd_notify(3) is a datagram to the socket that it names.
#pragma once

#include <string>

namespace cli {

/// "READY=1", "STATUS=…", a line each. Where nobody listens nothing happens.
void tell_service_manager(const std::string& lines);

}  // namespace cli
