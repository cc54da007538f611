#include <doctest/doctest.h>

#include <barrier>
#include <future>

#include "tests/runtime/connection/ssh/fixture.hpp"

using namespace std::chrono_literals;
using namespace runtime;
using support::Sshd;
using support::SshHome;

TEST_CASE("ssh: a command's outputs, input and exit code") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    const Reply reply = ssh.run(*connection, "cat; echo complaint >&2; exit 3", "given");
    CHECK(reply.ending == Ending::Exited);
    CHECK(reply.code == 3);
    CHECK(reply.out == "given");
    CHECK(reply.err == "complaint\n");
    CHECK(reply.command == "cat; echo complaint >&2; exit 3");
}

TEST_CASE("ssh: one link carries all commands of a host") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    const std::string first = ssh.run(*connection, "echo $SSH_CONNECTION").out;
    CHECK(first.size() > 10);
    CHECK(ssh.run(*connection, "echo $SSH_CONNECTION").out == first);

    connection->reset();
    CHECK(ssh.run(*connection, "echo $SSH_CONNECTION").out != first);
}

TEST_CASE("ssh: a command that a signal ended says which") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const Reply reply = ssh.run(ssh.host(sshd), "kill -TERM $$");
    CHECK(reply.ending == Ending::Signalled);
    CHECK(reply.signal == "TERM");
}

TEST_CASE("ssh: a link that breaks under a command leaves its outcome unknown; the next command gets a new link") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    const auto stream = connection->open({"echo $PPID; exec sleep 30", "", ""}, Time::max());
    const auto first = stream->next(Time::max());
    REQUIRE(std::holds_alternative<Stream::Chunk>(first));
    CHECK(ssh.run(ssh.host(sshd), "kill -9 " + std::get<Stream::Chunk>(first).bytes).ok());  // who served this very link
    const auto next = stream->next(Time::max());
    REQUIRE(std::holds_alternative<Stream::End>(next));
    const auto& end = std::get<Stream::End>(next);
    CHECK(end.ending == Ending::LinkLost);
    CHECK(end.why == "the other side closed the connection");
    CHECK(ssh.run(*connection, "echo again").out == "again\n");
    CHECK(ssh.run(*connection, "kill -9 $PPID; sleep 30").describe() ==
          "the connection was lost (the other side closed the connection); the command may have taken effect");
}

TEST_CASE("ssh: a link that died unnoticed is replaced before the command is sent, so that nothing is lost") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    const std::string serving = ssh.run(*connection, "echo $PPID").out;
    CHECK(ssh.run(ssh.host(sshd), "kill -9 " + serving).ok());
    CHECK(ssh.run(*connection, "echo again").out == "again\n");
}

TEST_CASE("ssh: past its deadline a command may still be running, and the link still serves") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    const std::string fifo = home.directory() + "/fifo";
    REQUIRE(ssh.run(*connection, "mkfifo " + fifo).ok());
    const Reply reply = ssh.run(*connection, "cat " + fifo + "; echo ended > " + fifo, {}, 1s);
    CHECK(reply.ending == Ending::Deadline);
    CHECK(reply.took >= 1s);
    CHECK(ssh.run(*connection, "echo go > " + fifo + "; cat " + fifo).out == "ended\n");  // it is there to answer
}

TEST_CASE("ssh: commands that we gave up on do not take the host away from us") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    std::string pids;
    for (int i = 0; i < 10; ++i) {  // as many as sshd allows on a link: it counts them as long as they run
        const auto stream = connection->open({"echo $$; exec sleep 30", "", ""}, Time::max());
        pids += " " + std::get<Stream::Chunk>(stream->next(Time::max())).bytes;
        pids.pop_back();
    }
    CHECK(ssh.run(*connection, "kill" + pids).ok());
}

