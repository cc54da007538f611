// What the configuration of ssh says: by `ssh -G`, and by libssh where no OpenSSH is installed.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "runtime/connection/ssh/client.hpp"
#include "runtime/connection/ssh/configuration/effective.hpp"
#include "tests/runtime/connection/ssh/fixture.hpp"

using namespace runtime;
using namespace std::chrono_literals;
using support::Sshd;
using support::SshHome;

namespace {

const SshSettings without_openssh{.openssh = ""};

std::string place(const Sshd& sshd) { return fmt::format("  HostName {}\n  Port {}\n", sshd.address(), sshd.port()); }

/// The same program, with a line in a file for each time that it is started.
std::string counted_ssh(SshHome& home) {
    const std::string path = home.directory() + "/counted-ssh";
    support::write_file(path, fmt::format("#!/bin/sh\necho \"$@\" >>{}.words\nexec ssh \"$@\"\n", path));
    chmod(path.c_str(), 0700);
    return path;
}

}  // namespace

TEST_CASE("ssh: what `ssh -G` prints is read: lists of files without quotation marks, tokens, none") {
    CHECK(files_of_list("/root/.ssh/known_hosts /tmp/a b /x") == std::vector<std::string>{"/root/.ssh/known_hosts", "/tmp/a b", "/x"});
    CHECK(files_of_list("none") == std::vector<std::string>{"none"});
    CHECK(files_of_list("").empty());
    SshTarget target;
    target.name = target.address = "store";
    const HostSettings settings = effective_settings(
        "host store\nuser ops\nhostname 10.1.1.5\nport 2222\nidentityfile ~/.ssh/%h-%r-%n%%\nidentityfile none\n"
        "certificatefile %d/.ssh/a b.pub\nidentityagent none\nuserknownhostsfile none\nglobalknownhostsfile /etc/one /etc/two\n"
        "proxycommand none\npreferredauthentications publickey,password\nconnecttimeout none\npubkeyauthentication true\n"
        "canonicalizePermittedcnames none\nproxyusefdpass yes\nrequiredrsasize 2048\n",
        target, "/home/ops/.ssh");
    CHECK(settings.host == "10.1.1.5");
    CHECK(settings.port == 2222);
    CHECK(settings.user == "ops");
    CHECK(settings.identities == std::vector<std::string>{"/home/ops/.ssh/10.1.1.5-ops-store%"});
    CHECK(settings.certificates == std::vector<std::string>{"/home/ops/.ssh/a b.pub"});
    CHECK(settings.agent.empty());
    CHECK(says(settings.why_no_agent, "IdentityAgent none"));
    CHECK(settings.known_hosts.user == std::vector<std::string>{"/dev/null"});
    CHECK(settings.known_hosts.global == std::vector<std::string>{"/etc/one", "/etc/two"});
    CHECK(settings.proxy_command.empty());
    CHECK(settings.keys);
    CHECK(settings.passwords);
    CHECK_FALSE(settings.dialogues);
    CHECK_FALSE(settings.connect_timeout);
    CHECK(settings.algorithms.smallest_rsa == 2048);
    CHECK(says(settings.told(SshRemedy::When::Always), "ProxyUseFdpass yes"));
}

TEST_CASE("ssh: Match, aliases and several keys count as they do for ssh, and ssh is asked once a host") {
    SshHome home;
    Sshd sshd(home);
    const std::string other = home.directory() + "/other", right = home.directory() + "/right";
    support::make_key(other);
    std::filesystem::rename(home.key(), right);
    home.configure(
        fmt::format("Match originalhost store exec \"test %n = store\"\n{}"
                    "Host *\n  IdentityFile {}\n  IdentityFile {}\n",
                    place(sshd), other, right));
    const std::string program = counted_ssh(home);
    OverSsh ssh(home, {.openssh = program});
    lang::Host& host = ssh.host(sshd);
    host.address = "store";
    host.port = 0;
    host.key.clear();
    const auto connection = ssh.connect(host);
    const Reply reply = ssh.run(*connection, "echo in");
    CHECK_MESSAGE(reply.out == "in\n", reply.describe());
    connection->reset();
    CHECK(ssh.run(*connection, "echo again").out == "again\n");
    const std::string words = support::read_file(program + ".words");
    CHECK(words == "-G -T -F /dev/stdin -- store\n");
}

TEST_CASE("ssh: the site's user and port go before the configuration, and decide what matches") {
    SshHome home;
    Sshd sshd(home);
    home.configure(fmt::format("Match user root\n  HostName {}\nHost *\n  User nobody-of-that-name\n  Port 1\n", sshd.address()));
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    host.address = "store";
    host.user = "root";
    const Reply reply = ssh.run(host, "echo in");
    CHECK_MESSAGE(reply.out == "in\n", reply.describe());
}

