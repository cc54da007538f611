// What an OpenSSH server on this machine cannot be made to do: passwords that are right, dialogues, exit codes of Windows, and ends
// that are none. A small server of libssh's own stands in for it.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <libssh/callbacks.h>
#include <libssh/server.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <thread>

#include "tests/runtime/connection/ssh/fixture.hpp"

using namespace runtime;
using support::SshHome;

namespace {

// libssh wants callbacks instead of messages; for a server of one connection messages are shorter.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/// Serves one connection. Lets in who has the password, by the one or the other way, and answers these lines: what proves a
/// log-in, "code N", "refuse", "silent" (the channel ends without an exit status).
class OddServer {
  public:
    enum class Asks { Password, Dialogue };

    OddServer(SshHome& home, Asks asks) : asks_(asks) {
        const std::string key = home.directory() + "/odd_host_key";
        support::make_key(key);
        ssh_bind_options_set(bind_, SSH_BIND_OPTIONS_BINDADDR, "127.93.254.1");
        ssh_bind_options_set(bind_, SSH_BIND_OPTIONS_BINDPORT, &port_);
        ssh_bind_options_set(bind_, SSH_BIND_OPTIONS_HOSTKEY, key.c_str());
        REQUIRE(ssh_bind_listen(bind_) == SSH_OK);
        sockaddr_in name{};
        socklen_t size = sizeof name;
        REQUIRE(getsockname(ssh_bind_get_fd(bind_), reinterpret_cast<sockaddr*>(&name), &size) == 0);
        port_ = ntohs(name.sin_port);
        support::write_file(home.known_hosts(), fmt::format("[127.93.254.1]:{} {}", port_, support::read_file(key + ".pub")));
        thread_ = std::jthread([this] { serve(); });
    }

    lang::Host& host(OverSsh& ssh) const {
        lang::Host& host = ssh.hosts.emplace_back();
        host.name = "odd";
        host.address = "127.93.254.1";
        host.port = port_;
        host.user = "operator";
        return host;
    }

  private:
    void serve() {
        ssh_session session = ssh_new();
        if (ssh_bind_accept(bind_, session) == SSH_OK && ssh_handle_key_exchange(session) == SSH_OK) {
            while (ssh_message message = ssh_message_get(session)) {
                answer(session, message);
                ssh_message_free(message);
            }
        }
        ssh_disconnect(session);
        ssh_free(session);
        ssh_bind_free(bind_);
    }

    void answer(ssh_session session, ssh_message message) {
        const int kind = ssh_message_type(message), detail = ssh_message_subtype(message);
        if (kind == SSH_REQUEST_AUTH && detail == SSH_AUTH_METHOD_PASSWORD && asks_ == Asks::Password) {
            if (std::string(ssh_message_auth_password(message)) == "right horse")
                ssh_message_auth_reply_success(message, 0);
            else
                refuse(message);
        } else if (kind == SSH_REQUEST_AUTH && detail == SSH_AUTH_METHOD_INTERACTIVE && asks_ == Asks::Dialogue) {
            dialogue(session, message);
        } else if (kind == SSH_REQUEST_AUTH) {
            refuse(message);
        } else if (kind == SSH_REQUEST_CHANNEL_OPEN) {
            channel_ = ssh_message_channel_request_open_reply_accept(message);
        } else if (kind == SSH_REQUEST_CHANNEL && detail == SSH_CHANNEL_REQUEST_EXEC) {
            run(message, ssh_message_channel_request_command(message));
        } else {
            ssh_message_reply_default(message);
        }
    }

    void refuse(ssh_message message) const {
        ssh_message_auth_set_methods(message, asks_ == Asks::Password ? SSH_AUTH_METHOD_PASSWORD : SSH_AUTH_METHOD_INTERACTIVE);
        ssh_message_reply_default(message);
    }

    void dialogue(ssh_session session, ssh_message message) const {
        if (ssh_message_auth_kbdint_is_response(message) == 0) {
            const char* questions[] = {"Password: ", "Token: "};
            char shown[] = {0, 1};
            ssh_message_auth_interactive_request(message, "", "", 2, questions, shown);
        } else if (std::string(ssh_userauth_kbdint_getanswer(session, 0)) == "right horse" &&
                   std::string(ssh_userauth_kbdint_getanswer(session, 1)) == "123456") {
            ssh_message_auth_reply_success(message, 0);
        } else {
            refuse(message);
        }
    }

    void run(ssh_message message, const std::string& line) {
        if (line == "refuse") {
            ssh_message_reply_default(message);
            return;
        }
        ssh_message_channel_request_reply_success(message);
        if (line.starts_with("printf '%s|' '")) {  // every log-in is asked to prove itself
            const std::string answer = line.substr(14, line.find('\'', 14) - 14) + "|=sh|";
            ssh_channel_write(channel_, answer.data(), static_cast<uint32_t>(answer.size()));
            ssh_channel_request_send_exit_status(channel_, 37);
        }
        if (line.starts_with("code ")) ssh_channel_request_send_exit_status(channel_, static_cast<int>(std::stoul(line.substr(5))));
        ssh_channel_send_eof(channel_);
        ssh_channel_close(channel_);
    }

    Asks asks_;
    int port_ = 0;
    ssh_bind bind_ = ssh_bind_new();
    ssh_channel channel_ = nullptr;
    std::jthread thread_;
};

}  // namespace

TEST_CASE("ssh: a password from a secret lets us in; exit codes of Windows arrive whole") {
    SshHome home;
    const OddServer server(home, OddServer::Asks::Password);
    OverSsh ssh(home);
    lang::Host& host = server.host(ssh);
    host.password = "operator_password";
    ssh.secret = [](std::string_view) { return lang::Value(lang::Secret{"right horse"}); };
    const auto connection = ssh.connect(host);
    const Reply reply = ssh.run(*connection, "code 1060");
    INFO(reply.describe());
    CHECK(reply.ending == Ending::Exited);
    CHECK(reply.code == 1060);
}

TEST_CASE("ssh: a command that the server refuses was not sent; one without an exit status has an unknown outcome") {
    SshHome home;
    const OddServer server(home, OddServer::Asks::Password);
    OverSsh ssh(home);
    ssh.answers = {"right horse"};
    std::filesystem::remove(home.key());  // a person is asked only where there is no key
    const auto connection = ssh.connect(server.host(ssh));
    const Reply refused = ssh.run(*connection, "refuse");
    INFO(refused.describe());
    CHECK(refused.ending == Ending::NotSent);
    const Reply silent = ssh.run(*connection, "silent");
    INFO(silent.describe());
    CHECK(silent.ending == Ending::LinkLost);
    CHECK(silent.describe().find("without an exit status") != std::string::npos);
    CHECK(ssh.questions == std::list<std::string>{"Password of operator@127.93.254.1: "});
}

TEST_CASE("ssh: in a dialogue the password is given where it is asked for, and a person answers the rest") {
    SshHome home;
    const OddServer server(home, OddServer::Asks::Dialogue);
    OverSsh ssh(home);
    lang::Host& host = server.host(ssh);
    host.password = "operator_password";
    ssh.secret = [](std::string_view) { return lang::Value(lang::Secret{"right horse"}); };
    ssh.answers = {"123456"};
    const Reply reply = ssh.run(host, "code 0");
    INFO(reply.describe());
    CHECK(reply.ok());
    CHECK(ssh.questions == std::list<std::string>{"operator@127.93.254.1: Token: "});
}
