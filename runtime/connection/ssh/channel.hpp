// Commands on a link, and what they are told by: the log-in shell that has proved itself on it.
#pragma once

#include "runtime/connection/ssh/client.hpp"

namespace runtime {

/// Sends the line, exactly as it is, on a channel of its own. Nothing where the link is of no use any more: then it is retired, and
/// nothing of the line was sent.
std::unique_ptr<Stream> open_channel(const SshClient&, const std::shared_ptr<SshSession>&, const Line&, Time until, std::string& why);

/// Asks the log-in shell of a link to prove itself and leaves what that says with the session. A link whose log-in says nothing that can
/// be believed is none.
SshLink prove(const SshClient&, const SshTarget&, const std::shared_ptr<SshSession>&, Time until);

/// A command on a link that has proved itself. What its log-in may have said instead of the command ends as Doubtful.
std::unique_ptr<Stream> open_proved(const std::shared_ptr<SshClient>&, const SshTarget&, const SshLink&, const Line&, Time until,
                                    std::string& why);

}  // namespace runtime
