// Real servers for a test: started in a folder of their own, ended by their process id when the test ends.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

/// A new folder in `parent`, removed with all that is in it.
class Folder {
  public:
    explicit Folder(const std::filesystem::path& parent = std::filesystem::temp_directory_path());
    ~Folder();
    Folder(const Folder&) = delete;
    std::string operator/(const std::string& name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

/// A program that runs until it is ended; its output goes to `log`.
class Daemon {
  public:
    Daemon(const std::vector<std::string>& words, const std::string& log);
    ~Daemon() { end(); }
    Daemon(const Daemon&) = delete;
    /// SIGTERM, and SIGKILL where that does not help within a minute. Waits for its end.
    void end();
    /// SIGKILL. Waits for its end.
    void kill();
    bool has_ended();
    pid_t pid() const { return pid_; }
    /// How it ended by itself; -1 where a signal ended it.
    int exit_code() const { return exit_code_; }

  private:
    pid_t pid_ = 0;
    int exit_code_ = -1;
};

/// A listening TCP socket, on a port that the system chooses (0) or on that one; who connects is accepted by the kernel and left alone.
class Listener {
  public:
    explicit Listener(const std::string& address, int port = 0);
    ~Listener() { close(); }
    Listener(const Listener&) = delete;
    int port() const { return port_; }
    void close();

  private:
    int socket_ = -1;
    int port_ = 0;
};

/// A TCP connection that stays open.
class Client {
  public:
    Client(const std::string& address, int port);
    ~Client();
    Client(const Client&) = delete;

  private:
    int socket_ = -1;
};

/// Does somebody listen there?
bool can_connect(const std::string& address, int port);

/// An address of 127.0.0.0/8 that no other test process on this machine uses.
std::string own_address();
/// Another such address each time, at most 250.
std::string next_address();

/// Asks again until it is true, at most so long. The last answer.
bool eventually(const std::function<bool()>& is_so, std::chrono::milliseconds within = std::chrono::minutes(3));
