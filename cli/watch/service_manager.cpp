#include "cli/watch/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <string_view>

namespace cli {

namespace {

/// A path, or "@…" for an abstract name, whose first byte is 0. Of no length where it is not a name of a socket.
socklen_t address_of(std::string_view name, sockaddr_un& address) {
    if (name.empty() || name.size() >= sizeof address.sun_path) return 0;
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
}

}  // namespace

void tell_service_manager(const std::string& lines) {
    const char* name = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    const socklen_t size = address_of(name == nullptr ? "" : name, address);
    if (size == 0) return;
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return;
    sendto(socket, lines.data(), lines.size(), MSG_NOSIGNAL | MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&address), size);
    close(socket);
}

}  // namespace cli
