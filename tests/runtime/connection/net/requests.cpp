// Requests over real TCP and HTTP, to small servers that say what a test tells them to.
#include "runtime/connection/net/network.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "runtime/connection/descriptor.hpp"
#include "tests/runtime/connection/here.hpp"

using namespace runtime;
using namespace std::chrono_literals;

namespace {

/// One end of a connection that a client of ours made.
class Peer {
  public:
    explicit Peer(int socket) : socket_(socket) {}
    void say(std::string_view text) const { REQUIRE(send(socket_.number(), text.data(), text.size(), MSG_NOSIGNAL) >= 0); }
    std::string hear(std::size_t count) const {
        std::string heard;
        for (char c = 0; heard.size() < count && recv(socket_.number(), &c, 1, 0) == 1;) heard += c;
        return heard;
    }
    /// Until that has come, or the other side has closed.
    std::string hear(std::string_view until) const {
        std::string heard;
        char c = 0;
        while (!heard.ends_with(until) && recv(socket_.number(), &c, 1, 0) == 1) heard += c;
        return heard;
    }

  private:
    Descriptor socket_;
};

/// Listens at an address of its own and serves one connection after the other until it is gone.
class Server {
  public:
    explicit Server(std::function<void(const Peer&)> serve) {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        inet_pton(AF_INET, address, &name.sin_addr);
        socklen_t size = sizeof name;
        REQUIRE(bind(listener_.number(), reinterpret_cast<sockaddr*>(&name), size) == 0);
        REQUIRE(listen(listener_.number(), 5) == 0);
        REQUIRE(getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&name), &size) == 0);
        port = ntohs(name.sin_port);
        thread_ = std::jthread([this, serve = std::move(serve)] {
            for (;;) {
                const int socket = accept(listener_.number(), nullptr, nullptr);
                if (socket < 0) return;
                ++served;
                serve(Peer(socket));
            }
        });
    }
    ~Server() { shutdown(listener_.number(), SHUT_RDWR); }

    static constexpr const char* address = "127.93.20.1";
    int port = 0;
    std::atomic<int> served = 0;

  private:
    Descriptor listener_{socket(AF_INET, SOCK_STREAM, 0)};
    std::jthread thread_;
};

struct Asker {
    std::unique_ptr<Scheduler> scheduler = real_scheduler();
    Stop stop;
    lang::Host host;

    Asker() {
        host.name = "cfg1";
        host.address = Server::address;
    }
    Reply ask(const Command& command, Duration patience = 60s) {
        const auto connection = network_connections(local_connections(*scheduler, stop), *scheduler, stop)(host);
        return execute(*connection, request_line(host, command), patience, *scheduler, stop);
    }
    Reply talk(TcpRequest request, const std::string& said = {}, Duration patience = 60s) {
        Command command = Command::request(request);
        if (!said.empty()) command.input({Quoted{said}});
        return ask(command, patience);
    }
};

/// A port at which nobody listens.
int closed_port() {
    const Server server([](const Peer&) {});
    return server.port;
}

using Answer = TcpRequest::Answer;

}  // namespace

TEST_CASE("a request is shown with what it sends, and without its secrets") {
    lang::Host host;
    host.address = "10.1.1.5";
    Command said = Command::request(TcpRequest{.port = 7890});
    said.input({Verbatim{"LOGIN "}, Hidden{"s3cret"}, Verbatim{"\r\n"}});
    const Line line = request_line(host, said);
    CHECK(line.text == "tcp://10.1.1.5:7890");
    CHECK(line.shown == "tcp://10.1.1.5:7890 < LOGIN ***");
    CHECK(line.input == "LOGIN s3cret\r\n");

    const HttpRequest status{.method = "GET", .target = "/stats;csv", .port = 8443, .tls = true, .user = "admin", .password = {"s3cret"}};
    CHECK(request_line(host, Command::request(status)).shown == "GET https://10.1.1.5:8443/stats;csv as admin");
    HttpRequest hook{.method = "POST", .target = "/services/T0/s3cret", .target_is_secret = true, .port = 443, .tls = true};
    hook.headers = {{.name = "Authorization", .value = "Bearer s3cret", .is_secret = true}, {.name = "Accept", .value = "text/plain"}};
    const Line told = request_line(host, Command::request(hook));
    CHECK(told.text == "POST https://10.1.1.5:443/services/T0/s3cret");
    CHECK(told.shown == "POST https://10.1.1.5:443/*** [Authorization: ***] [Accept: text/plain]");
    host.address = "fe80::1";
    CHECK(request_line(host, Command::request(TcpRequest{.port = 22})).text == "tcp://[fe80::1]:22");
}

