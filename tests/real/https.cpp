// HTTPS to a real server: whom its certificate does not prove to be the host that was meant is told nothing.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "runtime/connection/local.hpp"
#include "runtime/connection/net/network.hpp"
#include "tests/real/daemon.hpp"
#include "tests/real/needs.hpp"
#include "tests/support/sshd.hpp"

namespace {

using runtime::Command;
using runtime::Ending;
using runtime::Reply;
using namespace std::chrono_literals;

/// Answers every GET with a page about the connection. Its certificate says that it is `name`, and that it says so itself.
class HttpsServer {
  public:
    enum class Clients { Any, WithCertificate };
    explicit HttpsServer(const std::string& name, Clients clients = Clients::Any) {
        real::ran("OpenSSL");
        make("key", "certificate", {"-nodes", "-subj", "/CN=procrun test", "-addext", "subjectAltName=IP:" + name});
        std::vector<std::string> server{"openssl", "s_server",    "-www", "-accept",      fmt::format("{}:{}", own_address(), port_),
                                        "-cert",   certificate(), "-key", folder_ / "key"};
        if (clients == Clients::WithCertificate) {
            make("own_key", "own", {"-nodes", "-subj", "/CN=operator"});
            make("locked_key", "locked", {"-passout", "pass:s3cret", "-subj", "/CN=operator"});
            server.insert(server.end(), {"-Verify", "1", "-verify_return_error", "-CAfile", folder_ / "own"});
        }
        server_ = std::make_unique<Daemon>(server, folder_ / "log");
        REQUIRE(eventually([&] { return can_connect(own_address(), port_); }));
    }

    Reply ask(const runtime::TlsFiles& files) {
        const auto scheduler = runtime::real_scheduler();
        const runtime::Stop stop;
        lang::Host host;
        host.name = "secure";
        host.address = own_address();
        const auto connection = runtime::network_connections(runtime::local_connections(*scheduler, stop), *scheduler, stop)(host);
        const Command command = Command::request(
            runtime::HttpRequest{.target = "/status", .port = port_, .tls = true, .files = files, .user = "admin", .password = {"s3cret"}});
        return runtime::execute(*connection, runtime::request_line(host, command), 60s, *scheduler, stop);
    }
    std::string certificate() const { return folder_ / "certificate"; }
    std::string file(const std::string& name) const { return folder_ / name; }

  private:
    void make(const std::string& key, const std::string& certificate, const std::vector<std::string>& how) {
        std::vector<std::string> command{"openssl", "req",     "-x509",       "-newkey", "rsa:2048",           "-days",
                                         "2",       "-keyout", folder_ / key, "-out",    folder_ / certificate};
        command.insert(command.end(), how.begin(), how.end());
        Daemon made(command, folder_ / "made");
        REQUIRE(eventually([&] { return made.has_ended(); }));
        REQUIRE_MESSAGE(made.exit_code() == 0, support::read_file(folder_ / "made"));
    }

    Folder folder_;
    int port_ = Listener(own_address()).port();
    std::unique_ptr<Daemon> server_;
};

}  // namespace

TEST_CASE("a certificate that is believed, and is the host's, lets a request through") {
    HttpsServer server(own_address());
    const Reply reply = server.ask({.ca = server.certificate()});
    CHECK_MESSAGE(reply.ending == Ending::Exited, reply.describe());
    CHECK(reply.status == 200);
    CHECK(reply.out.find("s_server") != std::string::npos);
}

TEST_CASE("a certificate that nobody vouches for, and one of another machine, are refused before anything is sent") {
    HttpsServer self_signed(own_address());
    const Reply unknown = self_signed.ask({});
    CHECK(unknown.ending == Ending::NotSent);
    CHECK_MESSAGE(unknown.describe().find("certificate") != std::string::npos, unknown.describe());

    HttpsServer other("127.93.77.77");
    const Reply wrong = other.ask({.ca = other.certificate()});
    CHECK(wrong.ending == Ending::NotSent);
    CHECK_MESSAGE(wrong.describe().find(own_address()) != std::string::npos, wrong.describe());
}

TEST_CASE("a certificate of ours is shown to who asks for it, and a key with a passphrase is refused without asking anybody") {
    HttpsServer server(own_address(), HttpsServer::Clients::WithCertificate);
    const Reply taken = server.ask({.ca = server.certificate(), .certificate = server.file("own"), .key = server.file("own_key")});
    CHECK_MESSAGE(taken.ending == Ending::Exited, taken.describe());
    CHECK(taken.status == 200);
    CHECK(server.ask({.ca = server.certificate()}).status == 0);
    const Reply locked = server.ask({.ca = server.certificate(), .certificate = server.file("locked"), .key = server.file("locked_key")});
    CHECK_MESSAGE(locked.ending == Ending::NotSent, locked.describe());
}

TEST_CASE("a file of certificates that is not there, or is a FIFO, is told before anybody is asked") {
    HttpsServer server(own_address());
    const Reply missing = server.ask({.ca = server.file("nowhere")});
    CHECK(missing.ending == Ending::NotSent);
    CHECK_MESSAGE(missing.describe().find("nowhere") != std::string::npos, missing.describe());
    REQUIRE(mkfifo(server.file("fifo").c_str(), 0600) == 0);
    CHECK(server.ask({.ca = server.file("fifo")}).ending == Ending::NotSent);
}
