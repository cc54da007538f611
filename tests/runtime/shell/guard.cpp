// The guard of an action's line, in the shells that read it.
#include "runtime/shell/guard.hpp"

#include <fmt/format.h>

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "runtime/connection/local.hpp"
#include "runtime/connection/stream.hpp"
#include "runtime/shell/dialect.hpp"

namespace {

using namespace runtime;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct Machine {
    fs::path folder;
    Guard guard;
    Machine() {
        std::string name = (fs::temp_directory_path() / "procrun-guard-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        folder = name;
        guard = {.prepared = folder / "prepared", .common = folder / "common", .number = 17};
    }
    ~Machine() { fs::remove_all(folder); }
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    void knows(const std::string& place, const std::string& text) const {
        fs::create_directories(folder / place);
        std::ofstream(folder / place / "newest") << text;
    }
    /// As sshd hands a line to this log-in shell.
    Reply run(const std::string& shell, const Command& command) const {
        const Line line = guarded(posix_line(command, {}), command, guard);
        const auto scheduler = real_scheduler();
        Stop stop;
        const lang::Host host{.name = "here"};
        const auto here = local_connections(*scheduler, stop)(host);
        const Line login{.text = "exec " + shell + " -c " + posix_quote(line.text), .shown = line.shown, .input = line.input};
        return execute(*here, login, 20s, *scheduler, stop);
    }
};

std::vector<std::string> shells() {
    std::vector<std::string> found;
    for (const char* shell : {"/bin/sh", "/bin/bash", "/bin/dash", "/bin/rbash", "/bin/zsh", "/bin/ksh"}) {
        if (fs::exists(shell)) found.push_back(shell);
    }
    return found;
}

const Command echoes = Command::program({"echo", "it's", "done"}), asks = Command::script({Verbatim{"read word\necho \"$word\"; exit 3"}});

}  // namespace

TEST_CASE("an action is run where its host knows of no newer run, and by the same words as without the test") {
    for (const std::string& shell : shells()) {
        CAPTURE(shell);
        for (const char* known : {"", "16\ntoken a\n", "17\n", "0\n"}) {
            CAPTURE(known);
            const Machine machine;
            if (*known != '\0') machine.knows("common", known);
            const Reply reply = machine.run(shell, echoes);
            CHECK(reply.ok());
            CHECK(reply.out == "it's done\n");
            CHECK(reply.err == "");
            CHECK_FALSE(kept_back(reply));
            Command script = asks;
            const Reply answer = machine.run(shell, script.input({Verbatim{"hear this\n"}}));
            CHECK(answer.code == 3);
            CHECK(answer.out == "hear this\n");
        }
    }
}

TEST_CASE("where it knows of a newer run nothing is run, whatever stands in the line") {
    for (const std::string& shell : shells()) {
        CAPTURE(shell);
        // No run writes anything but a number: whatever else is there does not permit the action.
        for (const char* known : {"18\ntoken b\n", "1764500000\n", "99999999999999999999999\n", "many\n", "\n", "-\n", "17 18\n"}) {
            CAPTURE(known);
            for (const char* place : {"common", "prepared"}) {
                const Machine machine;
                machine.knows(place, known);
                const fs::path trace = machine.folder / "trace";
                CHECK(kept_back(machine.run(shell, Command::program({"touch", trace}))));
                CHECK(kept_back(machine.run(shell, Command::script({Verbatim{"true\ntouch "}, Quoted{trace}, Verbatim{" & touch "},
                                                                    Quoted{trace}, Verbatim{" || touch "}, Quoted{trace}}))));
                CHECK_FALSE(fs::exists(trace));
            }
        }
    }
}

TEST_CASE("what others can put in the place of the record is not read, and holds no line up") {
    for (const std::string& shell : shells()) {
        CAPTURE(shell);
        const Machine machine;
        const auto passes = [&] {
            const Reply reply = machine.run(shell, echoes);
            return reply.ok() && reply.out == "it's done\n" && reply.err.empty();
        };
        fs::create_directories(machine.folder / "ours");
        std::ofstream(machine.folder / "ours/newest") << "18\n";
        fs::create_directory_symlink(machine.folder / "ours", machine.folder / "common");
        CHECK(passes());
        fs::remove(machine.folder / "common");
        std::ofstream(machine.folder / "common") << "18\n";
        CHECK(passes());
        fs::remove(machine.folder / "common");
        fs::create_directories(machine.folder / "common");
        REQUIRE(mkfifo((machine.folder / "common/newest").c_str(), 0600) == 0);
        CHECK(passes());
        fs::remove(machine.folder / "common/newest");
        if (geteuid() != 0) continue;
        machine.knows("common", "18\n");
        CHECK_FALSE(passes());
        REQUIRE(chown((machine.folder / "common").c_str(), 65534, 65534) == 0);
        CHECK(passes());
        // Without a line end it would be read for ever.
        std::ofstream(machine.folder / "common/newest") << "";
        fs::resize_file(machine.folder / "common/newest", std::uintmax_t{100} << 30);
        CHECK(passes());
        // In the prepared place the members of its group act for each other.
        machine.knows("prepared", "18\n");
        REQUIRE(chown((machine.folder / "prepared").c_str(), 65534, 65534) == 0);
        CHECK_FALSE(passes());
    }
}

TEST_CASE("a signal that ends the program is seen as one") {
    for (const std::string& shell : shells()) {
        CAPTURE(shell);
        if (shell == "/bin/rbash") continue;  // it has no exec
        const Machine machine;
        const Reply reply = machine.run(shell, Command::program({"sh", "-c", "kill -9 $$"}));
        CHECK(reply.ending == Ending::Signalled);
        CHECK(reply.signal == "KILL");
    }
}

TEST_CASE("a command that ends like a guard and says something else was run") {
    const Machine machine;
    const Reply reply = machine.run("/bin/sh", Command::script({Verbatim{"echo no; exit 75"}}));
    CHECK(reply.code == 75);
    CHECK_FALSE(kept_back(reply));
}

TEST_CASE("who must read such a line finds the guard and what is behind it") {
    const Guard guard{.prepared = "/var/lib/procrun/procrun-newest", .common = "/var/tmp/procrun-newest", .number = 1764500000};
    const Command script = Command::script({Verbatim{"a || b\nc"}});
    for (const Command& command : {echoes, script}) {
        const Line plain = posix_line(command, {}), line = guarded(plain, command, guard);
        CHECK(line.shown == plain.shown);
        const auto read = read_guard(line.text);
        REQUIRE(read.has_value());
        CHECK(read->first.prepared == guard.prepared);
        CHECK(read->first.common == guard.common);
        CHECK(read->first.number == guard.number);
        CHECK(read->second == plain.text);
    }
    CHECK_FALSE(read_guard("echo for procrun_place in").has_value());
    CHECK_FALSE(read_guard("for procrun_place in x; do true; done").has_value());
}