TEST_CASE("a header is a name and one line, and none that the request itself makes") {
    std::string why;
    const auto header = read_header("X-Api-Key:  a b ", why);
    REQUIRE(header);
    CHECK(header->name == "X-Api-Key");
    CHECK(header->value == "a b");
    for (const char* line : {"Accept", ": x", "A b: c", "A\tb: c", "Accept: a\r\nHost: b", "Host: other", "transfer-encoding: chunked"}) {
        CAPTURE(line);
        why.clear();
        CHECK_FALSE(read_header(line, why));
        CHECK_FALSE(why.empty());
    }
}

TEST_CASE("what would make two requests of one is refused, and so is a port that is none") {
    const lang::Host host;
    const auto refused = [&](const Request& request) {
        CHECK_THROWS_AS(request_line(host, Command::request(request)), std::invalid_argument);
    };
    refused(HttpRequest{.target = "/a b"});
    refused(HttpRequest{.target = "/a\r\nHost: other"});
    refused(HttpRequest{.target = "http://other/"});
    refused(HttpRequest{.method = "GET /"});
    refused(TcpRequest{.port = 0});
    refused(TcpRequest{.port = 65536});
}

TEST_CASE("a request's line is told from a line for a shell") {
    using Words = std::vector<std::string>;
    CHECK(read_request("tcp://10.1.1.5:7890") == Words{"tcp://10.1.1.5:7890"});
    CHECK(read_request("GET http://10.1.1.5:80/a?b") == Words{"GET", "http://10.1.1.5:80/a?b"});
    CHECK_FALSE(read_request("curl -s http://10.1.1.5/"));
    CHECK_FALSE(read_request("systemctl status"));
}

TEST_CASE("a line goes over TCP, and a line comes back") {
    std::string heard;
    Asker asker;
    {
        const Server server([&](const Peer& peer) {
            heard = peer.hear("\n");
            peer.say("OK shutting down\nand more");
        });
        const Reply reply = asker.talk({.port = server.port, .answer = Answer::Line}, "SHUTDOWN_YOUR_SERVICE\n");
        CHECK(reply.ok());
        CHECK(reply.out.starts_with("OK shutting down\n"));
        CHECK(reply.command == fmt::format("tcp://127.93.20.1:{} < SHUTDOWN_YOUR_SERVICE", server.port));
    }
    CHECK(heard == "SHUTDOWN_YOUR_SERVICE\n");
}

TEST_CASE("who speaks first is heard first, and an answer may last until the other side closes") {
    Asker asker;
    const Server server([&](const Peer& peer) {
        peer.say("+OK ready\r\n");
        if (peer.hear("\n") == "LIST\n") peer.say("one\ntwo\n");
    });
    CHECK(asker.talk({.port = server.port, .greeted = true, .answer = Answer::All}, "LIST\n").out == "+OK ready\r\none\ntwo\n");
}

