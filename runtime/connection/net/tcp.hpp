// TCP connections with a deadline.
#pragma once

#include <string>

#include "runtime/connection/descriptor.hpp"

namespace runtime {

struct TcpResult {
    Descriptor socket;  ///< none: `why` says why
    std::string why;    ///< "connection refused", "no answer within 10s", "the name is not known"
    int error = 0;      ///< the errno of `why`: ETIMEDOUT for no answer, ECANCELED where we were stopped, 0 for no address
};

/// Tries the addresses of `host` one after the other. The socket sends at once (TCP_NODELAY) and notices a peer that has gone.
TcpResult connect_tcp(const std::string& host, int port, Time until, Scheduler&, const Stop&);

/// Before every wait for an answer: the kernel forgets it again and again, and the first answers of a link then come 40 ms late.
void acknowledge_at_once(int socket);

}  // namespace runtime
