// Files that people name: read with a bound, never waited for.
#include "runtime/file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "runtime/connection/descriptor.hpp"
#include "tests/support/sshd.hpp"

namespace {

using namespace std::chrono_literals;
using runtime::Descriptor;
using runtime::FileText;

struct PipeEnds {
    Descriptor read, write;
    PipeEnds() {
        std::array<int, 2> ends{};
        REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
        read = Descriptor(ends[0]);
        write = Descriptor(ends[1]);
    }
    std::string path() const { return fmt::format("/dev/fd/{}", read.number()); }
    void say(const std::string& text) const {
        REQUIRE(::write(write.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
};

constexpr std::size_t most = 1000;

}  // namespace

TEST_CASE("a file is read up to its bound, and one that is empty or not there is told apart") {
    const support::TemporaryDirectory directory;
    support::write_file(directory.file("text"), "some text\n");
    support::write_file(directory.file("empty"), "");
    support::write_file(directory.file("large"), std::string(5000, 'x'));
    CHECK(runtime::read_file(directory.file("text"), {.bytes = most}).text == "some text\n");
    CHECK(runtime::read_file(directory.file("empty"), {.bytes = most}).text == "");
    CHECK(runtime::read_file("/dev/null", {.bytes = most}).text == "");
    CHECK(runtime::read_file("/proc/self/comm", {.bytes = most}).text);  // says that it has no bytes, and has
    CHECK(runtime::read_file(directory.file("large"), {.bytes = most}).text->size() == most);
    const FileText none = runtime::read_file(directory.file("none"), {.bytes = most});
    CHECK_FALSE(none.text);
    CHECK_FALSE(none.exists);
    CHECK(none.why == "No such file or directory");
    CHECK_FALSE(runtime::read_file(directory.file("text") + "/below", {.bytes = most}).exists);
}

TEST_CASE("a file is written over as a whole, and nothing else is written to") {
    const support::TemporaryDirectory directory;
    const std::string file = directory.file("text"), fifo = directory.file("fifo");
    const auto text_of = [](const std::string& path) { return runtime::read_file(path, {.bytes = most}).text; };
    CHECK_FALSE(runtime::write_file(file, "some long text\n"));
    CHECK_FALSE(runtime::write_file(file, "short\n"));
    CHECK(text_of(file) == "short\n");
    CHECK_FALSE(runtime::write_file("/dev/null", "anything"));
    REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(runtime::write_file(fifo, "x") == "it is a FIFO, and a file is expected");
    const Descriptor reader(open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));  // also where somebody would read it
    CHECK(runtime::write_file(fifo, "x") == "it is a FIFO, and a file is expected");
    CHECK(runtime::write_file("/dev/zero", "x") == "it is a device, and a file is expected");
    CHECK(runtime::write_file(directory.file("none/below"), "x") == "No such file or directory");
}

TEST_CASE("what is not a file is refused at once, with what it is") {
    const support::TemporaryDirectory directory;
    const std::string fifo = directory.file("fifo"), socket_path = directory.file("socket");
    REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
    const Descriptor listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    support::write_file(directory.file("file"), "a file");
    REQUIRE(symlink(fifo.c_str(), directory.file("link").c_str()) == 0);
    const std::vector<std::pair<std::string, std::string>> kinds{{fifo, "a FIFO"},          {directory.file("link"), "a FIFO"},
                                                                 {socket_path, "a socket"}, {directory.path().string(), "a directory"},
                                                                 {"/dev/zero", "a device"}, {"/dev/urandom", "a device"}};
    for (const auto& entry : kinds) {
        const auto& path = std::get<0>(entry);
        const auto& kind = std::get<1>(entry);
        CAPTURE(path);
        for (const auto patience : {0ms, 10'000ms}) {  // a FIFO is none of those pipes that may be waited for
            const FileText read = runtime::read_file(path, {.bytes = most, .silence = patience, .in_all = patience});
            CHECK_FALSE(read.text);
            CHECK(read.exists);
            CHECK(read.why == fmt::format("it is {}, and a file is expected", kind));
        }
        CHECK(runtime::why_no_file(path) == fmt::format("it is {}, and a file is expected", kind));
    }
    CHECK_FALSE(runtime::why_no_file(directory.file("file")));
    CHECK_FALSE(runtime::why_no_file(directory.file("none")));
}

TEST_CASE("a pipe is read where one may be, with a bound in time and in size, until we are told to end") {
    const auto read = [](const PipeEnds& pipe, std::function<bool()> given_up = nullptr) {
        return runtime::read_file(pipe.path(), {.bytes = most, .silence = 30ms, .in_all = 10s, .given_up = std::move(given_up)});
    };
    {
        PipeEnds pipe;
        pipe.say("one ");
        std::jthread writer([&] {
            pipe.say("two");
            pipe.write.close();
        });
        CHECK(read(pipe).text == "one two");
    }
    {
        PipeEnds pipe;
        pipe.write.close();
        CHECK(read(pipe).text == "");
    }
    PipeEnds silent;
    CHECK(read(silent).why == "nothing came through it for 30ms");
    silent.say("half of it");
    CHECK(read(silent).why == "nothing came through it for 30ms");
    CHECK(read(silent, [] { return true; }).why == "interrupted while something was to come through it");
    CHECK(runtime::read_file(silent.path(), {.bytes = most}).why == "it is a FIFO, and a file is expected");

    PipeEnds endless;
    endless.say(std::string(3000, 'x'));
    CHECK(read(endless).text->size() == most);
    PipeEnds dripping;
    std::jthread drip([&](const std::stop_token& end) {
        while (!end.stop_requested() && ::write(dripping.write.number(), "x", 1) == 1) std::this_thread::sleep_for(1ms);
    });
    CHECK(runtime::read_file(dripping.path(), {.bytes = 1'000'000, .silence = 10s, .in_all = 50ms}).why == "its end did not come for 50ms");
}
