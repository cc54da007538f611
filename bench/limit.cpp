// The physical limit: what a program that does nothing but SSH can reach with libssh. Non-blocking, TCP_NODELAY, TCP_QUICKACK, one exec
// channel a command, one thread a host, the key read once, host keys compared with nothing.
//
//   limit PORT KEY ROUNDS COMMAND HOST…         each host: connect, then ROUNDS times COMMAND; all hosts wait for each other after a round
//   limit PORT KEY until COMMAND HOST           one host: COMMAND every 50 ms until it succeeds
#include <libssh/libssh.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <barrier>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

[[noreturn]] void fail(const char* what, ssh_session session) {
    std::fprintf(stderr, "limit: %s: %s\n", what, ssh_get_error(session));
    std::exit(1);
}

void wait_for(ssh_session session) {
    const int socket = ssh_get_fd(session), on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    const bool to_send = ssh_get_poll_flags(session) & SSH_WRITE_PENDING;
    pollfd watched{socket, static_cast<short>(POLLIN | (to_send ? POLLOUT : 0)), 0};
    poll(&watched, 1, 10'000);
}

template <typename Call>
int repeat(ssh_session session, int again, Call call) {
    int result = again;
    while ((result = call()) == again) wait_for(session);
    return result;
}

ssh_session connect(const char* host, int port, ssh_key key) {
    ssh_session session = ssh_new();
    const int on = 1, off = 0;
    ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &off);
    ssh_options_set(session, SSH_OPTIONS_HOST, host);
    ssh_options_set(session, SSH_OPTIONS_PORT, &port);
    ssh_options_set(session, SSH_OPTIONS_NODELAY, &on);
    ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
    ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
    ssh_set_blocking(session, 0);
    if (repeat(session, SSH_AGAIN, [&] { return ssh_connect(session); }) != SSH_OK) fail(host, session);
    if (repeat(session, SSH_AUTH_AGAIN, [&] { return ssh_userauth_publickey(session, nullptr, key); }) != SSH_AUTH_SUCCESS)
        fail(host, session);
    return session;
}

int run(ssh_session session, const char* command) {
    ssh_channel channel = ssh_channel_new(session);
    if (repeat(session, SSH_AGAIN, [&] { return ssh_channel_open_session(channel); }) != SSH_OK) fail("channel", session);
    if (repeat(session, SSH_AGAIN, [&] { return ssh_channel_request_exec(channel, command); }) != SSH_OK) fail("exec", session);
    char buffer[16 * 1024];
    while (!ssh_channel_is_eof(channel) || ssh_channel_get_exit_status(channel) == -1) {
        const int out = ssh_channel_read_nonblocking(channel, buffer, sizeof buffer, 0);
        const int err = ssh_channel_read_nonblocking(channel, buffer, sizeof buffer, 1);
        if (out <= 0 && err <= 0 && (!ssh_channel_is_eof(channel) || ssh_channel_get_exit_status(channel) == -1)) wait_for(session);
    }
    const int status = ssh_channel_get_exit_status(channel);
    ssh_channel_free(channel);
    return status;
}

}  // namespace

int main(int count, char** words) {
    if (count < 6) return 2;
    const int port = std::atoi(words[1]);
    ssh_key key = nullptr;
    if (ssh_pki_import_privkey_file(words[2], nullptr, nullptr, nullptr, &key) != SSH_OK) return 1;
    const char* command = words[4];

    if (std::string(words[3]) == "until") {
        ssh_session session = connect(words[5], port, key);
        while (run(session, command) != 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return 0;
    }
    const int rounds = std::atoi(words[3]);
    std::barrier together(count - 5);
    std::vector<std::jthread> threads;
    for (int i = 5; i < count; ++i) {
        threads.emplace_back([&, host = words[i]] {
            ssh_session session = connect(host, port, key);
            for (int round = 0; round < rounds; ++round) {
                if (run(session, command) != 0) fail(command, session);
                if (rounds > 1) together.arrive_and_wait();
            }
            ssh_disconnect(session);
            ssh_free(session);
        });
    }
    return 0;
}
