#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

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
