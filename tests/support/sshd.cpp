#include "tests/support/sshd.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace support {

namespace {

pid_t spawn(std::vector<std::string> words, int standard_error = -1) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (standard_error >= 0) posix_spawn_file_actions_adddup2(&actions, standard_error, STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    pid_t pid = 0;
    const int error = posix_spawn(&pid, arguments[0], &actions, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error != 0) throw std::runtime_error(words.front() + " cannot be started");
    return pid;
}

/// 127.93.x.y, another one each time: tests run side by side.
std::string next_address() {
    static std::atomic<unsigned> next{static_cast<unsigned>(getpid()) * 61};
    const unsigned number = next++ % (253 * 253);
    return fmt::format("127.93.{}.{}", 1 + number / 253, 1 + number % 253);
}

int free_port(const std::string& address) {
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    inet_pton(AF_INET, address.c_str(), &name.sin_addr);
    socklen_t size = sizeof name;
    if (bind(probe, reinterpret_cast<sockaddr*>(&name), size) != 0) throw std::runtime_error("no port on " + address);
    getsockname(probe, reinterpret_cast<sockaddr*>(&name), &size);
    close(probe);
    return ntohs(name.sin_port);
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
    std::string name = std::filesystem::temp_directory_path() / "procrun-test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string read_file(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

void make_key(const std::string& path, const std::string& passphrase) {
    // Few rounds: the passphrase of a test's key need not cost a second.
    const pid_t pid = spawn({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-a", "1", "-N", passphrase, "-f", path});
    int status = 0;
    if (waitpid(pid, &status, 0) != pid || status != 0) throw std::runtime_error("ssh-keygen failed");
}

SshHome::SshHome() {
    make_key(key());
    write_file(directory_.file("authorized_keys"), read_file(key() + ".pub"));
    write_file(known_hosts(), "");
}

Sshd::Sshd(SshHome& home, const Options& options) {
    for (int i = 0; i < options.addresses; ++i) addresses_.push_back(next_address());
    port_ = free_port(address());
    make_key(directory_.file("host_key"));
    // SHLVL: bash, where it is the login shell, then leaves the user's ~/.bashrc alone, whatever that may do and say.
    // Of two lines for the same setting sshd takes the first one.
    std::string settings = fmt::format(
        "{}\nPort {}\nHostKey {}\nAuthorizedKeysFile {}/authorized_keys\nUsePAM no\nStrictModes no\nPidFile none\nPermitRootLogin yes\n"
        "MaxStartups 100\nSetEnv SHLVL=1\n",
        options.settings, port_, directory_.file("host_key"), home.directory());
    for (const std::string& address : addresses_) settings += fmt::format("ListenAddress {}\n", address);
    write_file(directory_.file("sshd_config"), settings);
    if (getuid() == 0) std::filesystem::create_directories("/run/sshd");  // where sshd separates its privileges

    int log[2];
    if (pipe2(log, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    pid_ = spawn({"/usr/sbin/sshd", "-D", "-e", "-f", directory_.file("sshd_config")}, log[1]);
    close(log[1]);
    read_log(log[0], options.addresses);
    drain_ = std::jthread([descriptor = log[0]] {
        std::array<char, 4096> buffer;
        while (read(descriptor, buffer.data(), buffer.size()) > 0) {
        }
        close(descriptor);
    });
    if (options.known) write_file(home.known_hosts(), read_file(home.known_hosts()) + known_hosts_line());
}

void Sshd::read_log(int descriptor, int expected_lines) {
    for (int listening = 0; listening < expected_lines;) {
        char c = 0;
        if (read(descriptor, &c, 1) != 1) throw std::runtime_error("sshd did not start: " + log_);
        log_ += c;
        if (c == '\n' && log_.rfind("Server listening on") != std::string::npos) {
            ++listening;
            log_.clear();
        }
    }
}

std::string Sshd::known_hosts_line() const {
    std::string hosts;
    for (const std::string& address : addresses_) hosts += fmt::format("{}[{}]:{}", hosts.empty() ? "" : ",", address, port_);
    return hosts + " " + read_file(directory_.file("host_key.pub"));
}

void Sshd::stop() {
    if (pid_ == 0) return;
    kill(-pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

Sshd::~Sshd() { stop(); }

}  // namespace support
