#include "runtime/connection/ssh/stream.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace runtime {

namespace {

/// A daemon that a command started may keep the command's output open for ever: this long after the command itself has ended, we
/// stop listening.
constexpr Duration wait_for_output = std::chrono::seconds{1};

/// libssh's socket blocks once the kernel's buffer is full. A piece of this size fits where poll(2) says that writing goes.
constexpr std::size_t piece = 16 * 1024;

}  // namespace

SshStream::SshStream(std::shared_ptr<SshSession> session, ssh_channel channel, const Line& line, Scheduler& scheduler)
    : session_(std::move(session)),
      channel_(channel),
      scheduler_(scheduler),
      text_(line.text),
      input_(line.input),
      callbacks_(callbacks()) {
    ssh_set_channel_callbacks(channel_, &callbacks_);
    request();
}

SshStream::~SshStream() {
    const auto lock = session_->lock();
    ssh_remove_channel_callbacks(channel_, &callbacks_);
    ssh_channel_free(channel_);
    --session_->channels;
    if (!status_ && !end_) ++session_->given_up;
    session_->notify();
}

ssh_channel_callbacks_struct SshStream::callbacks() {
    ssh_channel_callbacks_struct table{};
    table.userdata = this;
    table.channel_data_function = [](ssh_session, ssh_channel, void* data, uint32_t size, int is_stderr, void* self) {
        static_cast<SshStream*>(self)->take(is_stderr ? Chunk::From::Err : Chunk::From::Out, {static_cast<const char*>(data), size});
        return static_cast<int>(size);
    };
    table.channel_exit_status_function = [](ssh_session, ssh_channel, int code, void* self) {
        auto& stream = *static_cast<SshStream*>(self);
        stream.status_ = End{Ending::Exited, code, {}, {}};
        stream.status_at_ = stream.scheduler_.now();
    };
    table.channel_exit_signal_function = [](ssh_session, ssh_channel, const char* signal, int, const char*, const char*, void* self) {
        auto& stream = *static_cast<SshStream*>(self);
        stream.status_ = End{Ending::Signalled, 0, signal, {}};
        stream.status_at_ = stream.scheduler_.now();
    };
    table.channel_close_function = [](ssh_session, ssh_channel, void* self) { static_cast<SshStream*>(self)->closed_ = true; };
    ssh_callbacks_init(&table);
    return table;
}

void SshStream::take(Chunk::From from, std::string_view bytes) {
    if (chunks_.empty() || chunks_.back().from != from) chunks_.push_back({from, {}});
    chunks_.back().bytes.append(bytes);
}

Stream::Next SshStream::next(Time until) {
    auto lock = session_->lock();
    for (;;) {
        Next next;
        // An exit status that comes while we wait makes the waiting shorter: then we start over.
        const Time wake = std::min(until, listening_until());
        const bool woken = session_->wait(lock, wake, [&] { return advance(next) || listening_until() < wake; });
        if (!std::holds_alternative<std::monostate>(next)) return next;
        if (!woken && (wake == until || scheduler_.now() < wake)) return next;
    }
}

Time SshStream::listening_until() const { return status_ ? status_at_ + wait_for_output : Time::max(); }

bool SshStream::advance(Next& next) {
    if (!accepted_ && !end_) request();
    if (accepted_ && !input_done_ && !status_) feed();
    if (!end_) notice_end();
    if (!chunks_.empty()) {
        next = std::move(chunks_.front());
        chunks_.pop_front();
        return true;
    }
    if (end_) next = *end_;
    return end_.has_value();
}

void SshStream::request() {
    const int result = ssh_channel_request_exec(channel_, text_.c_str());
    if (result == SSH_OK) {
        accepted_ = true;
    } else if (result != SSH_AGAIN && !session_->lost()) {
        end(Ending::NotSent, "the server refuses to run commands for this user");
    }
}

void SshStream::feed() {
    while (written_ < input_.size()) {
        if (ssh_get_poll_flags(session_->raw()) & SSH_WRITE_PENDING) return;
        const auto size = static_cast<uint32_t>(std::min(piece, input_.size() - written_));
        const int written = ssh_channel_write(channel_, input_.data() + written_, size);
        if (written == 0) return;  // the other side wants no more at the moment
        if (written < 0) break;    // nobody reads it any more
        written_ += static_cast<std::size_t>(written);
    }
    input_done_ = true;
    ssh_channel_send_eof(channel_);
}

void SshStream::notice_end() {
    if (status_ && (closed_ || session_->lost() || scheduler_.now() >= listening_until()))
        end_ = status_;
    else if (session_->lost())
        end(Ending::LinkLost, session_->why_lost());
    else if (closed_)
        end(Ending::LinkLost, "the server closed the channel without an exit status");
}

}  // namespace runtime
