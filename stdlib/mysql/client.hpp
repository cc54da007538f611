// Asking a server through its `mysql` client, as the user of the cluster that the host belongs to.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/module.hpp"
#include "stdlib/mysql/read/server.hpp"

namespace stdlib::mysql {

/// What is found out about a host once: the client's name, and (through it) the server's version.
inline constexpr auto detected_client = "mysql.client", detected_server = "mysql.server";
std::vector<std::string> known_server();  ///< both, as every builtin needs them
Server server_of(const runtime::Context&);

/// Is it a node or a replica of a mysql cluster of the site?
bool is_database(const lang::Host&, const lang::Site&);

/// Who logs in at the host's server; empty where root does, through the server's socket and by sudo, and needs nothing granted.
std::string account_of(const runtime::Context&);

/// `mysql` or, where only that is installed, `mariadb`.
runtime::Read find_client();

/// `mysql --batch -e SQL`. Where a cluster of kind mysql has the host as a node or replica and names a `user` or a `password`, they
/// go in by standard input as an option file; the command line shows neither. No command where the password cannot be had. The server
/// ends by itself what takes longer than a minute.
std::vector<runtime::Command> ask(const runtime::Context&, std::string_view sql);

/// What the client does after a statement that fails. Where it goes on it does not fail, and its errors must be read.
enum class AfterError { Stop, GoOn };

/// What an action sends. Its probe was answered, so the password is there. The server gives up what is held up for longer than `limit`.
runtime::Command order(const runtime::Context&, std::string_view sql, std::chrono::seconds limit = std::chrono::minutes(1),
                       AfterError = AfterError::Stop);

/// A value in an option file: quoted, so that `#`, quotes, backslashes and blanks at the ends arrive as they are.
std::string option_value(std::string_view);

/// The client's own words ("ERROR 1227 (42000) …") and what to do; nothing where it had none to say.
std::optional<std::string> complaint(const runtime::Reply&, const runtime::Context&);
/// The same of a client that was told to go on: of its first error that is not the one of this number.
std::optional<std::string> complaint_but(int number, const runtime::Reply&, const runtime::Context&);

/// The answers' texts go to `read`; unknown, with the reason, where one was not asked, was refused or came cut off.
using Reader = std::function<lang::Value(std::span<const runtime::Reply>)>;
lang::Value answered(std::span<const runtime::Reply>, const runtime::Context&, const Reader& read);

/// One statement, or several in one go that are all answered in one output, and what reads it.
using Statement = std::function<std::string(const runtime::Context&)>;
using TableReader = std::function<lang::Value(std::string_view output)>;
Statement always(std::string_view sql);
runtime::Read read(Statement, TableReader);

runtime::Footprints about(std::string object);

}  // namespace stdlib::mysql
