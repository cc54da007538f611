// A private sshd for a test: real, on loopback addresses of its own, with its own keys, ended with the test.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace support {

/// A directory that goes with its owner.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::string file(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

void write_file(const std::string& path, const std::string& text);
std::string read_file(const std::string& path);
/// A new key pair, PATH and PATH.pub.
void make_key(const std::string& path, const std::string& passphrase = {});

/// What ~/.ssh is to a user: holds a key that every Sshd made with it accepts, and knows their host keys.
class SshHome {
  public:
    SshHome();

    std::string directory() const { return directory_.path(); }
    std::string key() const { return directory_.file("id_ed25519"); }
    std::string known_hosts() const { return directory_.file("known_hosts"); }
    void configure(const std::string& text) { write_file(directory_.file("config"), text); }

  private:
    TemporaryDirectory directory_;
};

class Sshd {
  public:
    struct Options {
        int addresses = 1;          ///< how many machines it plays, sixteen at most
        std::string settings = {};  ///< more lines for sshd_config
        bool known = true;          ///< put its host key into the home's known_hosts
    };
    explicit Sshd(SshHome& home, const Options& options);
    explicit Sshd(SshHome& home) : Sshd(home, Options{}) {}
    ~Sshd();

    const std::vector<std::string>& addresses() const { return addresses_; }
    const std::string& address() const { return addresses_.front(); }
    int port() const { return port_; }
    pid_t pid() const { return pid_; }
    /// A line for known_hosts, for all its addresses.
    std::string known_hosts_line() const;
    /// Ends it and all that it started for connections.
    void stop();

  private:
    void read_log(int descriptor, int expected_lines);

    TemporaryDirectory directory_;
    std::vector<std::string> addresses_;
    int port_ = 0;
    pid_t pid_ = 0;
    std::string log_;  ///< until it listens
    std::jthread drain_;
};

}  // namespace support