TEST_CASE("who refuses, who is silent, and who closes without a word are told apart") {
    Asker asker;
    const Reply refused = asker.talk({.port = closed_port()}, "x\n");
    CHECK(refused.ending == Ending::NotSent);
    CHECK(refused.code == ECONNREFUSED);
    CHECK(refused.describe().find("Connection refused") != std::string::npos);

    // A name that cannot be: nobody was asked, which is not a refusal.
    asker.host.address = "no-such-host.invalid";
    const Reply nowhere = asker.talk({.port = 110});
    CHECK(nowhere.ending == Ending::NotSent);
    CHECK(nowhere.code == 0);
    asker.host.address = Server::address;

    const Server closing([](const Peer&) {});
    const Reply closed = asker.talk({.port = closing.port, .greeted = true}, "QUIT\r\n");
    CHECK(closed.ending == Ending::NotSent);
    CHECK(closed.code == ECONNRESET);

    const Server silent([](const Peer& peer) { peer.hear("never"); });
    const Reply unheard = asker.talk({.port = silent.port, .greeted = true}, "QUIT\r\n", 1s);
    CHECK(unheard.ending == Ending::NotSent);
    CHECK(unheard.code == ETIME);
}

TEST_CASE("what was sent and not answered has an unknown outcome") {
    Asker asker;
    const Server leaving([](const Peer& peer) { peer.hear("\n"); });
    const Reply lost = asker.talk({.port = leaving.port, .answer = Answer::Line}, "SHUTDOWN\n");
    CHECK(lost.ending == Ending::LinkLost);
    CHECK(lost.may_have_run());

    const Server silent([](const Peer& peer) { peer.hear("never"); });
    const Reply unanswered = asker.talk({.port = silent.port, .answer = Answer::Line}, "SHUTDOWN\n", 1s);
    CHECK(unanswered.ending == Ending::Deadline);
    CHECK(unanswered.may_have_run());
}

TEST_CASE("the second Ctrl-C ends the waiting for an answer, over TCP and over HTTP") {
    const Server silent([](const Peer& peer) { peer.hear("never"); });
    const auto stopped_while = [&](const Request& request) {
        Asker asker;
        Command command = Command::request(request);
        command.input({Verbatim{"x\n"}});
        const std::jthread interrupt([&] {
            while (silent.served == 0) std::this_thread::yield();
            asker.stop.escalate();
            asker.stop.escalate();
            asker.scheduler->wake();
        });
        const Reply reply = asker.ask(command, 1min);
        CHECK(reply.took < 30s);
        return reply.ending;
    };
    CHECK(stopped_while(TcpRequest{.port = silent.port, .answer = Answer::Line}) != Ending::Deadline);
    CHECK(stopped_while(HttpRequest{.method = "POST", .port = silent.port}) != Ending::Deadline);
}

TEST_CASE("more than can be read is cut off, and says so") {
    Asker asker;
    const Server talker([](const Peer& peer) {
        const std::string much(output_limit + 1000, 'x');
        peer.say(much);
    });
    const Reply reply = asker.talk({.port = talker.port, .answer = Answer::All});
    CHECK(reply.truncated);
    CHECK(reply.out.size() == output_limit);
    CHECK_FALSE(reply.ok());
}

namespace {

/// Answers every request in the same way, and keeps what it was asked.
struct HttpServer {
    explicit HttpServer(std::string answer, std::size_t body = 0)
        : server([this, answer = std::move(answer), body](const Peer& peer) {
              std::string asked = peer.hear("\r\n\r\n");
              asked += peer.hear(body);
              {
                  const std::lock_guard lock(mutex);
                  last = std::move(asked);
              }
              if (!answer.empty()) peer.say(answer);
          }) {}
    std::string heard() {
        const std::lock_guard lock(mutex);
        return last;
    }
    std::mutex mutex;
    std::string last;
    Server server;
};

std::string answer_with(std::string_view status, std::string_view body, std::string_view headers = "") {
    return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), headers, body);
}

}  // namespace

