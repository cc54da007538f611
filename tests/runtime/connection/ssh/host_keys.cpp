#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "runtime/connection/ssh/trust/known_hosts.hpp"
#include "tests/runtime/connection/ssh/fixture.hpp"

using namespace runtime;
using support::Sshd;
using support::SshHome;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

std::string refusal(const Reply& reply) {
    REQUIRE(reply.ending == Ending::NotSent);
    return reply.err;
}

}  // namespace

TEST_CASE("known_hosts: names in the clear are found, everything else is left to libssh") {
    const auto file = KnownHostsFile::parse(
        "# a comment\n"
        "\n"
        "alpha,10.1.1.5 ssh-ed25519 AAAA1 a comment\n"
        "  [Beta]:2222\tssh-rsa AAAA2\r\n"
        "alpha ssh-rsa AAAA3\n"
        "*.example.com,gamma ssh-ed25519 AAAA4\n"
        "delta,!10.1.1.6 ssh-ed25519 AAAA5\n"
        "|1|c2FsdA==|aGFzaA== ssh-ed25519 AAAA6\n"
        "@cert-authority epsilon ssh-ed25519 AAAA7\n"
        "@revoked * ssh-ed25519 AAAA8\n"
        "short");
    CHECK(file.keys("alpha") == std::vector<HostKey>{{"ssh-ed25519", "AAAA1"}, {"ssh-rsa", "AAAA3"}});
    CHECK(file.keys("10.1.1.5").size() == 1);
    CHECK(file.keys("[beta]:2222") == std::vector<HostKey>{{"ssh-rsa", "AAAA2"}});
    CHECK(file.keys("gamma").size() == 1);
    for (const char* unknown : {"a.example.com", "*.example.com", "delta", "10.1.1.6", "epsilon", "*"}) CHECK(file.keys(unknown).empty());
    CHECK(file.revokes({"ssh-ed25519", "AAAA8"}));
    CHECK_FALSE(file.revokes({"ssh-ed25519", "AAAA1"}));
    CHECK(known_hosts_name("Alpha", 22) == "alpha");
    CHECK(known_hosts_name("10.1.1.5", 2222) == "[10.1.1.5]:2222");
}

TEST_CASE("ssh: a host whose key is unknown is refused, with the fingerprint, the file and the way out") {
    SshHome home;
    Sshd sshd(home, {.known = false});
    OverSsh ssh(home);
    const std::string message = refusal(ssh.run(ssh.host(sshd), "echo"));
    INFO(message);
    CHECK(says(message, "host key is not known"));
    CHECK(says(message, "ssh-ed25519 SHA256:"));
    CHECK(says(message, "ssh-keyscan -p " + std::to_string(sshd.port()) + " " + sshd.address() + " >> " + home.known_hosts()));
    CHECK(support::read_file(home.known_hosts()).empty());  // nothing is believed by itself
}

TEST_CASE("known_hosts: an authority speaks for those whom its patterns name") {
    const auto file = KnownHostsFile::parse(
        "@cert-authority *.example.com,!old.example.com ssh-ed25519 AAAA1\n"
        "@cert-authority [10.1.1.?]:2222 ssh-ed25519 AAAA2\n"
        "*.example.org ssh-ed25519 AAAA3\n");
    for (const char* known : {"a.example.com", "[10.1.1.5]:2222"}) CHECK_MESSAGE(file.has_authority(known), known);
    for (const char* unknown : {"old.example.com", "example.com", "10.1.1.5", "[10.1.1.50]:2222", "a.example.org", ""})
        CHECK_FALSE_MESSAGE(file.has_authority(unknown), unknown);
}

TEST_CASE("ssh: a host for which an authority speaks is refused with what makes it known, and let in then") {
    SshHome home;
    const std::string ca = home.directory() + "/host-ca", key = home.directory() + "/host-key";
    support::make_key(ca);
    support::make_key(key);
    REQUIRE(std::system(("ssh-keygen -q -s " + ca + " -I host -h " + key + ".pub 2>/dev/null").c_str()) == 0);
    Sshd sshd(home, {.settings = "HostKey " + key + "\nHostCertificate " + key + "-cert.pub\n", .known = false});
    support::write_file(home.known_hosts(), "@cert-authority [127.93.*]:* " + support::read_file(ca + ".pub"));
    OverSsh ssh(home);
    const std::string message = refusal(ssh.run(ssh.host(sshd), "echo"));
    INFO(message);
    CHECK(says(message, home.known_hosts() + " has an @cert-authority line for it"));
    CHECK(says(message, "ssh-ed25519 SHA256:"));
    CHECK(says(message, "ssh-keyscan -p " + std::to_string(sshd.port()) + " " + sshd.address() + " >> " + home.known_hosts()));
    CHECK_FALSE(says(message, "is not known"));
    const std::string scan = message.substr(message.find("ssh-keyscan"));
    REQUIRE(std::system(("(" + scan + ") 2>/dev/null").c_str()) == 0);
    CHECK(ssh.run(ssh.host(sshd), "echo in").out == "in\n");
}