TEST_CASE("ssh: a second Ctrl-C ends the waiting, and nothing more is sent") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    const auto other = ssh.connect(ssh.host(sshd));
    std::barrier both_run(3);
    std::vector<std::future<Reply>> replies;
    for (const auto* one : {&connection, &other}) {
        replies.push_back(std::async(std::launch::async, [&, one] {
            const auto stream = (*one)->open({"echo $$; exec sleep 30", "", ""}, Time::max());
            const auto first = stream->next(Time::max());
            both_run.arrive_and_wait();
            const auto second = stream->next(Time::max());
            Reply reply;
            reply.ending = std::holds_alternative<std::monostate>(second) ? Ending::Cancelled : Ending::Exited;
            reply.out = std::get<Stream::Chunk>(first).bytes;
            return reply;
        }));
    }
    both_run.arrive_and_wait();
    ssh.stop.escalate();
    CHECK(replies[0].wait_for(20ms) == std::future_status::timeout);
    ssh.stop.escalate();
    std::string pids;
    for (auto& reply : replies) {
        const Reply cancelled = reply.get();
        CHECK(cancelled.ending == Ending::Cancelled);
        pids += " " + cancelled.out.substr(0, cancelled.out.find('\n'));
    }
    const Reply after = ssh.run(*connection, "echo no");
    CHECK(after.ending == Ending::NotSent);
    OverSsh again(home);
    CHECK(again.run(again.host(sshd), "kill" + pids).ok());
}

TEST_CASE("ssh: large output on both streams arrives whole") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const Reply reply = ssh.run(ssh.host(sshd), "head -c 5000000 /dev/zero & head -c 5000000 /dev/zero >&2; wait");
    CHECK(reply.ok());
    CHECK(reply.out.size() == 5'000'000);
    CHECK(reply.err.size() == 5'000'000);
}

TEST_CASE("ssh: large input arrives whole, while its echo comes back") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    std::string input;
    for (int i = 0; i < 600'000; ++i) input += std::to_string(i);
    CHECK(ssh.run(ssh.host(sshd), "cat", input).out == input);
    CHECK(ssh.run(ssh.host(sshd), "exec <&-; echo done", input).out == "done\n");
}

TEST_CASE("ssh: output beyond the limit is dropped, and the reply says so") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const Reply reply = ssh.run(ssh.host(sshd), "head -c 17000000 /dev/zero");
    CHECK(reply.ending == Ending::Exited);
    CHECK(reply.out.size() == output_limit);
    CHECK(reply.truncated);
}

TEST_CASE("ssh: a daemon that keeps the output open does not hold up the command that started it") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const auto connection = ssh.connect(ssh.host(sshd));
    const Reply reply = ssh.run(*connection, "sleep 30 & echo started $!");
    CHECK(reply.ending == Ending::Exited);
    REQUIRE(reply.out.starts_with("started "));
    CHECK(ssh.run(*connection, "kill " + reply.out.substr(8)).ok());
}

TEST_CASE("ssh: a host where nobody listens is NotSent, with the reason") {
    SshHome home;
    Sshd sshd(home);
    OverSsh ssh(home);
    const lang::Host& host = ssh.host(sshd);
    sshd.stop();
    const Reply reply = ssh.run(host, "echo");
    CHECK(reply.ending == Ending::NotSent);
    CHECK_FALSE(reply.may_have_run());
    INFO(reply.describe());
    CHECK(reply.describe() == "host1 (" + sshd.address() + " port " + std::to_string(sshd.port()) + "): Connection refused");
}

TEST_CASE("ssh: a name that nobody knows is NotSent, with the reason") {
    SshHome home;
    OverSsh ssh(home);
    lang::Host host;
    host.name = "gone";
    host.address = "no-such-machine.invalid";
    const Reply reply = ssh.run(host, "echo");
    CHECK(reply.ending == Ending::NotSent);
    CHECK(reply.err.find("cannot be looked up") != std::string::npos);
}

TEST_CASE("ssh: a machine that falls silent is given up, however long the command may take") {
    SshHome home;
    Sshd sshd(home);
    SUBCASE("one that answers our question is not silent") {
        // The answer has as long as a busy machine may take for it.
        OverSsh ssh(home, {.directory = {}, .quiet = 500ms, .dead = 12s});
        CHECK(ssh.run(*ssh.connect(ssh.host(sshd)), "sleep 13; echo awake").out == "awake\n");
    }
    SUBCASE("one that was switched off is") {
        OverSsh ssh(home, {.directory = {}, .quiet = 500ms, .dead = 5s});
        const auto connection = ssh.connect(ssh.host(sshd));
        const std::string serving = ssh.run(*connection, "echo $PPID").out;
        const Reply reply = ssh.run(*connection, "kill -STOP $PPID; sleep 30");
        CHECK(reply.ending == Ending::LinkLost);
        CHECK(reply.describe().find("no sign of life for 5s") != std::string::npos);
        OverSsh again(home);
        CHECK(again.run(again.host(sshd), "kill -KILL " + serving).ok());
    }
}
