// Requests: what the machine that procrun runs on asks of the ports of other machines. Nobody logs in there, and no shell is in between.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/connection/stream.hpp"
#include "runtime/shell/dialect.hpp"

namespace runtime {

/// Connections that carry out requests themselves, over TCP and HTTP, and leave every other line to those that `others` makes.
///
/// How a request ends: `Exited` with the whole answer. `NotSent` where nothing of its input has left us: refused, no answer, no such
/// name, a certificate that proves nothing; `code` is then the errno (command.hpp). `LinkLost` and `Deadline` once something was sent, and
/// where nothing had to be. HTTP's status is the `code` of an end that Exited; its status line and Location are written to Err.
///
/// Scheduler and stop must outlive the connections.
ConnectionFactory network_connections(ConnectionFactory others, Scheduler&, const Stop&);

/// A request as one line: `tcp://10.1.1.5:7890` or `GET http://10.1.1.5:5580/urs/console?backup`; what is sent stands in `input`, and,
/// secrets masked, behind a `<` in `shown`. A target that is secret is "***" there. What cannot be asked so is refused by
/// std::invalid_argument.
Line request_line(const lang::Host&, const Command&);

/// The command as the host gets it: of a request its line, of any other that of its operating system's dialect.
Line line_for(const lang::Host&, const Command&, const Privilege&, Language = Language::OfAccount);

/// `http://10.1.1.5:5580/urs/console?backup`
std::string request_url(const lang::Host&, const HttpRequest&);

/// The same with `***` for all of it that is secret: for whoever shows it. The password stays; it is never shown.
HttpRequest masked(HttpRequest);

/// For whoever must read such a line: its words. Nothing where it is none but one for a shell.
std::optional<std::vector<std::string>> read_request(std::string_view line);

}  // namespace runtime
