// A real MariaDB for a test, and the mysql module as it sees it.
#pragma once

#include <optional>
#include <string>

#include "tests/real/daemon.hpp"
#include "tests/real/here.hpp"

namespace real {

/// One server in a folder of its own, on its own address and socket; root logs in without a password.
class Server {
  public:
    explicit Server(int id, std::string address = own_address());
    void start();
    void stop() { process_->end(); }

    /// As root, not through the module.
    runtime::Reply sql(const std::string& statements);
    void must(const std::string& statements);
    /// Statements that run until they end or the test does.
    Daemon in_background(const std::string& user, const std::string& statements);

    /// Knows where the other one is and the user `repl` there, and does not follow it.
    void store_source(const Server& source);
    /// Follows the other one, which must know the user `repl`.
    void follow(const Server& source);
    /// Makes that user, and the table app.t, in a way that no binary log tells of.
    void prepare();

  private:
    int id_;
    Folder folder_;
    std::string data_ = folder_ / "data";
    Here shell_;
    std::optional<Daemon> process_;

  public:
    const std::string address;
    const int port = Listener(address).port();  // free a moment ago
    const std::string socket = folder_ / "sock";
};

/// The module as it sees this server, logged in as root.
struct Seen : Here {
    explicit Seen(const Server&);
    void log_in(const std::string& user, const std::string& password);
    /// True, not false and not unknown.
    bool is(const std::string& query);

  private:
    Folder home_;
};

}  // namespace real