TEST_CASE("ssh: HostKeyAlias, and the second of two files of known hosts, whose names are hashed") {
    SshHome home;
    Sshd sshd(home, {.known = false});
    const std::string line = sshd.known_hosts_line(), second = home.directory() + "/second";
    support::write_file(second, "house-store" + line.substr(line.find(' ')));
    SUBCASE("in the clear") {}
    SUBCASE("hashed") { REQUIRE(std::system(("ssh-keygen -q -H -f " + second + " >/dev/null 2>&1").c_str()) == 0); }
    const std::string config = fmt::format("UserKnownHostsFile {} {}\n", home.known_hosts(), second);
    home.configure(config);
    const std::string why = OverSsh(home).run(OverSsh(home).host(sshd), "echo").err;
    CHECK_MESSAGE(says(why, "its host key is not known"), why);
    CHECK_MESSAGE(says(why, home.known_hosts() + ", " + second), why);
    home.configure(config + "HostKeyAlias house-store\n");
    OverSsh ssh(home);
    const Reply reply = ssh.run(ssh.host(sshd), "echo in");
    CHECK_MESSAGE(reply.out == "in\n", reply.describe());
    support::write_file(second, "");
    const std::string remedy = ssh.run(ssh.host(sshd), "echo").err;
    CHECK_MESSAGE(says(remedy, "has no line for house-store"), remedy);
    CHECK_MESSAGE(says(remedy, "| sed 's/^[^ #]*/house-store/' >> " + home.known_hosts()), remedy);
}

TEST_CASE("ssh: the algorithms of the configuration count, and those that libssh has none of are told") {
    SshHome home;
    Sshd sshd(home, {.settings = "Ciphers aes128-cbc\nKexAlgorithms diffie-hellman-group14-sha1\nMACs hmac-sha1\n"});
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    CHECK(ssh.run(host, "echo in").ending == Ending::NotSent);
    home.configure("Ciphers +aes128-cbc\nKexAlgorithms +diffie-hellman-group14-sha1\nMACs +hmac-sha1\n");
    OverSsh with(home);
    const Reply reply = with.run(host, "echo in");
    CHECK_MESSAGE(reply.out == "in\n", reply.describe());
    home.configure("KexAlgorithms sntrup761x25519-sha512@openssh.com\n");
    OverSsh none(home);
    CHECK(says(none.run(host, "echo").err, "KexAlgorithms sntrup761x25519-sha512@openssh.com, and libssh has none of them"));
}

TEST_CASE("ssh: a configuration that ssh refuses is told in ssh's words, with file and line, and is read anew when it is mended") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    home.configure("Host *\n\n  Port 99999\n");
    const std::string why = ssh.run(*connection, "echo").err;
    CHECK_MESSAGE(says(why, home.directory() + "/config line 3: Bad port"), why);
    home.configure("");
    CHECK(ssh.run(*connection, "echo in").out == "in\n");
}

TEST_CASE("ssh: an ssh that does not answer ends a log-in at its deadline, with all that it has started") {
    SshHome home;
    Sshd sshd(home);
    const std::string pids = home.directory() + "/pids";
    home.configure(fmt::format("Match exec \"echo $$ >>{}; sleep 300\"\n  Port 1\n", pids));
    OverSsh ssh(home);
    const Reply reply = ssh.run(*ssh.connect(ssh.host(sshd)), "echo", {}, 3s);
    CHECK(reply.ending == Ending::NotSent);
    CHECK(reply.took < 20s);  // the machine may be slow
    CHECK_MESSAGE(says(reply.err, "`ssh -G` does not tell in time"), reply.err);
    const pid_t matching = std::stoi(support::read_file(pids));
    // Killed; whoever has adopted it may take a moment to reap it.
    while (std::system(fmt::format("ps -o stat= -p {} | grep -qv ^Z", matching).c_str()) == 0) {
    }
}

TEST_CASE("ssh: what the configuration forbids is not tried, and what it does not do is told") {
    SshHome home;
    Sshd sshd(home);
    support::write_file(home.directory() + "/authorized_keys", "");
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    host.key.clear();
    home.configure("PubkeyAuthentication no\nBatchMode yes\nPKCS11Provider /usr/lib/token.so\nControlPath ~/.ssh/%C\n");
    const std::string why = ssh.run(host, "echo").err;
    CHECK_MESSAGE(says(why, "keys: not tried: the configuration of ssh forbids it (PubkeyAuthentication"), why);
    CHECK_MESSAGE(says(why, "a password: nobody is asked: the configuration of ssh says BatchMode yes"), why);
    CHECK_MESSAGE(says(why, "The configuration of ssh says PKCS11Provider /usr/lib/token.so: keys of a token"), why);
    CHECK_MESSAGE(says(why, "The configuration of ssh says ControlPath "), why);
    CHECK(ssh.questions.empty());
    home.configure("ProxyUseFdpass yes\n");
    CHECK(says(OverSsh(home).run(host, "echo").err, "The configuration of ssh says ProxyUseFdpass yes: a socket"));
}

