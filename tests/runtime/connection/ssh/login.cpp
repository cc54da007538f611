#include <doctest/doctest.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "tests/runtime/connection/ssh/fixture.hpp"

using namespace runtime;
using support::Sshd;
using support::SshHome;

namespace {

/// The home's key gets another file, locked with a passphrase; the usual one goes.
std::string lock_key(SshHome& home, const std::string& name = "locked") {
    const std::string path = home.directory() + "/" + name;
    support::make_key(path, "open sesame");
    support::write_file(home.directory() + "/authorized_keys", support::read_file(path + ".pub"));
    return path;
}

}  // namespace

TEST_CASE("ssh: without a key in the site the usual key files are tried") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    host.key.clear();
    CHECK(ssh.run(host, "echo in").out == "in\n");
    CHECK(ssh.questions.empty());
}

TEST_CASE("ssh: a key that the server does not want says so, and what it would take") {
    SshHome home;
    Sshd sshd(home);
    support::write_file(home.directory() + "/authorized_keys", "");
    OverSsh ssh(home);
    const Reply reply = ssh.run(ssh.host(sshd), "echo");
    CHECK(reply.ending == Ending::NotSent);
    INFO(reply.err);
    CHECK(says(reply.err, "key " + home.key() + ": refused"));
    CHECK(says(reply.err, "it takes: keys"));
}

TEST_CASE("ssh: a key file that is missing, unreadable or open to others says so") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    SUBCASE("missing") {
        host.key = home.directory() + "/none";
        CHECK(says(ssh.run(host, "echo").err, host.key + ": No such file"));
    }
    SUBCASE("no key") {
        host.key = home.known_hosts();
        chmod(host.key.c_str(), 0600);
        CHECK(says(ssh.run(host, "echo").err, "not a private key"));
    }
    SUBCASE("open to others") {
        chmod(host.key.c_str(), 0644);
        CHECK(says(ssh.run(host, "echo").err, "chmod 600 " + host.key));
        chmod(host.key.c_str(), 0600);
        CHECK(ssh.run(host, "echo in").out == "in\n");  // mended meanwhile
    }
    SUBCASE("a FIFO") {
        host.key = home.directory() + "/fifo";
        REQUIRE(mkfifo(host.key.c_str(), 0600) == 0);
        CHECK(says(ssh.run(host, "echo").err, host.key + ": it is a FIFO, and a file is expected"));
    }
    SUBCASE("a FIFO beside a key that is locked") {
        host.key = lock_key(home);
        std::filesystem::remove(host.key + ".pub");
        REQUIRE(mkfifo((host.key + ".pub").c_str(), 0600) == 0);
        ssh.answers = {"open sesame"};
        CHECK(ssh.run(host, "echo in").out == "in\n");
    }
    SUBCASE("a directory") {
        host.key = home.directory();
        CHECK(says(ssh.run(host, "echo").err, "it is a directory, and a file is expected"));
    }
}

TEST_CASE("ssh: the passphrase of a key is asked for once, however many hosts it opens") {
    SshHome home;
    Sshd sshd(home, {.addresses = 3});
    OverSsh ssh(home);
    const std::string key = lock_key(home);
    ssh.answers = {"wrong", "open sesame"};
    std::vector<std::function<void()>> branches;
    std::vector<Reply> replies(3);
    for (std::size_t i = 0; i < 3; ++i) {
        lang::Host& host = ssh.host(sshd, i);
        host.key = key;
        branches.emplace_back([&, i] { replies[i] = ssh.run(host, "echo in"); });
    }
    ssh.scheduler->run_all(std::move(branches), 0);
    for (const Reply& reply : replies) {
        INFO(reply.describe());
        CHECK(reply.out == "in\n");
    }
    CHECK(ssh.questions == std::list<std::string>(2, "Passphrase of " + key + ": "));
}

TEST_CASE("ssh: a key that stays locked says why") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    host.key = lock_key(home);
    SUBCASE("nobody answers") { CHECK(says(ssh.run(host, "echo").err, "nobody gave it")); }
    SUBCASE("wrong answers") {
        ssh.answers = {"a", "b", "c", "open sesame"};
        CHECK(says(ssh.run(host, "echo").err, "wrong 3 times"));
    }
}

TEST_CASE("ssh: nobody is asked for the passphrase of a key that the server does not want") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    host.key = lock_key(home);
    support::write_file(home.directory() + "/authorized_keys", support::read_file(home.key() + ".pub"));
    CHECK(says(ssh.run(host, "echo").err, "key " + host.key + ": refused"));
    CHECK(ssh.questions.empty());
}

TEST_CASE("ssh: ~/.ssh/config gives address, port, user, key and known_hosts; the site wins") {
    SshHome home;
    Sshd sshd(home, {.known = false});
    support::write_file(home.directory() + "/mine", sshd.known_hosts_line());
    home.configure("Host store\n  HostName " + sshd.address() + "\n  Port " + std::to_string(sshd.port()) + "\n  IdentityFile " +
                   home.directory() + "/elsewhere\n  UserKnownHostsFile " + home.directory() + "/mine\n");
    std::filesystem::rename(home.key(), home.directory() + "/elsewhere");
    OverSsh ssh(home);
    lang::Host host;
    host.name = host.address = "store";
    CHECK(ssh.run(host, "echo in").out == "in\n");

    host.port = 1;
    CHECK(says(ssh.run(host, "echo").err, "store (" + sshd.address() + " port 1): Connection refused"));
    host.port = 0;
    host.user = "nobody-of-that-name";
    CHECK(says(ssh.run(host, "echo").err, "does not let nobody-of-that-name in"));
}

