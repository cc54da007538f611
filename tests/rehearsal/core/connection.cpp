// Connections to the simulated site, in this process and to one of its own.
#include "rehearsal/connection.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "rehearsal/scene.hpp"
#include "rehearsal/serve/client.hpp"
#include "rehearsal/serve/server.hpp"
#include "runtime/connection/net/network.hpp"
#include "tests/rehearsal/pair.hpp"
#include "tests/support/golden.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;
using runtime::Ending;
using runtime::Reply;
using runtime::Stop;

namespace {

runtime::Line line(const std::string& text) { return {.text = text, .shown = text, .input = {}}; }

/// The pair with everything that a run has: a scheduler, a stop, connections.
struct Run : Pair {
    SimulatedScheduler scheduler{{.start = clock}};
    Stop stop;
    LocalSite local{world};

    std::unique_ptr<runtime::Connection> connect(std::string_view name, SimulatedSite& where) {
        return simulated_connection(host(name), where, scheduler, stop);
    }
    Reply execute(runtime::Connection& connection, const std::string& text, lang::Duration patience = 30s) {
        return runtime::execute(connection, line(text), patience, scheduler, stop);
    }
};

/// The pair's site as a process of its own.
class SiteProcess {
  public:
    explicit SiteProcess(World& world) {
        std::string name = (std::filesystem::temp_directory_path() / "simulated-site-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        folder_ = name;
        start(world);
    }
    ~SiteProcess() {
        if (pid_ > 0) end(SIGKILL);
        std::filesystem::remove_all(folder_);
    }
    SiteProcess(const SiteProcess&) = delete;

    void start(World& world) {
        int ready[2];
        REQUIRE(pipe(ready) == 0);
        pid_ = fork();
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            close(ready[0]);
            fcntl(ready[1], F_SETFD, FD_CLOEXEC);
            try {
                serve(world, socket(), log());
                _exit(0);
            } catch (...) {
                _exit(3);
            }
        }
        close(ready[1]);
        close(ready[0]);
        // It is there as soon as it lets us in.
        for (int i = 0; i < 1000 && !connect_to(socket()); ++i) usleep(10'000);
    }
    /// Its exit status; -1 where a signal ended it.
    int end(int signal) {
        kill(pid_, signal);
        int status = 0;
        waitpid(pid_, &status, 0);
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::string socket() const { return folder_ / "site.socket"; }
    std::string log() const { return folder_ / "site.log"; }

  private:
    std::filesystem::path folder_;
    pid_t pid_ = -1;
};

}  // namespace

TEST_CASE("a command runs for as long as it takes, after a log-in that is made once") {
    Run run;
    const auto connection = run.connect("store1", run.local);
    const Reply first = run.execute(*connection, "drbdadm role r0");
    CHECK(first.ending == Ending::Exited);
    CHECK(first.out == "Primary/Secondary\n");
    CHECK(first.took == 160ms);
    CHECK(run.execute(*connection, "drbdadm role r0").took == 40ms);
    const Reply refused = run.execute(*connection, "drbdadm secondary r0");
    CHECK(refused.code == 11);
    CHECK(refused.err.find("(-12)") != std::string::npos);
}

TEST_CASE("a request needs no log-in, and tells a port that nothing simulates from a machine that is silent") {
    Run run;
    const auto connection = run.connect("store1", run.local);
    const auto ask = [&](runtime::Request request) {
        const auto line = runtime::request_line(run.host("store1"), runtime::Command::request(std::move(request)));
        return runtime::execute(*connection, line, 30s, run.scheduler, run.stop);
    };
    const Reply there = ask(runtime::TcpRequest{.port = 22});
    CHECK(there.ending == Ending::Exited);
    CHECK(there.took < 10ms);
    for (const Reply& closed : {ask(runtime::TcpRequest{.port = 110}), ask(runtime::HttpRequest{.port = 80})}) {
        CHECK(closed.ending == Ending::NotSimulated);
        CHECK(closed.mend.starts_with("reply \""));
    }
    CHECK(run.world.log.back().line == "GET http://" + run.host("store1").address + ":80/");

    REQUIRE_FALSE(inject(run.world, "store1: unreachable"));
    const Reply silent = ask(runtime::TcpRequest{.port = 22});
    CHECK(silent.ending == Ending::NotSent);
    CHECK(silent.code == EHOSTUNREACH);
    CHECK(silent.took == 10s);
}

TEST_CASE("a machine that is off is no route after 10 seconds, one that boots refuses at once") {
    Run run;
    const auto connection = run.connect("store1", run.local);
    run.execute(*run.connect("kvm1", run.local), "virsh destroy store1");
    const Reply off = run.execute(*connection, "true");
    CHECK(off.ending == Ending::NotSent);
    CHECK(off.err.find("No route to host") != std::string::npos);
    CHECK(off.took == 10s);
    const Reply hurried = run.execute(*connection, "true", 2s);
    CHECK(hurried.ending == Ending::NotSent);
    CHECK(hurried.took == 2s);
    run.execute(*run.connect("kvm1", run.local), "virsh start store1");
    const Reply booting = run.execute(*connection, "true");
    CHECK(booting.ending == Ending::NotSent);
    CHECK(booting.err.find("Connection refused") != std::string::npos);
    CHECK(booting.took < 1s);
}

TEST_CASE("a silent machine keeps its links: what is sent there is lost after 45 seconds, and nobody knows what became of it") {
    Run run;
    const auto connection = run.connect("store1", run.local);
    run.execute(*connection, "true");
    Reply running;
    run.scheduler.run_all({[&] { running = run.execute(*connection, "pcs resource move grp store2", 5min); },
                           [&] {
                               run.scheduler.sleep_until(run.scheduler.now() + 5s, run.stop, Stop::Level::StopWaiting);
                               run.world.machines.silence(run.host("store1"), true);
                           }},
                          0);
    CHECK(running.ending == Ending::LinkLost);
    CHECK(running.out.empty());
    CHECK(running.took > 45s);
    CHECK(running.took < 55s);
    CHECK(run.world.pacemaker.location("grp") == &run.host("store2"));  // it has arrived

    const auto entries = run.world.log.size();
    const Reply refused = run.execute(*connection, "true");
    CHECK(refused.ending == Ending::NotSent);
    CHECK(refused.code == ETIMEDOUT);
    CHECK(refused.took == 10s);
    CHECK(run.world.log.size() == entries);
    CHECK(run.execute(*run.connect("store1", run.local), "true", 2s).took == 2s);

    run.world.machines.silence(run.host("store1"), false);
    CHECK(run.execute(*connection, "true").ending == Ending::Exited);

    run.world.machines.silence(run.host("store1"), true);
    const Reply unheard = run.execute(*connection, "drbdadm role r0", 2min);  // the link is there, and nobody knows how far it goes
    CHECK(unheard.ending == Ending::LinkLost);
    CHECK(unheard.took == 45s);
}

TEST_CASE("a machine that is silent for a moment only answers late, and a short patience ends before") {
    Run run;
    const auto connection = run.connect("store2", run.local);
    run.execute(*connection, "true");
    Reply reply;
    run.scheduler.run_all({[&] { reply = run.execute(*connection, "pcs node standby store2", 1min); },
                           [&] {
                               const auto at = [&](lang::Duration after) {
                                   run.scheduler.sleep_until(run.scheduler.now() + after, run.stop, Stop::Level::StopWaiting);
                               };
                               at(1s);
                               run.world.machines.silence(run.host("store2"), true);
                               at(20s);
                               run.world.machines.silence(run.host("store2"), false);
                           }},
                          0);
    CHECK(reply.ending == Ending::Exited);
    CHECK(reply.took > 20s);
    CHECK(reply.took < 25s);
    run.world.machines.silence(run.host("store2"), true);
    const Reply impatient = run.execute(*connection, "true", 3s);
    CHECK(impatient.ending == Ending::Deadline);
    CHECK(impatient.took == 3s);
}

TEST_CASE("a request to a silent machine ends when nobody connects, and one that is under way when our patience does") {
    Run run;
    const auto connection = run.connect("store1", run.local);
    const auto ask = [&] {
        const auto line = runtime::request_line(run.host("store1"), runtime::Command::request(runtime::TcpRequest{.port = 22}));
        return runtime::execute(*connection, line, 2min, run.scheduler, run.stop);
    };
    run.execute(*connection, "true");  // a link that is open is no help to it
    run.world.machines.silence(run.host("store1"), true);
    const Reply silent = ask();
    CHECK(silent.ending == Ending::NotSent);
    CHECK(silent.code == ETIMEDOUT);
    CHECK(silent.took == 10s);
}

TEST_CASE("a machine that goes down in the middle of a command loses the link, and our patience may end before") {
    Run run;
    const auto store = run.connect("store1", run.local);
    const auto kvm = run.connect("kvm1", run.local);
    Reply move, switched;
    run.scheduler.run_all({[&] { move = run.execute(*store, "pcs resource move grp store2", 5min); },
                           [&] {
                               run.scheduler.sleep_until(run.scheduler.now() + 5s, run.stop, Stop::Level::StopWaiting);
                               switched = run.execute(*kvm, "virsh destroy store1");
                           }},
                          0);
    CHECK(switched.code == 0);
    CHECK(move.ending == Ending::LinkLost);
    CHECK(move.out.empty());
    CHECK(move.took < 8s);
    const Reply impatient = run.execute(*run.connect("store2", run.local), "pcs cluster stop", 1s);
    CHECK(impatient.ending == Ending::Deadline);
    CHECK(impatient.took == 1s);
}

TEST_CASE("a shutdown ends the link, and after the next start a new one is made by itself") {
    Run run;
    const auto connection = run.connect("store2", run.local);
    CHECK(run.execute(*connection, "shutdown -r now").ending == Ending::LinkLost);
    CHECK(run.execute(*connection, "true").ending == Ending::NotSent);
    run.scheduler.sleep_until(run.scheduler.now() + 3min, run.stop, Stop::Level::StopWaiting);
    const Reply reply = run.execute(*connection, "true");
    CHECK(reply.ending == Ending::Exited);
    CHECK(reply.took == 140ms);
}

TEST_CASE("a second Ctrl-C ends the waiting") {
    Run run;
    const auto connection = run.connect("store1", run.local);
    run.execute(*connection, "true");
    run.stop.escalate();
    run.stop.escalate();
    CHECK(run.execute(*connection, "pcs node standby store1").ending == Ending::Cancelled);
}

TEST_CASE("the site in its own process answers the same, logs at once, and outlives its clients") {
    Run run;
    SiteProcess process(run.world);
    {
        RemoteSite site(process.socket());
        CHECK(site.now() == run.clock);
        const auto connection = run.connect("store1", site);
        const Reply reply = run.execute(*connection, "drbdadm role r0");
        CHECK(reply.out == "Primary/Secondary\n");
        CHECK(reply.took == 160ms);
        CHECK(run.execute(*run.connect("kvm1", site), "virsh destroy store1").code == 0);
        CHECK(site.snapshot(run.scheduler.now())->at("store1 power") == "off");
    }
    const std::string log = support::read(process.log());
    CHECK(log == "2026-03-01 22:00:10.120\tstore1\tdrbdadm role r0\t0\n2026-03-01 22:00:10.280\tkvm1\tvirsh destroy store1\t0\n");
    RemoteSite next(process.socket());
    CHECK(next.now() >= run.scheduler.now() - 150ms);
    CHECK(run.execute(*run.connect("store1", next), "true").ending == Ending::NotSent);
    CHECK(next.inject("kvm1: unreachable", Fault::Begins, run.scheduler.now()) == std::nullopt);
    CHECK(next.inject("kvm1: on fire", Fault::Begins, run.scheduler.now())->find("unknown trouble") != std::string::npos);
    CHECK(process.end(SIGTERM) == 0);
    CHECK_FALSE(std::filesystem::exists(process.socket()));
}

TEST_CASE("a client that is cut off at any byte does the site no harm") {
    Run run;
    SiteProcess process(run.world);
    const std::string request = pack({"run", "1772402500000", "store1", "echo hello", ""});
    for (std::size_t bytes = 0; bytes < request.size(); ++bytes) {
        const runtime::Descriptor client = connect_to(process.socket());
        REQUIRE(client);
        REQUIRE(send(client.number(), request.data(), bytes, MSG_NOSIGNAL) == static_cast<ssize_t>(bytes));
    }
    for (const char* rubbish : {"GET / HTTP/1.1\r\n\r\n", "99999999999999999:", "5:hello;", "3:1:x,"}) {
        const runtime::Descriptor client = connect_to(process.socket());
        REQUIRE(send(client.number(), rubbish, std::string_view(rubbish).size(), MSG_NOSIGNAL) > 0);
    }
    RemoteSite site(process.socket());
    CHECK(run.execute(*run.connect("store1", site), "echo hello").out == "hello\n");
    // Nothing of the requests that were cut off was run.
    const std::string log = support::read(process.log());
    CHECK(std::count(log.begin(), log.end(), '\n') == 1);
}

TEST_CASE("a site that ends while it is used: what was not sent was not run, and a new one is found by itself") {
    Run run;
    SiteProcess process(run.world);
    RemoteSite site(process.socket());
    const auto connection = run.connect("store1", site);
    CHECK(run.execute(*connection, "true").code == 0);
    CHECK(process.end(SIGKILL) == -1);
    const Reply reply = run.execute(*connection, "true");
    CHECK(reply.ending == Ending::NotSent);
    CHECK(reply.err.find("no simulated site answers at") != std::string::npos);
    process.start(run.world);  // over the socket file that the killed one left
    CHECK(run.execute(*connection, "true").code == 0);
}

TEST_CASE("a socket is its owner's alone, and only one site listens there") {
    Run run;
    SiteProcess process(run.world);
    struct stat file {};
    REQUIRE(stat(process.socket().c_str(), &file) == 0);
    CHECK((file.st_mode & 0777) == 0600);
    CHECK_THROWS_AS(listen_at(process.socket()), std::system_error);
    CHECK_THROWS_AS(listen_at("/" + std::string(200, 'x')), std::system_error);
}

TEST_CASE("a site in a process of its own refuses a time that is far ahead, and hears a signal while a long time passes on it") {
    Run run;
    const lang::Time first = run.world.now;
    SiteProcess process(run.world);
    RemoteSite site(process.socket());
    REQUIRE(site.answers());
    for (const lang::Duration ahead : {lang::Duration(std::chrono::days(367)), lang::Duration(std::chrono::years(7746))}) {
        const auto why = site.inject("store1: unreachable", Fault::Begins, first + ahead);
        REQUIRE(why);
        CHECK(why->find("its time is more than") != std::string::npos);
    }
    CHECK(site.inject("store1: unreachable", Fault::Begins, lang::Time::max()));
    CHECK(site.now() == first);
    CHECK(site.inject("store1: unreachable", Fault::Begins, lang::Time::min()) == std::nullopt);  // late: time on the site does not go back
    CHECK(site.now() == first);
    const auto half_a_day = first + 12h;
    CHECK(site.inject("kvm1: unreachable", Fault::Begins, half_a_day) == std::nullopt);
    CHECK(site.now() == half_a_day);
    // A year is lived through second by second; nobody waits for the answer.
    const runtime::Descriptor client = connect_to(process.socket());
    const std::string request = pack({"snapshot", std::to_string((half_a_day + std::chrono::days(365)).time_since_epoch().count())});
    REQUIRE(write(client.number(), request.data(), request.size()) == static_cast<ssize_t>(request.size()));
    CHECK(process.end(SIGTERM) == 0);
}
