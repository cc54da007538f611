#include "runtime/connection/local.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <thread>

#include "tests/runtime/connection/here.hpp"

using namespace std::chrono_literals;
using namespace runtime;

TEST_CASE("a local command: both outputs, its input, its exit code, what was sent") {
    Here here;
    const Reply reply = here.run("cat; echo complaint >&2; exit 3", "given");
    CHECK(reply.ending == Ending::Exited);
    CHECK(reply.code == 3);
    CHECK(reply.out == "given");
    CHECK(reply.err == "complaint\n");
    CHECK(reply.command == "cat; echo complaint >&2; exit 3");
    CHECK_FALSE(reply.truncated);
    CHECK(reply.describe() == "exit 3: complaint");
}

TEST_CASE("a local command that a signal ended says which") {
    Here here;
    const Reply reply = here.run("kill -TERM $$");
    CHECK(reply.ending == Ending::Signalled);
    CHECK(reply.signal == "TERM");
}

TEST_CASE("a local command past its deadline is told apart from one that ended, and is left running") {
    Here here;
    const auto fifo = std::filesystem::temp_directory_path() / ("procrun-local-" + std::to_string(getpid()));
    REQUIRE(here.run("mkfifo " + fifo.string()).ok());
    const Reply reply = here.run({"cat " + fifo.string() + " >/dev/null; echo ended > " + fifo.string(), "", ""}, 50ms);
    CHECK(reply.ending == Ending::Deadline);
    CHECK(reply.took >= 50ms);
    CHECK(reply.may_have_run());
    CHECK(here.run("echo go > " + fifo.string() + "; cat " + fifo.string()).out == "ended\n");  // it is there to answer
    std::filesystem::remove(fifo);
}

TEST_CASE("a second Ctrl-C ends the waiting at once, the first one does not") {
    Here here;
    here.stop.escalate();
    CHECK(here.run("echo still").out == "still\n");
    const auto stream = here.connection->open({"echo $$; exec sleep 30", "", ""}, Time::max());
    const auto first = stream->next(Time::max());
    auto waiting = std::async(std::launch::async, [&] { return stream->next(Time::max()); });
    CHECK(waiting.wait_for(30ms) == std::future_status::timeout);
    here.stop.escalate();
    CHECK(std::holds_alternative<std::monostate>(waiting.get()));
    CHECK(here.run("exec sleep 0.1").ending == Ending::Cancelled);
    Here again;
    CHECK(again.run("kill " + std::get<Stream::Chunk>(first).bytes).ok());  // it was left running
}

TEST_CASE("large output on both streams arrives whole") {
    Here here;
    const Reply reply = here.run("head -c 3000000 /dev/zero & head -c 3000000 /dev/zero >&2; wait");
    CHECK(reply.ok());
    CHECK(reply.out.size() == 3'000'000);
    CHECK(reply.err.size() == 3'000'000);
}

TEST_CASE("output beyond the limit is dropped, and the reply says so") {
    Here here;
    const Reply reply = here.run("head -c 17000000 /dev/zero");
    CHECK(reply.ending == Ending::Exited);
    CHECK(reply.out.size() == output_limit);
    CHECK(reply.truncated);
    CHECK_FALSE(reply.ok());
}

TEST_CASE("large input arrives whole, and input that nobody reads harms nobody") {
    Here here;
    CHECK(here.run("wc -c", std::string(3'000'000, 'x')).out == "3000000\n");
    CHECK(here.run("exec <&-; echo done", std::string(3'000'000, 'x')).out == "done\n");
}

TEST_CASE("a daemon that keeps the output open does not hold up the command that started it") {
    Here here;
    const Reply reply = here.run({"sleep 30 & echo started $!", "", ""}, 1h);
    CHECK(reply.ending == Ending::Exited);
    REQUIRE(reply.out.starts_with("started "));
    here.run("kill " + reply.out.substr(8));
}

TEST_CASE("local commands side by side do not hold each other's pipes") {
    Here here;
    auto slow = std::async(std::launch::async, [&] { return here.run("read line; echo $line", ""); });
    std::vector<std::future<Reply>> quick;
    for (int i = 0; i < 20; ++i) quick.push_back(std::async(std::launch::async, [&, i] { return here.run("echo " + std::to_string(i)); }));
    for (int i = 0; i < 20; ++i) CHECK(quick[static_cast<std::size_t>(i)].get().out == std::to_string(i) + "\n");
    CHECK(slow.get().code == 0);
}

TEST_CASE("a line with a NUL byte is not sent") {
    Here here;
    const Reply reply = here.run(std::string("echo a\0b", 8));
    CHECK(reply.ending == Ending::NotSent);
    CHECK_FALSE(reply.may_have_run());
}