TEST_CASE("ssh: a password from a secret that the server does not take is said so, and so is a secret that cannot be read") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    host.key.clear();
    host.password = "root_password";
    SUBCASE("refused") {
        ssh.secret = [](std::string_view) { return lang::Value(lang::Secret{"surely not the password"}); };
        const Reply reply = ssh.run(host, "echo");
        CHECK(says(reply.err, "password root_password: refused"));
        CHECK_FALSE(says(reply.err, "surely"));
    }
    SUBCASE("unreadable") { CHECK(says(ssh.run(host, "echo").err, "there are no secrets here")); }
}

TEST_CASE("ssh: as the last resort a person is asked for the password, once") {
    SshHome home;
    Sshd sshd(home);
    support::write_file(home.directory() + "/authorized_keys", "");
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    host.key.clear();
    host.user = "root";
    ssh.answers = {"surely not the password"};
    CHECK(says(ssh.run(host, "echo").err, "password: refused"));
    CHECK(ssh.questions == std::list<std::string>{"Password of root@" + sshd.address() + ": "});
}

TEST_CASE("ssh: what the configuration includes counts as it does for ssh") {
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
        OverSsh ssh(home);
        lang::Host& host = ssh.host(sshd);
        host.address = "inner";
        host.port = 0;
        const Reply reply = ssh.run(host, "echo in");
        CHECK_MESSAGE(reply.out == "in\n", reply.describe());
    }
    setenv("HOME", before.c_str(), 1);
}

TEST_CASE("ssh: a configuration that cannot be used says where and why, and nobody is waited for") {
    SshHome home;
    Sshd sshd(home);
    const std::string config = home.directory() + "/config";
    const auto why = [&](const std::string& text) {
        home.configure(text);
        OverSsh ssh(home);
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
    OverSsh ssh(home);
    CHECK(says(ssh.run(ssh.host(sshd), "echo").err, config + ": it is a FIFO, and a file is expected"));
}

TEST_CASE("ssh: a user certificate opens a host that does not know its key") {
    SshHome home;
    const std::string ca = home.directory() + "/ca";
    support::make_key(ca);
    Sshd sshd(home, {.settings = "TrustedUserCAKeys " + ca + ".pub\n"});
    support::write_file(home.directory() + "/authorized_keys", "");
    const std::string user = getpwuid(getuid())->pw_name;
    const auto certify = [&](const std::string& key, const std::string& principal) {
        const std::string command = fmt::format("ssh-keygen -q -s {} -I test -n {} {}.pub 2>/dev/null", ca, principal, key);
        REQUIRE(std::system(command.c_str()) == 0);
        return key + "-cert.pub";
    };
    OverSsh ssh(home);
    lang::Host& host = ssh.host(sshd);
    const auto lets_in = [&] {
        const Reply reply = ssh.run(host, "echo in");
        CHECK_MESSAGE(reply.out == "in\n", reply.describe());
    };
    SUBCASE("beside the site's key") {
        certify(home.key(), user);
        lets_in();
    }
    SUBCASE("beside a usual key") {
        certify(home.key(), user);
        host.key.clear();
        lets_in();
    }
    SUBCASE("beside a key with a passphrase, which is asked for once") {
        host.key = home.directory() + "/locked";
        support::make_key(host.key, "open sesame");
        certify(host.key, user);
        ssh.answers = {"open sesame"};
        lets_in();
    }
    SUBCASE("named by the configuration") {
        std::filesystem::rename(certify(home.key(), user), home.directory() + "/elsewhere.pub");
        home.configure("Host nobody\n  CertificateFile none\nHost *\n  CertificateFile " + home.directory() + "/elsewhere.pub\n");
        lets_in();
    }
    SUBCASE("for somebody else") {
        const std::string file = certify(home.key(), "somebody-else");
        const Reply reply = ssh.run(host, "echo");
        CHECK(reply.ending == Ending::NotSent);
        CHECK_MESSAGE(says(reply.err, "certificate " + file + ": refused"), reply.err);
    }
    SUBCASE("for another key") {
        const std::string other = home.directory() + "/other";
        support::make_key(other);
        std::filesystem::rename(certify(other, user), home.key() + "-cert.pub");
        CHECK(says(ssh.run(host, "echo").err, "it is not for the key " + home.key()));
    }
}

TEST_CASE("ssh: where the configuration keeps no known hosts nobody is told to add one there") {
    SshHome home;
    Sshd sshd(home);
    home.configure("StrictHostKeyChecking no\nUserKnownHostsFile /dev/null\n");
    OverSsh ssh(home);
    const std::string why = ssh.run(ssh.host(sshd), "echo").err;
    INFO(why);
    CHECK(says(why, "its UserKnownHostsFile is /dev/null, where no key can stand"));
    CHECK_FALSE(says(why, ">> /dev/null"));
    CHECK(says(why, ">> " + home.known_hosts()));
}
