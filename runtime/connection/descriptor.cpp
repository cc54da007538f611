#include "runtime/connection/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace runtime {

void Descriptor::close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
}

Pipe make_pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return {};
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

void set_nonblocking(const Descriptor& descriptor) {
    fcntl(descriptor.number(), F_SETFL, fcntl(descriptor.number(), F_GETFL) | O_NONBLOCK);
}

bool wait_ready(std::span<pollfd> watched, Duration patience) {
    using Steady = std::chrono::steady_clock;
    // An hour at a time: poll counts in int, and whoever waits for ever can wait again.
    patience = std::clamp(patience, Duration{0}, Duration{std::chrono::hours{1}});
    const auto until = Steady::now() + patience;
    for (;;) {
        const auto left = std::chrono::ceil<Duration>(until - Steady::now());
        const int ready = poll(watched.data(), watched.size(), static_cast<int>(std::max(left, Duration{0}).count()));
        if (ready >= 0 || errno != EINTR) return ready > 0;
    }
}

}  // namespace runtime
