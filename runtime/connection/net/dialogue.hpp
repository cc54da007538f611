// A few bytes there and back over TCP, with a deadline.
#pragma once

#include <string_view>

#include "lang/model/site.hpp"
#include "runtime/command.hpp"
#include "runtime/connection/net/tcp.hpp"

namespace runtime {

/// Who is asked, and for how long.
struct Destination {
    const lang::Host& host;
    Time until;
    Scheduler& scheduler;
    const Stop& stop;
};

/// A connection to a port of it, or the reply that tells why there is none.
struct Reached {
    Descriptor socket;
    Reply reply;
};
Reached reach(const Destination&, int port);

Reply hold_dialogue(const Destination&, const TcpRequest&, std::string_view input);

}  // namespace runtime
