// Log-ins with user certificates, at an sshd that trusts an authority and knows no key.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "tests/runtime/connection/ssh/agents.hpp"

using namespace runtime;
using support::Sshd;
using support::SshHome;

namespace {

struct Authority {
    explicit Authority(std::string ca) : ca(std::move(ca)) { support::make_key(this->ca); }
    explicit Authority(SshHome& home) : Authority(home.directory() + "/ca") {
        sshd.emplace(home, Sshd::Options{.settings = "TrustedUserCAKeys " + ca + ".pub\n"});
        support::write_file(home.directory() + "/authorized_keys", "");
    }

    /// KEY-cert.pub, for who runs the test unless told otherwise.
    std::string certify(const std::string& key, const std::string& principal = getpwuid(getuid())->pw_name,
                        const std::string& options = {}) const {
        const std::string command = fmt::format("ssh-keygen -q -s {} -I test -n {} {} {}.pub 2>/dev/null", ca, principal, options, key);
        REQUIRE(std::system(command.c_str()) == 0);
        return key + "-cert.pub";
    }

    std::string ca;
    std::optional<Sshd> sshd;
};

}  // namespace

TEST_CASE("ssh: a user certificate opens a host that does not know its key") {
    SshHome home;
    const Authority authority(home);
    OverSsh ssh(home);
    lang::Host& host = ssh.host(*authority.sshd);
    SUBCASE("beside the site's key") { authority.certify(home.key()); }
    SUBCASE("beside a usual key") {
        authority.certify(home.key());
        host.key.clear();
    }
    for (const char* type : {"rsa", "ecdsa"}) {
        SUBCASE(type) {
            host.key = home.directory() + "/another";
            REQUIRE(std::system(fmt::format("ssh-keygen -q -t {} -N '' -f {}", type, host.key).c_str()) == 0);
            authority.certify(host.key);
        }
    }
    SUBCASE("beside a key with a passphrase, which is asked for once") {
        host.key = home.directory() + "/locked";
        support::make_key(host.key, "open sesame");
        authority.certify(host.key);
        ssh.answers = {"open sesame"};
    }
    SUBCASE("beside a key in the old format, whose public half is nowhere") {
        host.key = home.directory() + "/old";
        REQUIRE(std::system(fmt::format("ssh-keygen -q -t rsa -m PEM -N '' -f {}", host.key).c_str()) == 0);
        authority.certify(host.key);
        std::filesystem::remove(host.key + ".pub");
    }
    SUBCASE("named by the configuration") {
        std::filesystem::rename(authority.certify(home.key()), home.directory() + "/elsewhere.pub");
        home.configure("Host nobody\n  CertificateFile none\nHost *\n  CertificateFile " + home.directory() + "/elsewhere.pub\n");
    }
    const Reply reply = ssh.run(host, "echo in");
    CHECK_MESSAGE(reply.out == "in\n", reply.describe());
    CHECK(ssh.answers.empty());
}

TEST_CASE("ssh: a certificate counts where an agent has it, or has the key that it speaks for") {
    SshHome home;
    const Authority authority(home);
    const std::string path = home.directory() + "/agent", file = authority.certify(home.key());
    OverSsh ssh(home);
    lang::Host& host = ssh.host(*authority.sshd);
    host.key.clear();
    SUBCASE("the agent has both") {
        const RealAgent agent(path, {home.key()});
        const AgentAt at(path);
        std::filesystem::remove(home.key());
        std::filesystem::remove(file);
        CHECK(ssh.run(host, "echo in").out == "in\n");
    }
    SUBCASE("the agent has the key, and the certificate lies in a file") {
        std::filesystem::rename(file, home.directory() + "/elsewhere.pub");
        const RealAgent agent(path, {home.key()});
        const AgentAt at(path);
        std::filesystem::remove(home.key());
        CHECK(says(ssh.run(host, "echo in").err, "refused (1 of its keys and certificates)"));
        home.configure("CertificateFile " + home.directory() + "/elsewhere.pub\n");
        const Reply reply = ssh.run(host, "echo in");
        CHECK_MESSAGE(reply.out == "in\n", reply.describe());
        home.configure("IdentitiesOnly yes\nCertificateFile " + home.directory() + "/elsewhere.pub\n");
        CHECK(OverSsh(home).run(host, "echo in").out == "in\n");
    }
}

TEST_CASE("ssh: a certificate that does not open a host says why it may not") {
    SshHome home;
    const Authority authority(home);
    OverSsh ssh(home);
    lang::Host& host = ssh.host(*authority.sshd);
    const auto why = [&] {
        const Reply reply = ssh.run(host, "echo");
        CHECK(reply.ending == Ending::NotSent);
        return reply.err;
    };
    const std::string me = getpwuid(getuid())->pw_name;
    SUBCASE("for somebody else") {
        const std::string file = authority.certify(home.key(), "one,two"), said = why();
        CHECK_MESSAGE(says(said, "certificate " + file + ": refused: its principals are one, two, and " + me + " is not among them"), said);
        CHECK_MESSAGE(says(said, "key " + home.key() + ": refused"), said);
    }
    SUBCASE("expired") {
        const std::string file = authority.certify(home.key(), me, "-V 20200101000000Z:20200102000000Z"), said = why();
        CHECK_MESSAGE(says(said, "certificate " + file + ": refused: it expired at 2020-01-02 00:00 UTC"), said);
    }
    SUBCASE("of another authority") {
        const Authority another(home.directory() + "/other-ca");
        const std::string file = another.certify(home.key()), said = why();
        CHECK_MESSAGE(says(said, "certificate " + file + ": refused;"), said);
    }
    SUBCASE("for another key") {
        const std::string other = home.directory() + "/other";
        support::make_key(other);
        std::filesystem::rename(authority.certify(other), home.key() + "-cert.pub");
        CHECK(says(why(), "it is not for the key " + home.key()));
    }
    SUBCASE("named, and not there") {
        home.configure("CertificateFile " + home.directory() + "/gone.pub\n");
        CHECK(says(why(), "certificate " + home.directory() + "/gone.pub: No such file or directory"));
    }
    SUBCASE("no certificate") {
        home.configure("CertificateFile " + home.key() + ".pub\n");
        CHECK(says(why(), "certificate " + home.key() + ".pub: this is not a certificate that can be read"));
    }
}