TEST_CASE("ssh: a machine of several host keys is known by whichever stands in known_hosts") {
    SshHome home;
    const std::string key = home.directory() + "/ecdsa-key";
    REQUIRE(std::system(("ssh-keygen -q -t ecdsa -N '' -f " + key).c_str()) == 0);
    Sshd sshd(home, {.settings = "HostKey " + key + "\n", .known = false});
    const std::string line = sshd.known_hosts_line();
    support::write_file(home.known_hosts(), line.substr(0, line.find(' ')) + " " + support::read_file(key + ".pub"));
    std::string program = "ssh";
    SUBCASE("in the clear") {}
    SUBCASE("hashed") { REQUIRE(std::system(("ssh-keygen -q -H -f " + home.known_hosts() + " >/dev/null 2>&1").c_str()) == 0); }
    SUBCASE("without OpenSSH") { program.clear(); }
    OverSsh ssh(home, {.openssh = program});
    const Reply reply = ssh.run(ssh.host(sshd), "echo in");
    CHECK_MESSAGE(reply.out == "in\n", reply.describe());
}

TEST_CASE("ssh: a line that was added after a refusal counts at once") {
    SshHome home;
    Sshd sshd(home, {.known = false});
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    refusal(ssh.run(*connection, "echo"));
    support::write_file(home.known_hosts(), sshd.known_hosts_line());
    CHECK(ssh.run(*connection, "echo in").out == "in\n");
}

TEST_CASE("ssh: a host whose key has changed is refused, whatever the configuration says") {
    SshHome home;
    home.configure("StrictHostKeyChecking no\n");
    Sshd sshd(home, {.known = false});
    Sshd another(home, {.known = false});
    const std::string name = "[" + sshd.address() + "]:" + std::to_string(sshd.port());
    const std::string line = another.known_hosts_line();
    support::write_file(home.known_hosts(), name + line.substr(line.find(' ')));
    OverSsh ssh(home);
    const std::string message = refusal(ssh.run(ssh.host(sshd), "echo"));
    INFO(message);
    CHECK(says(message, "host key has CHANGED"));
    CHECK(says(message, "ssh-ed25519 SHA256:"));
    CHECK(says(message, "ssh-keygen -R '" + name + "' -f " + home.known_hosts()));
}

TEST_CASE("ssh: a revoked key is refused even where the host is known by it") {
    SshHome home;
    Sshd sshd(home);
    const std::string line = sshd.known_hosts_line();
    support::write_file(home.known_hosts(), line + "@revoked * " + line.substr(line.find(' ') + 1));
    OverSsh ssh(home);
    const std::string message = refusal(ssh.run(ssh.host(sshd), "echo"));
    INFO(message);
    CHECK(says(message, "REVOKED"));
}

TEST_CASE("ssh: hashed names and patterns in known_hosts are understood") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    SUBCASE("a hashed name") {
        REQUIRE(std::system(("ssh-keygen -q -H -f " + home.known_hosts() + " 2>/dev/null >/dev/null").c_str()) == 0);
        CHECK(support::read_file(home.known_hosts()).starts_with("|1|"));
        CHECK(ssh.run(ssh.host(sshd), "echo in").out == "in\n");
    }
    SUBCASE("a pattern") {
        const std::string line = sshd.known_hosts_line();
        support::write_file(home.known_hosts(), replaced(line, sshd.address(), "127.*"));
        CHECK(ssh.run(ssh.host(sshd), "echo in").out == "in\n");
    }
}

TEST_CASE("ssh: what is revoked while the process lives opens no link any more") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    CHECK(ssh.run(*connection, "echo in").out == "in\n");
    const std::string line = sshd.known_hosts_line();
    support::write_file(home.known_hosts(), line + "@revoked * " + line.substr(line.find(' ') + 1));
    connection->reset();
    const std::string message = refusal(ssh.run(*connection, "echo"));
    CHECK_MESSAGE(says(message, "REVOKED"), message);
    support::write_file(home.known_hosts(), "");
    CHECK(says(refusal(ssh.run(*connection, "echo")), "not known"));
    support::write_file(home.known_hosts(), line);
    CHECK(ssh.run(*connection, "echo again").out == "again\n");
}

TEST_CASE("ssh: where known_hosts is not a file that can be read nobody is believed, and nobody is waited for") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const lang::Host& host = ssh.host(sshd);
    std::filesystem::remove(home.known_hosts());
    SUBCASE("a FIFO") {
        REQUIRE(mkfifo(home.known_hosts().c_str(), 0600) == 0);
        CHECK(says(refusal(ssh.run(host, "echo")), home.known_hosts() + ": it is a FIFO, and a file is expected"));
    }
    SUBCASE("a directory") {
        std::filesystem::create_directory(home.known_hosts());
        CHECK(says(refusal(ssh.run(host, "echo")), home.known_hosts() + ": it is a directory, and a file is expected"));
    }
    SUBCASE("endless") {
        std::filesystem::create_symlink("/dev/zero", home.known_hosts());
        CHECK(says(refusal(ssh.run(host, "echo")), home.known_hosts() + ": it is a device, and a file is expected"));
    }
}
