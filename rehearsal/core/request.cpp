#include "rehearsal/core/request.hpp"

#include <charconv>

namespace rehearsal {

std::optional<PortRequest> read_port_request(const Invocation& call) {
    const std::string& url = call.words.back();
    const auto scheme = url.find("://");
    if (scheme == std::string::npos || call.words.size() > 2) return std::nullopt;
    const bool tcp = call.words.size() == 1;
    if (tcp != url.starts_with("tcp://")) return std::nullopt;
    const auto slash = std::min(url.find('/', scheme + 3), url.size());
    const auto colon = url.rfind(':', slash);
    PortRequest request{.port = 0, .method = tcp ? "" : call.words.front(), .target = url.substr(slash)};
    const auto [end, error] = std::from_chars(url.data() + colon + 1, url.data() + slash, request.port);
    if (error != std::errc{} || end != url.data() + slash) return std::nullopt;
    return request;
}

}  // namespace rehearsal
