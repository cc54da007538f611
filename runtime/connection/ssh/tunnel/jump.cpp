#include "runtime/connection/ssh/tunnel/jump.hpp"

#include "runtime/connection/ssh/route.hpp"
#include "runtime/connection/ssh/tunnel/forward.hpp"

namespace runtime {

SshJumps::SshJumps(SshClient& client) : client_(client) {}
SshJumps::~SshJumps() = default;

std::string SshTunnel::why() const {
    const std::lock_guard lock(fate->mutex);
    return fate->why;
}

SshTunnel SshJumps::open(const std::string& jump, const SshTarget& target, const std::string& host, int port, Time until) {
    SshJump* last = nullptr;
    {
        const std::lock_guard lock(mutex_);
        std::unique_ptr<SshJump>& entry = jumps_[jump + '\n' + target.key];
        if (!entry) {
            const auto comma = jump.rfind(',');
            SshTarget hop = last_hop(jump);
            if (comma != std::string::npos) hop.jump = jump.substr(0, comma);
            hop.way = target.way;
            hop.way.push_back(target.address);
            hop.key = target.key;  // there is no other place in a site to name a jump host's key
            entry = std::make_unique<SshJump>(client_, std::move(hop));
        }
        last = entry.get();
    }
    return last->open(host, port, until);
}

}  // namespace runtime
