// Moves bytes to and from one host. Knows nothing of shells, quoting or systems.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lang/model/site.hpp"
#include "runtime/command.hpp"
#include "runtime/scheduler.hpp"
#include "runtime/shell/line.hpp"

namespace runtime {

/// One command that is running. Both outputs are read in whatever order they come.
class Stream {
  public:
    virtual ~Stream() = default;  ///< ends our interest; the remote command may go on

    struct Chunk {
        enum class From { Out, Err } from = From::Out;
        std::string bytes;
    };
    struct End {
        Ending ending = Ending::LinkLost;
        int code = 0;
        std::string signal;
        std::string why;            ///< of LinkLost, NotSent, NotSimulated and Doubtful
        std::string mend = {};      ///< of NotSimulated: what a site file would have to say
        std::string rests_on = {};  ///< of a simulated site: what the site file says of itself, and no model does
    };
    using Next = std::variant<std::monostate, Chunk, End>;

    /// Waits for output or the end until `until`; nothing (monostate) when that time or a second Ctrl-C came first.
    virtual Next next(Time until) = 0;

    /// What the log-in shell was asked because of this command, with its replies. Complete once the end has come.
    virtual std::vector<Reply> asked() const { return {}; }
};

/// A command that was never started: its first word is its end. `code`: where the machine is there and would not have us, EACCES; what a
/// simulated one says, as an errno; else 0.
class NotStarted final : public Stream {
  public:
    explicit NotStarted(std::string why, int code = 0, std::vector<Reply> asked = {})
        : why_(std::move(why)), code_(code), asked_(std::move(asked)) {}
    Next next(Time) override { return End{.ending = Ending::NotSent, .code = code_, .signal = {}, .why = why_}; }
    std::vector<Reply> asked() const override { return asked_; }

  private:
    std::string why_;
    int code_;
    std::vector<Reply> asked_;
};

class Connection {
  public:
    virtual ~Connection() = default;
    /// Connects first if that is needed, within `until`. What could not be started is a stream whose first word is its end,
    /// with NotSent. May be called from several branches; the commands then run side by side.
    virtual std::unique_ptr<Stream> open(const Line& line, Time until) = 0;
    /// Forgets the link, so that the next `open` makes a new one: after a host was switched off or restarted.
    virtual void reset() = 0;
};

/// Sends, drains both outputs up to `output_limit`, and waits for the end at most `patience`. `heard` is told of every piece of
/// output as it comes.
Reply execute(Connection&, const Line&, Duration patience, Scheduler&, const Stop&,
              const std::function<void(const Stream::Chunk&)>& heard = nullptr);

/// Makes the connection of a host, once per host and run; connecting itself happens at first use.
using ConnectionFactory = std::function<std::unique_ptr<Connection>(const lang::Host&)>;

}  // namespace runtime
