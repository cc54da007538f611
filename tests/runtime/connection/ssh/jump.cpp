#include <doctest/doctest.h>

#include "runtime/connection/ssh/configuration/libssh.hpp"
#include "runtime/connection/ssh/route.hpp"
#include "tests/runtime/connection/ssh/fixture.hpp"

using namespace runtime;
using support::Sshd;
using support::SshHome;

namespace {

std::string hop(const Sshd& sshd) { return sshd.address() + ":" + std::to_string(sshd.port()); }

}  // namespace

TEST_CASE("jump hosts: what libssh makes of ProxyJump is read back, other commands are not") {
    CHECK(jump_of_proxy_command("ssh -W '[%h]:%p' bastion") == "bastion");
    CHECK(jump_of_proxy_command("ssh -l ops -p 2222 -J second,third -W '[%h]:%p' first") == "ops@first:2222,second,third");
    CHECK(jump_of_proxy_command("ssh -p 22 -W '[%h]:%p' fe80::1") == "[fe80::1]:22");
    for (const char* other : {"nc %h %p", "ssh -W %h:%p bastion", "ssh -W '[%h]:%p' bastion; rm -rf x", ""})
        CHECK_FALSE(jump_of_proxy_command(other));
}

TEST_CASE("jump hosts: the last hop in its parts") {
    const SshTarget one = last_hop("first,ops@second:2222");
    CHECK(one.user == "ops");
    CHECK(one.address == "second");
    CHECK(one.port == 2222);
    CHECK(last_hop("first").address == "first");
    CHECK(last_hop("[fe80::1]:22").address == "fe80::1");
    CHECK(last_hop("fe80::1").address == "fe80::1");
}

TEST_CASE("ssh: a host behind a jump host, and one behind two") {
    SshHome home;
    Sshd first(home), second(home), last(home);
    OverSsh ssh(home);
    lang::Host& host = ssh.host(last);
    SUBCASE("one") {
        host.jump = hop(first);
        CHECK(ssh.run(host, "echo ${SSH_CONNECTION%% *}; cat", "given").out == "127.0.0.1\ngiven");
    }
    SUBCASE("two") {
        host.jump = hop(first) + "," + hop(second);
        const Reply reply = ssh.run(host, "echo in");
        INFO(reply.describe());
        CHECK(reply.out == "in\n");
        CHECK(ssh.run(host, "head -c 3000000 /dev/zero").out.size() == 3'000'000);
        CHECK(ssh.run(host, "wc -c", std::string(3'000'000, 'x')).out == "3000000\n");
    }
}

TEST_CASE("ssh: one link to the jump host serves all machines behind it") {
    SshHome home;
    Sshd jump(home), last(home, {.addresses = 12});
    OverSsh ssh(home);
    std::vector<Reply> replies(12);
    std::vector<std::function<void()>> branches;
    for (std::size_t i = 0; i < replies.size(); ++i) {
        lang::Host& host = ssh.host(last, i);
        host.jump = hop(jump);
        branches.emplace_back([&, i] { replies[i] = ssh.run(host, "echo ${SSH_CONNECTION#* * }"); });
    }
    ssh.scheduler->run_all(std::move(branches), 0);
    for (std::size_t i = 0; i < replies.size(); ++i) {
        INFO(replies[i].describe());
        CHECK(replies[i].out == last.addresses()[i] + " " + std::to_string(last.port()) + "\n");
    }
    lang::Host& seen_from_jump = ssh.host(jump);
    const Reply links = ssh.run(seen_from_jump, "ps -o pid= --ppid " + std::to_string(jump.pid()) + " | wc -l");
    CHECK(links.out == "2\n");  // the one for the twelve, and the one that asks
}

TEST_CASE("ssh: a jump host that breaks down takes the link with it, and is connected to anew") {
    SshHome home;
    Sshd jump(home), last(home);
    OverSsh ssh(home);
    lang::Host& host = ssh.host(last);
    host.jump = hop(jump);
    const auto connection = ssh.connect(host);
    const auto stream = connection->open({"echo here; exec sleep 30", "", ""}, Time::max());
    REQUIRE(std::holds_alternative<Stream::Chunk>(stream->next(Time::max())));
    const std::string children = "ps -o pid= --ppid " + std::to_string(jump.pid());
    const Reply killed = ssh.run(ssh.host(jump), "for p in $(" + children + "); do [ $p = $PPID ] || kill -9 $p; done");
    REQUIRE(killed.ok());
    const auto next = stream->next(Time::max());
    REQUIRE(std::holds_alternative<Stream::End>(next));
    CHECK(std::get<Stream::End>(next).ending == Ending::LinkLost);
    CHECK(ssh.run(*connection, "echo again").out == "again\n");
}

TEST_CASE("ssh: what is wrong with the way to a host is said: which machine, and why") {
    SshHome home;
    Sshd jump(home), last(home);
    OverSsh ssh(home);
    lang::Host& host = ssh.host(last);
    SUBCASE("the jump host is down") {
        host.jump = hop(jump);
        jump.stop();
        const Reply reply = ssh.run(host, "echo");
        INFO(reply.err);
        CHECK(reply.ending == Ending::NotSent);
        CHECK(says(reply.err, "jump host " + jump.address()));
        CHECK(says(reply.err, "Connection refused"));
    }
    SUBCASE("the host behind it is down") {
        host.jump = hop(jump);
        last.stop();
        const Reply reply = ssh.run(host, "echo");
        INFO(reply.err);
        CHECK(reply.ending == Ending::NotSent);
        CHECK(says(reply.err, "host1 (" + last.address()));
        CHECK(says(reply.err, "Connection refused"));
    }
    SUBCASE("the jump host's key is unknown") {
        Sshd stranger(home, {.known = false});
        host.jump = hop(stranger);
        CHECK(says(ssh.run(host, "echo").err, "host key is not known"));
    }
}

TEST_CASE("ssh: ProxyJump in ~/.ssh/config, and a jump host that it names for itself") {
    SshHome home;
    Sshd jump(home), last(home);
    OverSsh ssh(home);
    lang::Host& host = ssh.host(last);
    SUBCASE("ProxyJump") {
        home.configure("Host *\n  ProxyJump " + hop(jump) + "\n");
        const Reply reply = ssh.run(host, "echo ${SSH_CONNECTION%% *}");
        CHECK_MESSAGE(reply.out == "127.0.0.1\n", reply.describe());
    }
    SUBCASE("two that name each other") {
        home.configure("Host " + jump.address() + "\n  ProxyJump " + hop(last) + "\nHost *\n  ProxyJump " + hop(jump) + "\n");
        CHECK(says(ssh.run(host, "echo").err, "point at each other"));
    }
}
