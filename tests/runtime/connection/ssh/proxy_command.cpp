// Hosts that are reached through a program.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "runtime/connection/ssh/tunnel/words.hpp"
#include "tests/runtime/connection/ssh/fixture.hpp"

using namespace runtime;
using namespace std::chrono_literals;
using support::Sshd;
using support::SshHome;

namespace {

/// A program in the home that writes down its process id and its words.
class Program {
  public:
    Program(SshHome& home, const std::string& script) : path_(home.directory() + "/way") {
        support::write_file(path_, fmt::format("#!/bin/bash\necho $$ >>{0}.pids\necho \"$@\" >>{0}.words\n{1}\n", path_, script));
        chmod(path_.c_str(), 0700);
        support::write_file(path_ + ".pids", "");
    }

    const std::string& path() const { return path_; }
    std::string words() const { return support::read_file(path_ + ".words"); }
    std::vector<pid_t> started() const {
        std::vector<pid_t> pids;
        std::istringstream lines(support::read_file(path_ + ".pids"));
        for (pid_t pid = 0; lines >> pid;) pids.push_back(pid);
        return pids;
    }
    /// Is nothing left of what was started? What it had started itself is killed, but somebody else's to reap: its group is waited for.
    bool is_gone() const {
        for (const pid_t pid : started()) {
            if (kill(pid, 0) == 0 || errno != ESRCH) return false;
            const std::string alive = fmt::format("ps -o stat= -g {} | grep -qv ^Z", pid);
            for (int looks = 0; std::system(alive.c_str()) == 0; ++looks)
                if (looks == 400) return false;
        }
        return true;
    }

  private:
    std::string path_;
};

/// Carries bytes; the second process would stay where nobody ended it.
constexpr const char* leads_there = "exec 3<>/dev/tcp/$1/$2 || exit 7\ncat <&3 & exec cat >&3";

}  // namespace

TEST_CASE("ssh: the tokens of a ProxyCommand, and who may not stand in one") {
    const ProxyWords words{.host = "10.1.1.5", .port = 2222, .user = "ops", .named = "store"};
    CHECK(expand_proxy_command("nc -X \"a b\" %h %p", words).line == "nc -X \"a b\" 10.1.1.5 2222");
    CHECK(expand_proxy_command("%r@%n %%h%%", words).line == "ops@store %h%");
    for (const char* none : {"nc %x", "nc %h %", "nc %C"}) CHECK(expand_proxy_command(none, words).why_not);
    CHECK(expand_proxy_command("nc %r", {.host = "a", .port = 1, .user = "a$IFS", .named = "a"}).why_not);
    CHECK_FALSE(expand_proxy_command("nc %h", {.host = "a", .port = 1, .user = "a$IFS", .named = "a"}).why_not);
    for (const char* good : {"acd-db1.example.com", "10.1.1.5", "fe80::1%eth0", "a_b"}) CHECK_FALSE(why_no_host(good));
    for (const char* bad : {"", "-oProxyCommand=x", "a b", "$(id)", "a;b", "a`b`", "a\nb", "a|b", "root@a", "ssh://a", "a'b", "a\\b"})
        CHECK_MESSAGE(why_no_host(bad), bad);
    for (const char* good : {"ops", "HOUSE\\ops", "Jane Doe", "ops@example.com", "web$"}) CHECK_FALSE(why_no_user(good));
    for (const char* bad : {"", "-oProxyCommand=x", "a -x", "$(id)", "a;b", "a`b`", "a\nb", "a|b", "a\\"})
        CHECK_MESSAGE(why_no_user(bad), bad);
}

TEST_CASE("ssh: a ProxyCommand leads to a host, and nothing is left of it when the link ends") {
    SshHome home;
    Sshd sshd(home);
    const Program way(home, leads_there);
    home.configure(
        fmt::format("Host store\n  HostName {}\n  Port {}\n  ProxyCommand {} %h %p \"%n  %%\"\n", sshd.address(), sshd.port(), way.path()));
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    host.address = "store";
    host.port = 0;
    {
        const auto connection = ssh.connect(host);
        const Reply reply = ssh.run(*connection, "echo in; cat", "given");
        CHECK_MESSAGE(reply.out == "in\ngiven", reply.describe());
        CHECK(ssh.run(*connection, "head -c 3000000 /dev/zero").out.size() == 3'000'000);
        CHECK(way.words() == fmt::format("{} {} store  %\n", sshd.address(), sshd.port()));
        CHECK(way.started().size() == 1);
        CHECK_FALSE(way.is_gone());
    }
    CHECK(way.is_gone());
}

