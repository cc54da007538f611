// One command on a channel of an SSH session.
#pragma once

#include <libssh/callbacks.h>

#include <deque>

#include "runtime/connection/ssh/session.hpp"
#include "runtime/connection/stream.hpp"

namespace runtime {

class SshStream final : public Stream {
  public:
    /// Made under the session's lock. `channel` is open and counted in `session->channels`. Sends the request to run the line at once:
    /// from here on the command may have been started, whatever happens.
    SshStream(std::shared_ptr<SshSession> session, ssh_channel channel, const Line& line, Scheduler&);
    ~SshStream() override;

    Next next(Time until) override;

  private:
    bool advance(Next&);
    void request();
    void feed();
    void notice_end();
    Time listening_until() const;
    void end(Ending ending, std::string why) { end_ = End{ending, 0, {}, std::move(why)}; }
    void take(Chunk::From, std::string_view bytes);
    ssh_channel_callbacks_struct callbacks();

    std::shared_ptr<SshSession> session_;
    ssh_channel channel_;
    Scheduler& scheduler_;
    std::string text_;
    std::string input_;
    std::size_t written_ = 0;  ///< of the input
    bool accepted_ = false;    ///< the server said that it runs the line
    bool input_done_ = false;
    std::deque<Chunk> chunks_;
    std::optional<End> status_;  ///< as the server told it; output may still come
    Time status_at_{};
    bool closed_ = false;
    std::optional<End> end_;
    ssh_channel_callbacks_struct callbacks_;
};

}  // namespace runtime
