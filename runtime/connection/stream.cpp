#include "runtime/connection/stream.hpp"

#include <algorithm>

namespace runtime {

namespace {

/// Keeps what fits; the rest is read and dropped, so that the command is not held up by us.
void keep(Reply& reply, const Stream::Chunk& chunk) {
    const std::size_t room = output_limit - std::min(output_limit, reply.out.size() + reply.err.size());
    (chunk.from == Stream::Chunk::From::Out ? reply.out : reply.err).append(chunk.bytes, 0, room);
    reply.truncated = reply.truncated || chunk.bytes.size() > room;
}

void finish(Reply& reply, Stream::End end) {
    reply.ending = end.ending;
    reply.code = end.code;
    reply.signal = std::move(end.signal);
    reply.mend = std::move(end.mend);
    reply.rests_on = std::move(end.rests_on);
    if (end.why.empty()) return;
    // The reason comes first; what the command had said until then stays below it.
    reply.err = reply.err.empty() ? std::move(end.why) : end.why + "\n" + reply.err;
}

}  // namespace

Reply execute(Connection& connection, const Line& line, Duration patience, Scheduler& scheduler, const Stop& stop,
              const std::function<void(const Stream::Chunk&)>& heard) {
    const Time started = scheduler.now();
    const Time until = patience < Time::max() - started ? started + patience : Time::max();
    Reply reply;
    reply.command = line.shown;
    const auto stream = connection.open(line, until);
    for (bool running = true; running;) {
        auto next = stream->next(until);
        if (const auto* chunk = std::get_if<Stream::Chunk>(&next)) {
            keep(reply, *chunk);
            if (heard) heard(*chunk);
            continue;
        }
        running = false;
        if (auto* end = std::get_if<Stream::End>(&next))
            finish(reply, std::move(*end));
        else
            reply.ending = stop.stop_waiting() ? Ending::Cancelled : Ending::Deadline;
    }
    if (reply.ending == Ending::Exited && line.request && std::holds_alternative<HttpRequest>(*line.request)) {
        reply.status = reply.code;
        reply.code = reply.status >= 200 && reply.status < 300 ? 0 : 1;
    }
    reply.asked = stream->asked();
    reply.took = scheduler.now() - started;
    return reply;
}

}  // namespace runtime