TEST_CASE("ssh: no ProxyCommand is started where the configuration says none, and where the site names a jump host") {
    SshHome home;
    Sshd sshd(home), jump(home);
    const Program way(home, "exit 1");
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    SUBCASE("none") { home.configure("ProxyCommand none\nHost *\n  ProxyCommand " + way.path() + "\n"); }
    SUBCASE("jump") {
        home.configure("Host " + sshd.address() + "\n  ProxyCommand " + way.path() + "\n");
        host.jump = fmt::format("{}:{}", jump.address(), jump.port());
    }
    CHECK(ssh.run(host, "echo in").out == "in\n");
    CHECK(way.started().empty());
}

TEST_CASE("ssh: a ProxyCommand that does not lead to a host is told with what it says, and ends") {
    SshHome home;
    Sshd sshd(home);
    std::string script, told;
    Duration patience = 60s;
    SUBCASE("it fails") {
        script = "printf 'one\\r\\ntwo\\n' >&2; exit 3";
        told = "(its ProxyCommand exited with 3, and says: one; two)";
    }
    SUBCASE("it says nothing") {
        script = "exit 0";
        told = "(its ProxyCommand exited with 0, and says nothing)";
    }
    SUBCASE("it is killed") {
        script = "kill -9 $$";
        told = "(its ProxyCommand was ended by SIGKILL, and says nothing)";
    }
    SUBCASE("it waits for ever, and does not go by itself") {
        script = "trap '' HUP; echo waiting >&2; while :; do sleep 60; done";
        told = "(its ProxyCommand still runs, and says: waiting)";
        patience = 3s;
    }
    const Program way(home, script);
    home.configure("ProxyCommand " + way.path() + "\n");
    OverSsh ssh(home);
    const Reply reply = ssh.run(*ssh.connect(ssh.host(sshd)), "echo in", {}, patience);
    CHECK(reply.ending == Ending::NotSent);
    CHECK(reply.took < 20s);  // the machine may be slow
    CHECK_MESSAGE(says(reply.err, told), reply.err);
    CHECK(way.started().size() == 1);
    CHECK(way.is_gone());
}

TEST_CASE("ssh: a ProxyCommand that cannot be found is told, in the shell's words") {
    SshHome home;
    Sshd sshd(home);
    home.configure("ProxyCommand " + home.directory() + "/nowhere\n");
    OverSsh ssh(home);
    const std::string why = ssh.run(ssh.host(sshd), "echo").err;
    CHECK_MESSAGE(says(why, "its ProxyCommand exited with 127, and says: "), why);
    CHECK_MESSAGE(says(why, home.directory() + "/nowhere"), why);
}

TEST_CASE("ssh: a ProxyCommand that talks much carries on, and one that breaks down takes the link with it") {
    SshHome home;
    Sshd sshd(home);
    const Program way(home, std::string("head -c 300000 /dev/zero >&2; echo a last word >&2\n") + leads_there);
    home.configure("ProxyCommand " + way.path() + " %h %p\n");
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    const auto stream = connection->open({"echo here; exec sleep 60", "", ""}, Time::max());
    REQUIRE(std::holds_alternative<Stream::Chunk>(stream->next(Time::max())));
    kill(-way.started().front(), SIGKILL);
    const auto next = stream->next(Time::max());
    REQUIRE(std::holds_alternative<Stream::End>(next));
    CHECK(std::get<Stream::End>(next).ending == Ending::LinkLost);
    const std::string why = std::get<Stream::End>(next).why;
    CHECK_MESSAGE(says(why, "its ProxyCommand was ended by SIGKILL"), why);
    CHECK_MESSAGE(says(why, "a last word"), why);
    CHECK(ssh.run(*connection, "echo again").out == "again\n");
}

TEST_CASE("ssh: a name that a shell or ssh would not take for a name starts nothing") {
    SshHome home;
    Sshd sshd(home);
    const Program way(home, "exit 1");
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    home.configure("ProxyCommand " + way.path() + " %h %r\n");
    std::string told;
    SUBCASE("an address of the site") {
        host.address = "-oProxyCommand=touch";
        told = "begins with \"-\"";
    }
    SUBCASE("a user of the site") {
        host.user = "$(touch x)";
        told = "its user \"$(touch x)\" has \"(\" in it";
    }
    SUBCASE("a user whom a shell would change") {
        host.user = "web$HOME";
        told = "a shell would not take the user \"web$HOME\" to the letter";
    }
    SUBCASE("a HostName of the configuration") {
        home.configure("HostName a;touch\nProxyCommand " + way.path() + " %h\n");
        told = "its HostName \"a;touch\" has \";\" in it";
    }
    const Reply reply = ssh.run(host, "echo");
    CHECK(reply.ending == Ending::NotSent);
    CHECK_MESSAGE(says(reply.err, told), reply.err);
    CHECK(way.started().empty());
}
