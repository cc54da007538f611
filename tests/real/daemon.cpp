#include "tests/real/daemon.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

namespace {

using namespace std::chrono_literals;

sockaddr_in socket_address(const std::string& address, int port) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(static_cast<std::uint16_t>(port));
    REQUIRE(inet_pton(AF_INET, address.c_str(), &in.sin_addr) == 1);
    return in;
}

const sockaddr* generic(const sockaddr_in& in) { return reinterpret_cast<const sockaddr*>(&in); }

std::string address_of_this_process(int last) {
    const int pid = getpid();
    return fmt::format("127.{}.{}.{}", 2 + pid / 250 % 250, 1 + pid % 250, last);
}

}  // namespace

Folder::Folder(const std::filesystem::path& parent) {
    std::filesystem::create_directories(parent);
    std::string name = (parent / "procrun-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Daemon::Daemon(const std::vector<std::string>& words, const std::string& log) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const int failed = posix_spawnp(&pid_, arguments[0], &files, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    REQUIRE_MESSAGE(failed == 0, "cannot start ", words[0]);
}

bool Daemon::has_ended() {
    int status = 0;
    if (pid_ != 0 && waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = 0;
        if (WIFEXITED(status)) exit_code_ = WEXITSTATUS(status);
    }
    return pid_ == 0;
}

void Daemon::end() {
    if (has_ended()) return;
    ::kill(pid_, SIGTERM);
    if (!eventually([&] { return has_ended(); }, 60s)) kill();
}

void Daemon::kill() {
    if (has_ended()) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

Listener::Listener(const std::string& address, int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in in = socket_address(address, port);
    const int again = 1;  // connections of an earlier one may still be closing
    REQUIRE(setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again) == 0);
    // Between fork and exec a program that another thread starts still holds what this one has closed.
    REQUIRE(eventually([&] { return bind(socket_, generic(in), sizeof in) == 0; }, 10s));
    REQUIRE(listen(socket_, 1000) == 0);
    socklen_t size = sizeof in;
    REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&in), &size) == 0);
    port_ = ntohs(in.sin_port);
}

void Listener::close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
}

Client::Client(const std::string& address, int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in in = socket_address(address, port);
    REQUIRE(connect(socket_, generic(in), sizeof in) == 0);
}

Client::~Client() { ::close(socket_); }

bool can_connect(const std::string& address, int port) {
    const sockaddr_in in = socket_address(address, port);
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected = connect(probe, generic(in), sizeof in) == 0;
    close(probe);
    return connected;
}

std::string own_address() { return address_of_this_process(1); }

std::string next_address() {
    static std::atomic<int> last{1};
    return address_of_this_process(++last);
}

bool eventually(const std::function<bool()>& is_so, std::chrono::milliseconds within) {
    const auto until = std::chrono::steady_clock::now() + within;
    while (!is_so()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(20ms);
    }
    return true;
}
