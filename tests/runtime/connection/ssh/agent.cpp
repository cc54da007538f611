// Log-ins with an ssh-agent: a real one, and those that fall silent.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "runtime/connection/descriptor.hpp"
#include "runtime/connection/ssh/trust/wire.hpp"
#include "runtime/encoding/base64.hpp"
#include "tests/runtime/connection/ssh/agents.hpp"

using namespace runtime;
using namespace std::chrono_literals;
using support::Sshd;
using support::SshHome;

namespace {

/// What an agent answers that holds this key: one identity (RFC draft-miller-ssh-agent, 3.5).
std::string identities(const std::string& public_key_file) {
    const std::string line = support::read_file(public_key_file);
    const std::size_t begin = line.find(' ') + 1;
    const std::string blob = from_base64(line.substr(begin, line.find(' ', begin) - begin)).value();
    return with_size(std::string("\x0c\0\0\0\x01", 5) + with_size(blob) + with_size("a key"));
}

/// An agent that answers its first questions with `answers` and then nothing any more.
class MuteAgent {
  public:
    MuteAgent(const std::string& path, std::vector<std::string> answers, int backlog = 8, bool accepts = true)
        : listener_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)), end_(pipe_of_our_own()), answers_(std::move(answers)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(bind(listener_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(listen(listener_.number(), backlog) == 0);
        if (accepts) thread_ = std::jthread([this] { serve(); });
    }
    ~MuteAgent() { end_.second.close(); }

    /// Somebody has asked more than it answers.
    void wait_until_it_is_silent() const {
        while (!silent_) std::this_thread::sleep_for(5ms);
    }

  private:
    static std::pair<Descriptor, Descriptor> pipe_of_our_own() {
        std::array<int, 2> ends{};
        REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
        return {Descriptor(ends[0]), Descriptor(ends[1])};
    }
    bool ready(const Descriptor& descriptor) const {
        std::array<pollfd, 2> watched{{{descriptor.number(), POLLIN, 0}, {end_.first.number(), POLLIN, 0}}};
        poll(watched.data(), watched.size(), -1);
        return watched[1].revents == 0;
    }
    /// A whole question; nothing at the end.
    bool hear_question(const Descriptor& client) const {
        std::array<unsigned char, 4> size{};
        std::array<char, 4096> question{};
        if (!ready(client) || recv(client.number(), size.data(), size.size(), MSG_WAITALL) != 4) return false;
        const std::size_t bytes = std::size_t{size[2]} << 8 | size[3];
        return bytes <= question.size() && recv(client.number(), question.data(), bytes, MSG_WAITALL) == static_cast<ssize_t>(bytes);
    }
    void serve() {
        std::vector<Descriptor> clients;
        while (ready(listener_)) {
            clients.emplace_back(accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
            bool whole = true;
            for (const std::string& answer : answers_) {
                if (!hear_question(clients.back())) break;
                if (send(clients.back().number(), answer.data(), answer.size(), MSG_NOSIGNAL) < 0) break;
                whole = answer.size() > 4 && with_size(answer.substr(4)) == answer;
            }
            silent_ = !whole || hear_question(clients.back());
        }
    }

    Descriptor listener_;
    std::pair<Descriptor, Descriptor> end_;
    std::vector<std::string> answers_;
    std::atomic<bool> silent_ = false;
    std::jthread thread_;
};

}  // namespace

TEST_CASE("ssh: the keys of an agent open a host") {
    SshHome home;
    Sshd sshd(home, {.addresses = 3});
    const std::string path = home.directory() + "/agent";
    const RealAgent agent(path, {home.key()});
    std::filesystem::remove(home.key());  // only the agent has it
    const AgentAt at(path);
    OverSsh ssh(home);
    for (std::size_t i = 0; i < 3; ++i) {
        lang::Host& host = ssh.host(sshd, i);
        host.key.clear();
        CHECK(ssh.run(host, "echo in").out == "in\n");
    }
}

TEST_CASE("ssh: an agent that falls silent ends a log-in at its deadline, and at a second Ctrl-C, with the reason") {
    SshHome home;
    Sshd sshd(home);
    const std::string path = home.directory() + "/agent";
    const std::string list = identities(home.key() + ".pub");
    std::filesystem::remove(home.key());
    struct Case {
        const char* what;
        std::vector<std::string> answers;
    };
    const std::vector<Case> cases{{"at once", {}},
                                  {"at the signature", {list}},
                                  {"in the middle of its list", {list.substr(0, list.size() - 3)}},
                                  {"in the middle of the size of its list", {list.substr(0, 2)}}};
    for (const Case& one : cases) {
        CAPTURE(one.what);
        for (const bool interrupted : {false, true}) {
            std::filesystem::remove(path);
            MuteAgent agent(path, one.answers);
            const AgentAt at(path);
            OverSsh ssh(home);
            lang::Host& host = ssh.host(sshd);
            host.key.clear();
            const auto connection = ssh.connect(host);
            Reply reply;
            std::jthread login([&] { reply = ssh.run(*connection, "echo", {}, interrupted ? 50s : 4s); });
            if (interrupted) {
                agent.wait_until_it_is_silent();
                ssh.stop.escalate();
                ssh.stop.escalate();
                ssh.scheduler->wake();
            }
            login.join();
            CHECK(reply.ending == Ending::NotSent);
            CHECK(reply.took < 20s);  // the machine may be slow
            CHECK_MESSAGE(says(reply.err, fmt::format("the ssh-agent at {}: it does not answer", path)), reply.err);
        }
    }
}

TEST_CASE("ssh: behind an agent that is silent, gone or no agent the key files have their turn") {
    SshHome home;
    Sshd sshd(home);
    const std::string path = home.directory() + "/agent";
    std::optional<MuteAgent> agent;
    std::array<Descriptor, 2> waiting;
    SUBCASE("silent") { agent.emplace(path, std::vector<std::string>{}); }
    SUBCASE("with a queue that is full") {
        agent.emplace(path, std::vector<std::string>{}, 0, false);
        for (Descriptor& one : waiting) {  // as many as its queue holds
            one = Descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
            sockaddr_un address{};
            address.sun_family = AF_UNIX;
            path.copy(address.sun_path, sizeof address.sun_path - 1);
            connect(one.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
        }
    }
    SUBCASE("gone") {}
    SUBCASE("a file") { support::write_file(path, "no socket"); }
    const AgentAt at(path);
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    host.key.clear();
    const Reply reply = ssh.run(*ssh.connect(host), "echo in", {}, 8s);
    CHECK_MESSAGE(reply.out == "in\n", reply.describe());
}

TEST_CASE("ssh: the agent that the configuration names is asked, and none where it says none") {
    SshHome home;
    Sshd sshd(home);
    const std::string path = home.directory() + "/agent";
    const RealAgent agent(path, {home.key()});
    std::filesystem::remove(home.key());  // only the agent has it
    const AgentAt usual(home.directory() + "/gone");
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    host.key.clear();
    CHECK(says(ssh.run(host, "echo in").err, "the ssh-agent at " + home.directory() + "/gone: No such file"));
    home.configure("Host nobody\n  IdentityAgent none\nHost *\n  IdentityAgent " + path + "\n");
    CHECK(ssh.run(host, "echo in").out == "in\n");
    home.configure("IdentityAgent none\n");
    OverSsh later(home);
    CHECK(says(later.run(host, "echo in").err, "ssh-agent: none: the configuration of ssh says IdentityAgent none"));
}

TEST_CASE("ssh: a server that hears out few keys is offered those first that the configuration names, and no others where it says so") {
    SshHome home;
    Sshd sshd(home, {.settings = "MaxAuthTries 2\n"});
    const std::string path = home.directory() + "/agent";
    std::vector<std::string> keys;
    for (const char* name : {"/a", "/b", "/c"}) support::make_key(keys.emplace_back(home.directory() + name));
    keys.push_back(home.key());
    const RealAgent agent(path, keys);
    const AgentAt at(path);
    std::filesystem::remove(home.key());
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    host.key.clear();
    const std::string half = home.directory() + "/half.pub";
    std::filesystem::rename(home.key() + ".pub", half);
    CHECK(says(ssh.run(host, "echo in").err, "while logging in"));  // three others were offered before
    SUBCASE("by its public half") { home.configure("IdentityFile " + half + "\n"); }
    SUBCASE("by a name beside which it lies") { home.configure("IdentityFile " + home.directory() + "/half\nIdentitiesOnly yes\n"); }
    SUBCASE("by the site") { host.key = half; }
    CHECK(ssh.run(host, "echo in").out == "in\n");
    CHECK(ssh.questions.empty());
}

TEST_CASE("ssh: of an agent whose keys are not wanted it is told how many it has") {
    SshHome home;
    Sshd sshd(home);
    const std::string path = home.directory() + "/agent", other = home.directory() + "/other";
    support::make_key(other);
    std::filesystem::remove(home.key());
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    host.key.clear();
    std::vector<std::string> held;
    std::string told;
    SUBCASE("none") { told = "it holds no key"; }
    SUBCASE("one") {
        held = {other};
        told = "refused (1 of its keys and certificates)";
    }
    SUBCASE("one, and none may be offered") {
        held = {other};
        home.configure("IdentitiesOnly yes\nIdentityFile " + home.key() + "\n");
        told = "none of its 1 keys is one of " + home.key();
    }
    const RealAgent agent(path, held);
    const AgentAt at(path);
    const std::string why = ssh.run(host, "echo in").err;
    CHECK_MESSAGE(says(why, "the ssh-agent at " + path + ": " + told), why);
}