TEST_CASE("an answer over HTTP has a status, its words, and a body of any bytes") {
    Asker asker;
    const std::string body("bytes \0\xFF\n", 9);
    HttpServer server(answer_with("200 OK", body, "Set-Cookie: secret\r\n"));
    const Reply reply = asker.ask(Command::request(HttpRequest{.target = "/urs/../console?backup", .port = server.server.port}));
    CHECK(reply.ending == Ending::Exited);
    CHECK(reply.status == 200);
    CHECK(reply.ok());
    CHECK(reply.out == body);
    CHECK(reply.err == "HTTP/1.1 200 OK");
    CHECK(server.heard().starts_with("GET /urs/../console?backup HTTP/1.1\r\n"));
    CHECK(server.heard().find("Authorization") == std::string::npos);
}

TEST_CASE("a redirect is an answer, and is not followed") {
    Asker asker;
    HttpServer server(answer_with("303 See Other", "", "Location: /admin?stats;st=DONE\r\n"));
    const Reply reply = asker.ask(Command::request(HttpRequest{.target = "/admin", .port = server.server.port}));
    CHECK(reply.status == 303);
    CHECK(reply.describe() == "HTTP 303");
    CHECK(reply.err == "HTTP/1.1 303 See Other\nLocation: /admin?stats;st=DONE");
    CHECK(server.server.served == 1);
}

TEST_CASE("a form is sent once, with its type and the user's name, whatever proxy the environment names") {
    setenv("http_proxy", "http://127.93.20.99:1/", 1);
    Asker asker;
    HttpServer server(answer_with("200 OK", "taken"), 14);
    HttpRequest form{.method = "POST",
                     .target = "/admin",
                     .port = server.server.port,
                     .headers = {{.name = "Content-Type", .value = "application/x-www-form-urlencoded"}, {.name = "Accept", .value = ""}},
                     .user = "admin",
                     .password = {"s3cret"}};
    Command command = Command::request(form);
    command.input({Verbatim{"s=web1&"}, Quoted{"b=%231"}, Verbatim{"\n"}});
    const Reply reply = asker.ask(command);
    unsetenv("http_proxy");
    CHECK(reply.out == "taken");
    CHECK(server.heard().starts_with("POST /admin HTTP/1.1\r\n"));
    CHECK(server.heard().find("Content-Type: application/x-www-form-urlencoded\r\nAccept:\r\n") != std::string::npos);
    CHECK(server.heard().find("Authorization: Basic YWRtaW46czNjcmV0\r\n") != std::string::npos);
    CHECK(server.heard().ends_with("\r\n\r\ns=web1&b=%231\n"));
    CHECK(server.server.served == 1);
}

TEST_CASE("over HTTP, too, refused, lost and unanswered are three things") {
    Asker asker;
    const Reply refused = asker.ask(Command::request(HttpRequest{.port = closed_port()}));
    CHECK(refused.ending == Ending::NotSent);
    CHECK(refused.code == ECONNREFUSED);

    HttpServer leaving("");
    const Reply lost = asker.ask(Command::request(HttpRequest{.port = leaving.server.port}));
    CHECK(lost.ending == Ending::LinkLost);
    CHECK(lost.out.empty());
    CHECK(leaving.server.served == 1);

    HttpServer breaking("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    const Reply half = asker.ask(Command::request(HttpRequest{.port = breaking.server.port}));
    CHECK(half.ending == Ending::LinkLost);
    CHECK(half.out.empty());

    const Server silent([](const Peer& peer) { peer.hear("never"); });
    CHECK(asker.ask(Command::request(HttpRequest{.port = silent.port}), 1s).ending == Ending::Deadline);
}

TEST_CASE("who does not speak TLS is told nothing") {
    Asker asker;
    std::string heard;
    {
        const Server plain([&](const Peer& peer) {
            heard = peer.hear("\n");
            peer.say("HTTP/1.1 400 Bad Request\r\n\r\n");
        });
        HttpRequest secret{.method = "POST", .port = plain.port, .tls = true, .user = "admin", .password = {"s3cret"}};
        const Reply reply = asker.ask(Command::request(secret));
        CHECK(reply.ending == Ending::NotSent);
        CHECK_FALSE(reply.may_have_run());
    }
    CHECK(heard.find("POST") == std::string::npos);
}
