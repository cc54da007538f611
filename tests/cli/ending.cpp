// What becomes of a command that throws, and of output that cannot be written. Each test is a process of its own: the streams are the
// process's.
#include "cli/ending.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "cli/run/load.hpp"
#include "runtime/journal/store.hpp"
#include "runtime/outcome.hpp"

namespace {

const cli::Doing doing{.version = "procrun 9.9", .command = "procrun run \x1b[2Jfailover.proc", .journal = "/var/lib/it/journal.db"};

struct Ended {
    int code;  ///< minus the signal that ended it
    std::string errors;
};

/// A process that does this, its standard error read; standard output goes to the file.
Ended ended_of(const std::function<int()>& work, const char* output = "/dev/null") {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        dup2(open(output, O_WRONLY), STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        _exit(work());
    }
    close(ends[1]);
    Ended ended{};
    char bytes[4096];
    for (ssize_t count = 0; (count = read(ends[0], bytes, sizeof bytes)) > 0;) ended.errors.append(bytes, static_cast<std::size_t>(count));
    close(ends[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return ended;
}

bool is_report(const std::string& errors) {
    const auto has = [&](const char* words) { return errors.find(words) != std::string::npos; };
    return has("defect of procrun") && has("procrun 9.9") && has("failover.proc") && has("/var/lib/it/journal.db") &&
           errors.find('\x1b') == std::string::npos;
}

}  // namespace

TEST_CASE("an exception that nobody expected is a defect: 70, and what a report of it needs") {
    const std::vector<std::function<int()>> defects{
        [] { return throw std::logic_error("impossible"), 0; },
        [] { return throw std::out_of_range("vector::at"), 0; },
        [] { return throw std::bad_alloc(), 0; },
        [] { return std::get<int>(std::variant<int, bool>(true)); },
        [] { return std::optional<int>().value(); },
        [] { return nlohmann::json::parse("{").size() > 0 ? 1 : 0; },
        [] { return throw cli::Defect("it would have meant something else"), 0; },
        [] { return throw runtime::Failure{.end = runtime::End::Failed, .message = "nobody caught it"}, 0; },
        [] { return throw 7, 0; },
    };
    for (const auto& defect : defects) {
        const Ended ended = ended_of([&] { return cli::exit_code_of(defect, doing); });
        CAPTURE(ended.errors);
        CHECK(ended.code == 70);
        CHECK(is_report(ended.errors));
    }
}

TEST_CASE("an assertion that fails and an exception that leaves a thread are told like any other defect") {
    const std::vector<std::function<void()>> ends{[] { std::abort(); },
                                                  [] { std::thread([] { throw std::logic_error("alone"); }).join(); }};
    for (const auto& end : ends) {
        const Ended ended = ended_of([&] {
            cli::tell_defects(doing);
            end();
            return 0;
        });
        CAPTURE(ended.errors);
        CHECK(ended.code == 70);
        CHECK(is_report(ended.errors));
    }
}

TEST_CASE("what the command line, the journal and the system say no to is not a defect") {
    const std::pair<std::function<int()>, int> refusals[] = {
        {[] { return throw cli::UsageError{"there is no run 7"}, 0; }, 2},
        {[] { return throw runtime::JournalError("it cannot be written"), 0; }, 8},
        {[] { return throw runtime::DamagedEvent("event 3 of run 1 is damaged"), 0; }, 8},
        {[] { return throw std::system_error(EMFILE, std::generic_category(), "pipe"), 0; }, 1},
        {[] { return 6; }, 6},
    };
    for (const auto& entry : refusals) {
        const auto& refusal = std::get<0>(entry);
        const auto& code = std::get<1>(entry);
        const Ended ended = ended_of([&] { return cli::exit_code_of(refusal, doing); });
        CAPTURE(ended.errors);
        CHECK(ended.code == code);
        CHECK(ended.errors.find("defect") == std::string::npos);
    }
}

TEST_CASE("output that cannot be written fails what is for its output, and nothing else") {
    for (const auto purpose : {cli::Purpose::Output, cli::Purpose::Deed}) {
        for (const int code : {0, 1, 3, 10}) {
            const auto work = [&] {
                cli::open_streams();
                cli::print("{}\n", "a line");
                return cli::told(cli::told(code, purpose, "it is elsewhere"), purpose);
            };
            CHECK(ended_of(work).code == code);
            const Ended full = ended_of(work, "/dev/full");
            CHECK(full.code == (purpose == cli::Purpose::Output && code == 0 ? 1 : code));
            CHECK(full.errors ==
                  "procrun: not everything could be written to standard output (No space left on device); it is elsewhere\n");
        }
    }
}

TEST_CASE("a stream that is closed stays unwritable: no file that is opened later is taken for it") {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        const Ended ended = ended_of([&] {
            close(stream);
            cli::open_streams();
            const int next = open("/dev/null", O_RDWR);
            char byte = 0;
            const bool refused = stream == STDIN_FILENO ? read(stream, &byte, 1) < 0 : write(stream, "x", 1) < 0;
            return next > STDERR_FILENO && refused ? 0 : 1;
        });
        CHECK(ended.code == 0);
    }
}

TEST_CASE("texts in what is printed cannot move the cursor; the codes of colours stay where a screen has set them") {
    CHECK(cli::visible_painted("\033[31mred\033[0m \033[2Jcleared \xC2\xAD \033") == "\033[31mred\033[0m ?[2Jcleared ? ?");
    CHECK(cli::visible_painted("\033[") == "?[");
    CHECK(cli::visible_painted("\033[1;31merror\033[0m \033[8mhidden\033[31;8m") == "\033[1;31merror\033[0m ?[8mhidden?[31;8m");
    const Ended ended = ended_of([] {
        cli::say("{}: {} {}\n", std::string("a\033[2Jb"), 7, "\u202Ec");
        return 0;
    });
    CHECK(ended.errors == "a?[2Jb: 7 ?c\n");
}
