#include "runtime/connection/local.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/process.hpp>
#include <boost/process/extend.hpp>
#include <mutex>

#include "runtime/connection/descriptor.hpp"

namespace runtime {

namespace {

namespace process = boost::process;

/// A daemon that a command started may keep the command's output open for ever: this long after the command itself has ended, we
/// stop listening.
constexpr Duration linger = std::chrono::seconds{1};

/// write(2), without the SIGPIPE that would end us where the reader has gone.
ssize_t write_quietly(const Descriptor& to, std::string_view bytes) {
    sigset_t pipe_signal, before;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    const ssize_t written = write(to.number(), bytes.data(), bytes.size());
    const int error = errno;
    if (written < 0 && error == EPIPE) {
        constexpr timespec at_once{};
        sigtimedwait(&pipe_signal, nullptr, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return written;
}

/// The command starts with the signals of a fresh process, whatever our threads block or ignore.
struct FreshSignals : process::extend::handler {
    template <typename Executor>
    void on_exec_setup(Executor&) const {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        for (const int number : {SIGPIPE, SIGXFSZ, SIGABRT, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) signal(number, SIG_DFL);
    }
};

class LocalStream final : public Stream {
  public:
    enum class GivenUp { GoesOn, IsKilled };

    LocalStream(const Line& line, Scheduler& scheduler, const Stop& stop, std::mutex& starting, GivenUp given_up = GivenUp::GoesOn)
        : scheduler_(scheduler), stop_(stop), input_(line.input), given_up_(given_up) {
        start(line.text, starting);
    }

    ~LocalStream() override {
        if (given_up_ == GivenUp::IsKilled && !end_) {
            std::error_code ended_by_itself;
            group_.terminate(ended_by_itself);
            child_.wait(ended_by_itself);
        }
        group_.detach();
        child_.detach();
    }

    Next next(Time until) override {
        while (!end_) {
            if (auto chunk = read(out_, Chunk::From::Out)) return std::move(*chunk);
            if (auto chunk = read(err_, Chunk::From::Err)) return std::move(*chunk);
            if (exited_ && ((!out_ && !err_) || scheduler_.now() >= *exited_ + linger)) {
                conclude();
                break;
            }
            if (scheduler_.now() >= until || stop_.stop_waiting()) return std::monostate{};
            await(until);
        }
        return *end_;
    }

  private:
    void start(const std::string& line, std::mutex& starting) {
        if (line.find('\0') != std::string::npos) return refuse("a command line cannot carry a NUL byte");
        // Boost's own pipes would be open to every program that is started.
        Pipe in = make_pipe(), out = make_pipe(), err = make_pipe();
        if (!in.read || !out.read || !err.read) return refuse("this process has too many open files");
        std::error_code error;
        {
            // Boost's own pipe for errors is open to other programs for a moment: one at a time.
            const std::lock_guard lock(starting);
            child_ = process::child("/bin/sh", process::args({"-c", line}), process::posix::fd.bind(STDIN_FILENO, in.read.number()),
                                    process::posix::fd.bind(STDOUT_FILENO, out.write.number()),
                                    process::posix::fd.bind(STDERR_FILENO, err.write.number()), group_, FreshSignals{}, error);
        }
        if (error) return refuse(fmt::format("/bin/sh could not be started: {}", error.message()));
        ended_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, child_.id(), 0)));
        in_ = std::move(in.write);
        out_ = std::move(out.read);
        err_ = std::move(err.read);
        for (const Descriptor* descriptor : {&in_, &out_, &err_}) set_nonblocking(*descriptor);
        feed();
    }

    void refuse(std::string why) { end_ = End{Ending::NotSent, 0, {}, std::move(why)}; }

    void await(Time until) {
        // poll(2) skips negative descriptors: those that are closed, and the end that was seen.
        std::array<pollfd, 5> watched{{{out_.number(), POLLIN, 0},
                                       {err_.number(), POLLIN, 0},
                                       {in_.number(), POLLOUT, 0},
                                       {exited_ ? -1 : ended_.number(), POLLIN, 0},
                                       {stop_.descriptor(), POLLIN, 0}}};
        if (exited_) until = std::min(until, *exited_ + linger);
        wait_ready(watched, until - scheduler_.now());
        if (watched[2].revents != 0) feed();
        if (watched[3].revents != 0) exited_ = scheduler_.now();
    }

    /// Writes as much of the input as goes; closes it behind the last byte, or when nobody reads it any more.
    void feed() {
        while (written_ < input_.size()) {
            const ssize_t written = write_quietly(in_, std::string_view(input_).substr(written_));
            if (written < 0 && (errno == EAGAIN || errno == EINTR)) return;
            if (written < 0) break;
            written_ += static_cast<std::size_t>(written);
        }
        in_.close();
    }

    static std::optional<Chunk> read(Descriptor& from, Chunk::From name) {
        if (!from) return std::nullopt;
        std::array<char, 64 * 1024> buffer;
        const ssize_t size = ::read(from.number(), buffer.data(), buffer.size());
        if (size > 0) return Chunk{name, std::string(buffer.data(), static_cast<std::size_t>(size))};
        if (size == 0 || (errno != EAGAIN && errno != EINTR)) from.close();
        return std::nullopt;
    }

    void conclude() {
        std::error_code error;
        child_.wait(error);
        const int status = child_.native_exit_code();
        if (error)
            end_ = End{Ending::LinkLost, 0, {}, fmt::format("its exit status is lost: {}", error.message())};
        else if (WIFSIGNALED(status))
            end_ = End{Ending::Signalled, 0, sigabbrev_np(WTERMSIG(status)), {}};
        else
            end_ = End{Ending::Exited, WEXITSTATUS(status), {}, {}};
    }

    Scheduler& scheduler_;
    const Stop& stop_;
    std::string input_;
    GivenUp given_up_;
    std::size_t written_ = 0;  ///< of the input
    process::group group_;
    process::child child_;
    Descriptor in_, out_, err_;
    Descriptor ended_;  ///< readable once the shell has ended
    std::optional<Time> exited_;
    std::optional<End> end_;
};

class LocalConnection final : public Connection {
  public:
    LocalConnection(Scheduler& scheduler, const Stop& stop, std::shared_ptr<std::mutex> starting)
        : scheduler_(scheduler), stop_(stop), starting_(std::move(starting)) {}

    std::unique_ptr<Stream> open(const Line& line, Time) override {
        return std::make_unique<LocalStream>(line, scheduler_, stop_, *starting_);
    }
    void reset() override {}

  private:
    Scheduler& scheduler_;
    const Stop& stop_;
    std::shared_ptr<std::mutex> starting_;
};

/// For streams that no connection made.
std::mutex& starting_by_itself() {
    static std::mutex starting;
    return starting;
}

}  // namespace

std::unique_ptr<Stream> run_while_listening(const std::string& line, Scheduler& scheduler, const Stop& stop) {
    return std::make_unique<LocalStream>(Line{line, line, {}}, scheduler, stop, starting_by_itself(), LocalStream::GivenUp::IsKilled);
}

ConnectionFactory local_connections(Scheduler& scheduler, const Stop& stop) {
    return [&scheduler, &stop, starting = std::make_shared<std::mutex>()](const lang::Host&) -> std::unique_ptr<Connection> {
        return std::make_unique<LocalConnection>(scheduler, stop, starting);
    };
}

}  // namespace runtime
