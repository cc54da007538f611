// What is told of a run, and when.
#include "cli/notify/notice.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "cli/notify/channel.hpp"
#include "cli/notify/notifier.hpp"
#include "cli/operator/persons.hpp"

namespace {

using namespace std::chrono_literals;
using About = lang::Notified::About;
namespace event = runtime::event;

struct Told {
    std::vector<cli::Notice> all;
    cli::Notices notices{[this](cli::Notice notice) { all.push_back(std::move(notice)); }, [] { return 7; }};

    void on(runtime::Event::Body body, bool typed = false) {
        notices.on({.at = {}, .step = {}, .host = {}, .body = std::move(body), .typed = typed});
    }
};

const cli::NoticeContext run{.procedure = "failback", .site = "the ACD", .operator_name = "alice", .machine = "desk", .run = 7};

std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Takes every notice by way of `cat`, whose file the test reads.
lang::Notified by_command(std::set<About> about, std::vector<std::string> command) {
    lang::Notified to;
    to.name = "file";
    to.way = lang::Notified::Way::Command;
    to.about = std::move(about);
    to.command = std::move(command);
    return to;
}

}  // namespace

TEST_CASE("a run is told of with its beginning, its failures and its end, and nothing that was typed at a prompt") {
    Told told;
    event::RunStarted started{.procedure = "failback", .site = "the ACD", .operator_name = "alice", .machine = "desk"};
    started.parameters = {{"home", "1"}};
    told.on(started);
    told.on(event::StepStarted{.title = "One"});
    told.on(event::Failed{"what was typed failed"}, true);
    told.on(event::Failed{"required: x\nwhile …"});
    told.on(event::RunEnded{.end = runtime::End::Failed, .took = 61s, .changed = 2, .pending_undos = {"haproxy.ready(web1) on lb1"}});
    REQUIRE(told.all.size() == 3);
    CHECK(told.all[0].about == About::Begin);
    CHECK(told.all[0].title == "failback begins on the ACD");
    CHECK(told.all[0].text.find("home=1") != std::string::npos);
    CHECK(told.all[1].about == About::Failure);
    CHECK(told.all[1].text == "required: x\nwhile …\n");
    CHECK(told.all[2].about == About::End);
    CHECK(told.all[2].title == "failback failed after 1m1s");
    CHECK(told.all[2].text.find("haproxy.ready(web1) on lb1") != std::string::npos);
    CHECK(told.all[2].text.find("procrun history 7") != std::string::npos);
}

TEST_CASE("a webhook gets JSON in which nothing that is told is more than a value") {
    const cli::Notice notice{About::End, "a \"title\"", "two\nlines $run\n"};
    CHECK(cli::webhook_body("", notice, run) == R"({"text": "a \"title\"\ntwo\nlines $run\n"})");
    CHECK(cli::webhook_body(R"({"t": $title, "n": $run, "a": $about, "left": "$alone"})", notice, run) ==
          R"({"t": "a \"title\"", "n": 7, "a": "end", "left": "$alone"})");
}

TEST_CASE("who is asked and does not answer is told of once more; a channel that fails is said, and so is nobody's business") {
    std::string folder = "/tmp/procrun-test-XXXXXX";
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    std::vector<std::string> said;
    const std::vector<lang::Notified> notified{by_command({About::Question}, {"sh", "-c", "cat >>\"$0\"", folder + "/told"}),
                                               by_command({About::Question, About::End}, {"sh", "-c", "echo out of order >&2; exit 3"})};
    {
        cli::Notifier notifier({.notified = notified,
                                .run = [] { return run; },
                                .say = [&](const std::string& line) { said.push_back(line); },
                                .secret = [](std::string_view) { return lang::Value::unknown("none"); },
                                .mask = [](std::string text) { return text; },
                                .reminder = 0ms});
        notifier.tell({About::Question, "before it was begun", ""});
        notifier.begin();
        notifier.asks("Are the lamps on?");
        const auto end = std::chrono::steady_clock::now() + 30s;
        while (read(folder + "/told").find("for 0s now") == std::string::npos && std::chrono::steady_clock::now() < end)
            std::this_thread::yield();
        notifier.answered();
    }
    const std::string told = read(folder + "/told");
    CHECK(told.starts_with("failback waits for an answer\nAre the lamps on?\n"));
    CHECK(told.find("failback waits for an answer, for 0s now\nAre the lamps on?\n") != std::string::npos);
    CHECK(told.find("before it was begun") == std::string::npos);
    REQUIRE_FALSE(said.empty());
    CHECK(said.front().find("notify file: \"failback waits for an answer\" could not be told: exit 3") == 0);
    std::remove((folder + "/told").c_str());
    rmdir(folder.c_str());
}