TEST_CASE("ssh: without OpenSSH ~/.ssh/config gives address, port, user, key and known_hosts; the site wins") {
    SshHome home;
    Sshd sshd(home, {.known = false});
    support::write_file(home.directory() + "/mine", sshd.known_hosts_line());
    home.configure("Host store\n  HostName " + sshd.address() + "\n  Port " + std::to_string(sshd.port()) + "\n  IdentityFile " +
                   home.directory() + "/elsewhere\n  UserKnownHostsFile " + home.directory() + "/mine\n");
    std::filesystem::rename(home.key(), home.directory() + "/elsewhere");
    OverSsh ssh(home, without_openssh);
    lang::Host host;
    host.name = host.address = "store";
    CHECK(ssh.run(host, "echo in").out == "in\n");

    host.port = 1;
    CHECK(says(ssh.run(host, "echo").err, "store (" + sshd.address() + " port 1): Connection refused"));
    host.port = 0;
    host.user = "nobody-of-that-name";
    CHECK(says(ssh.run(host, "echo").err, "does not let nobody-of-that-name in"));
}

TEST_CASE("ssh: without OpenSSH what the configuration includes counts as it does for ssh") {
    SshHome home;
    Sshd sshd(home);
    const std::string inner = fmt::format("Host inner\n  HostName {}\n  Port {}\n", sshd.address(), sshd.port());
    std::filesystem::create_directory(home.directory() + "/config.d");
    support::write_file(home.directory() + "/config.d/one", inner);
    support::write_file(home.directory() + "/config.d/two", "Host nobody\n  Port 1\n");
    const std::string before = std::getenv("HOME") == nullptr ? "" : std::getenv("HOME");
    setenv("HOME", home.directory().c_str(), 1);
    const std::vector<std::string> ways{
        "Include ~/config.d/one\n", "Include ~/config.d/*\n", "include=config.d/*\n", "Include \"" + home.directory() + "/config.d/one\"\n",
        "Include none-is-there/* config.d/two config.d/one\n", "Host inn*\n  Include ~/config.d/one\n",
        // The lines behind belong to the host of those before.
        "Host inner\n  Include config.d/two\n  Include config.d/one\n  Port 9\n",
        "Host inner\n  Include config.d/two\n  HostName " + sshd.address() + "\n  Port " + std::to_string(sshd.port()) + "\n"};
    for (const std::string& way : ways) {
        CAPTURE(way);
        home.configure(way);
        OverSsh ssh(home, without_openssh);
        lang::Host& host = ssh.host(sshd);
        host.address = "inner";
        host.port = 0;
        const Reply reply = ssh.run(host, "echo in");
        CHECK_MESSAGE(reply.out == "in\n", reply.describe());
    }
    setenv("HOME", before.c_str(), 1);
}

TEST_CASE("ssh: without OpenSSH a configuration that cannot be used says where and why, and nobody is waited for") {
    SshHome home;
    Sshd sshd(home);
    const std::string config = home.directory() + "/config";
    const auto why = [&](const std::string& text) {
        home.configure(text);
        OverSsh ssh(home, without_openssh);
        const Reply reply = ssh.run(ssh.host(sshd), "echo in");
        CHECK(reply.ending == Ending::NotSent);
        return reply.err;
    };
    for (const char* port : {"99999", "0", "-1", "65536", "ssh", "22x", "\"\""})
        CHECK(says(why(fmt::format("Host *\n\n  Port {}\n", port)),
                   fmt::format("{} line 3: \"{}\" is not a port: 1 to 65535", config, port)));
    CHECK(says(why("Include ~somebody/config\n"), config + " line 1: Include ~somebody/config: only `~/`"));
    CHECK(says(why("Include %h.conf\n"), config + " line 1: Include %h.conf: only `~/`"));
    CHECK(says(why("Include config\n"), "included more than"));
    REQUIRE(mkfifo((home.directory() + "/fifo").c_str(), 0600) == 0);
    CHECK(says(why("Include fifo\n"), home.directory() + "/fifo: it is a FIFO, and a file is expected"));
    support::write_file(home.directory() + "/bad", "Port 70000\n");
    CHECK(says(why("Include bad\n"), home.directory() + "/bad line 1: \"70000\" is not a port"));
    std::filesystem::remove(config);
    REQUIRE(mkfifo(config.c_str(), 0600) == 0);
    OverSsh ssh(home, without_openssh);
    CHECK(says(ssh.run(ssh.host(sshd), "echo").err, config + ": it is a FIFO, and a file is expected"));
}
