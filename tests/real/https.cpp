// HTTPS to a real server: whom its certificate does not prove to be the host that was meant is told nothing.
#include <doctest/doctest.h>
#include <fmt/format.h>

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
    explicit HttpsServer(const std::string& name) {
        real::ran("OpenSSL");
        Daemon made({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=procrun test", "-addext",
                     "subjectAltName=IP:" + name, "-keyout", folder_ / "key", "-out", folder_ / "certificate"},
                    folder_ / "made");
        REQUIRE(eventually([&] { return made.has_ended(); }));
        REQUIRE_MESSAGE(made.exit_code() == 0, support::read_file(folder_ / "made"));
        server_ = std::make_unique<Daemon>(
            std::vector<std::string>{"openssl", "s_server", "-www", "-accept", fmt::format("{}:{}", own_address(), port_), "-cert",
                                     folder_ / "certificate", "-key", folder_ / "key"},
            folder_ / "log");
        REQUIRE(eventually([&] { return can_connect(own_address(), port_); }));
    }

    Reply ask(const runtime::NetworkSettings& settings) {
        const auto scheduler = runtime::real_scheduler();
        const runtime::Stop stop;
        lang::Host host;
        host.name = "secure";
        host.address = own_address();
        const auto connection =
            runtime::network_connections(runtime::local_connections(*scheduler, stop), *scheduler, stop, settings)(host);
        const Command command = Command::request(
            runtime::HttpRequest{.target = "/status", .port = port_, .tls = true, .user = "admin", .password = {"s3cret"}});
        return runtime::execute(*connection, runtime::request_line(host, command), 60s, *scheduler, stop);
    }
    std::string certificate() const { return folder_ / "certificate"; }

  private:
    Folder folder_;
    int port_ = Listener(own_address()).port();
    std::unique_ptr<Daemon> server_;
};

}  // namespace

TEST_CASE("a certificate that is believed, and is the host's, lets a request through") {
    HttpsServer server(own_address());
    const Reply reply = server.ask({.trusted = server.certificate()});
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
    const Reply wrong = other.ask({.trusted = other.certificate()});
    CHECK(wrong.ending == Ending::NotSent);
    CHECK_MESSAGE(wrong.describe().find(own_address()) != std::string::npos, wrong.describe());
}
