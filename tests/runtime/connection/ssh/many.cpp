#include <doctest/doctest.h>

#include <barrier>
#include <mutex>
#include <set>

#include "tests/runtime/connection/ssh/fixture.hpp"

using namespace std::chrono_literals;
using namespace runtime;
using support::Sshd;
using support::SshHome;

namespace {

/// The same command on every host at once, each from a branch of its own.
std::vector<Reply> everywhere(OverSsh& ssh, const std::vector<const lang::Host*>& hosts, const std::string& text) {
    std::vector<Reply> replies(hosts.size());
    std::vector<std::function<void()>> branches;
    for (std::size_t i = 0; i < hosts.size(); ++i) branches.emplace_back([&, i] { replies[i] = ssh.run(*hosts[i], text); });
    ssh.scheduler->run_all(std::move(branches), 0);
    return replies;
}

}  // namespace

TEST_CASE("ssh: fifty hosts at once") {
    SshHome home;
    std::list<Sshd> sshds;
    OverSsh ssh(home);
    std::vector<const lang::Host*> hosts;
    for (const int addresses : {16, 16, 16, 2}) {
        const Sshd& sshd = sshds.emplace_back(home, Sshd::Options{.addresses = addresses});
        for (std::size_t i = 0; i < sshd.addresses().size(); ++i) hosts.push_back(&ssh.host(sshd, i));
    }
    const auto replies = everywhere(ssh, hosts, "echo ${SSH_CONNECTION#* * }");
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        INFO(replies[i].describe());
        CHECK(replies[i].out == hosts[i]->address + " " + std::to_string(hosts[i]->port) + "\n");
    }
}

TEST_CASE("ssh: a server that turns most of us away at first is tried again until everybody is in") {
    SshHome home;
    Sshd sshd(home, {.addresses = 12, .settings = "MaxStartups 1:100:2"});
    OverSsh ssh(home);
    std::vector<const lang::Host*> hosts;
    for (std::size_t i = 0; i < sshd.addresses().size(); ++i) hosts.push_back(&ssh.host(sshd, i));
    for (const Reply& reply : everywhere(ssh, hosts, "echo in")) {
        INFO(reply.describe());
        CHECK(reply.out == "in\n");
    }
}

TEST_CASE("ssh: branches share the link of a host, and more than ten of them take turns on it") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    std::mutex mutex;
    std::set<std::string> links;
    std::set<std::string> answers;
    std::vector<std::function<void()>> branches;
    for (int branch = 0; branch < 24; ++branch) {
        branches.emplace_back([&, branch] {
            for (int i = 0; i < 5; ++i) {
                const std::string word = std::to_string(branch) + "/" + std::to_string(i);
                const Reply reply = ssh.run(*connection, "cat; echo $SSH_CONNECTION >&2", word);
                const std::lock_guard lock(mutex);
                answers.insert(reply.out == word ? word : reply.describe());
                links.insert(reply.err);
            }
        });
    }
    ssh.scheduler->run_all(std::move(branches), 0);
    CHECK(links.size() == 1);
    CHECK(answers.size() == 120);
    for (const std::string& answer : answers) {
        CAPTURE(answer);
        CHECK(answer.find("/") < 3);
    }
}

TEST_CASE("ssh: branches side by side each get their own output, large as it may be") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    std::vector<Reply> replies(5);
    std::vector<std::function<void()>> branches;
    for (std::size_t i = 0; i < replies.size(); ++i)
        branches.emplace_back([&, i] { replies[i] = ssh.run(*connection, "head -c 2000000 /dev/zero | tr '\\0' " + std::to_string(i)); });
    ssh.scheduler->run_all(std::move(branches), 0);
    for (std::size_t i = 0; i < replies.size(); ++i) CHECK(replies[i].out == std::string(2'000'000, static_cast<char>('0' + i)));
}

TEST_CASE("ssh: where a server allows fewer commands on a link, the others wait for their turn") {
    SshHome home;
    Sshd sshd(home, {.settings = "MaxSessions 2"});
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    std::vector<Reply> replies(8);
    std::vector<std::function<void()>> branches;
    for (Reply& reply : replies) branches.emplace_back([&] { reply = ssh.run(*connection, "echo turn"); });
    ssh.scheduler->run_all(std::move(branches), 0);
    for (const Reply& reply : replies) {
        INFO(reply.describe());
        CHECK(reply.out == "turn\n");
    }
}
