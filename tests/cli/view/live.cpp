// The board of the live view, drawn for windows of several sizes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cli/terminal/width.hpp"
#include "cli/view/live/render.hpp"
#include "tests/support/golden.hpp"

namespace {

using namespace std::chrono_literals;
using namespace cli::live;
namespace event = runtime::event;

const runtime::Time start{std::chrono::sys_days{std::chrono::March / 1 / 2026} + 22h};

/// A run that is told second by second.
struct Told {
    Board board;
    runtime::Time now = start;

    Told() : board({.procedure = "failback", .site = "example", .simulated = true}, steps(), earlier()) {
        tell("", "", event::RunStarted{.procedure = "failback", .site = "example", .steps = 6, .simulated = true});
    }

    void tell(const std::string& step, const std::string& host, runtime::Event::Body body) {
        board.take({.at = now, .step = step, .host = host, .body = std::move(body)});
    }
    void whole_step(const std::string& step, const std::string& title, runtime::Duration took, bool done = true) {
        tell(step, "", event::StepStarted{.title = title});
        now += took;
        tell(step, "", event::StepEnded{.title = title, .done = done, .took = took});
    }

    static std::vector<OutlineStep> steps() {
        return {{"1", "Look"},
                {"2", "Stop the software on VM-Host 2"},
                {"3", "The storage is in sync, and every replica has caught up with what was written meanwhile"},
                {"3.1", "Move it"},
                {"4", "Start the software"},
                {"5", "Functional tests"}};
    }
    static cli::Expected earlier() {
        cli::Expected expected;
        expected.runs = 3;
        expected.whole = 38min;
        expected.steps = {{"2\nStop the software on VM-Host 2", 2min}, {"4\nStart the software", 150s}, {"5\nFunctional tests", 20s}};
        return expected;
    }
};

std::string drawn(const Told& told, Size size) {
    std::string text = fmt::format("---- {} x {}\n", size.columns, size.rows);
    const auto rows = render(told.board, size, told.now);
    CHECK(rows.size() <= size.rows);
    for (const Row& row : rows) {
        std::string line;
        for (const Span& span : row) line += span.text;
        CHECK_MESSAGE(columns(line) <= size.columns, line);
        while (line.ends_with(' ')) line.pop_back();
        text += line + '\n';
    }
    return text;
}

std::string in_all_sizes(const Told& told) {
    std::string text;
    for (const Size size : {Size{100, 20}, Size{79, 14}, Size{50, 8}, Size{40, 4}, Size{28, 1}}) text += drawn(told, size);
    return text;
}

}  // namespace

TEST_CASE("the board shows what runs on every host, and what is around it as far as there is room") {
    Told told;
    told.whole_step("1", "Look", 3s);
    told.tell("2", "", event::StepStarted{.title = "Stop the software on VM-Host 2"});
    for (const char* host : {"acd-tel2", "acd-jb4", "acd-jb5", "acd-jb6", "acd-chat2", "acd-api2"}) {
        told.tell("2", host,
                  event::Intent{.key = {.label = "k"}, .call = R"(systemd.stop("wildfly"))", .command = "systemctl stop wildfly"});
    }
    told.now += 4s;
    told.tell("2", "acd-jb4",
              event::ActionProgress{.call = R"(systemd.stop("wildfly"))", .seen = "deactivating", .elapsed = 4s, .within = 5min});
    told.tell("2", "acd-jb5", event::CommandOutput{"Stopping\tthe server \033[31mnow"});
    told.tell("2", "acd-jb6",
              event::ActionEnded{.key = {.label = "k"}, .call = R"(systemd.stop("wildfly"))", .effect = runtime::Effect::Changed});
    support::matches_golden(support::in_tests("cli/view/live/hosts.txt"), in_all_sizes(told));
}

TEST_CASE("a wait with a percentage has a bar, and a failed step is told apart from one with skips and one of an earlier part") {
    Told told;
    told.tell("1", "", event::DoneBefore{.key = {}, .what = "Look", .when = start});
    told.tell("2", "", event::StepStarted{.title = "Stop the software on VM-Host 2"});
    told.tell("2", "", event::Skipped{.what = "step 2", .reason = "nobody is there"});
    told.now += 90s;
    told.tell("2", "", event::StepEnded{.title = "Stop the software on VM-Host 2", .done = true, .took = 90s});
    told.tell("3", "", event::StepStarted{.title = Told::steps()[2].title, .attempt = 2});
    told.whole_step("3.1", "Move it", 65s, false);
    told.tell("3", "", event::WaitStarted{.condition = R"(all s in stores: drbd.in_sync("r0"))", .within = 4h});
    told.now += 190s;
    told.tell("3", "",
              event::WaitProgress{.condition = R"(all s in stores: drbd.in_sync("r0"))",
                                  .seen = "acd-store1: Inconsistent, expected UpToDate",
                                  .elapsed = 190s,
                                  .within = 4h,
                                  .percent = 41.3});
    told.tell("", "", event::Interrupted{1});
    support::matches_golden(support::in_tests("cli/view/live/bar.txt"), in_all_sizes(told));
}

TEST_CASE("the board of a resumed run has its name and counts from when it was resumed; what was passed over was not done") {
    Board board({.procedure = "failback", .site = "example", .simulated = false}, Told::steps(), Told::earlier());
    const auto tell = [&](const std::string& step, runtime::Event::Body body) {
        board.take({.at = start, .step = step, .host = {}, .body = std::move(body)});
    };
    tell("", event::RunResumed{.operator_name = "kay", .machine = "desk1", .part = 2, .finished = {}});
    tell("1", event::DoneBefore{.key = {}, .what = "Look", .when = start - 1h});
    tell("2", event::PassedOver{.title = "Stop the software on VM-Host 2", .by = "kay"});
    const auto rows = render(board, {.columns = 79, .rows = 14}, start + 5s);
    std::string text;
    for (const Row& row : rows) {
        for (const Span& span : row) text += span.text;
        text += '\n';
    }
    CAPTURE(text);
    CHECK(text.find("failback") != std::string::npos);
    CHECK(text.find("5s of about 38m") != std::string::npos);
    CHECK(text.find("✓ 1    Look") != std::string::npos);
    CHECK(text.find("– 2    Stop the software on VM-Host 2") != std::string::npos);
    CHECK(text.find("passed over") != std::string::npos);
}

TEST_CASE("what is over is no longer on the board") {
    Told told;
    told.tell("2", "", event::StepStarted{.title = "Stop"});
    told.tell("2", "a", event::WaitStarted{.condition = "x", .within = 5s});
    told.tell("2", "b", event::Asked{"Is it?"});
    told.tell("2", "c", event::CommandOutput{"a line"});
    REQUIRE(told.board.doing.size() == 3);
    told.tell("2", "a", event::WaitEnded{.condition = "x", .reached = true});
    told.tell("2", "b", event::Answered{.question = "Is it?", .answer = "yes"});
    told.tell("2", "c", event::CommandEnded{.command = "query"});
    CHECK(told.board.doing.empty());
    told.tell("2.1", "a", event::Intent{.call = "a()"});
    told.tell("2", "", event::StepEnded{.title = "Stop", .done = true});
    CHECK(told.board.doing.empty());
}

TEST_CASE("texts are cut by columns, not by bytes") {
    CHECK(columns("Störung") == 7);
    CHECK(columns("e\u0301") == 1);
    CHECK(columns("機械") == 4);
    CHECK(fitted("Störung am Lager", 9) == "Störung …");
    CHECK(fitted("機械機械", 4) == "機…");
    CHECK(fitted("fits", 4) == "fits");
    CHECK(fitted_end("the end of it", 6) == "…of it");
    CHECK(columns(padded("ü", 4)) == 4);
}

TEST_CASE("the board leaves most of a small terminal to the protocol") {
    CHECK(share_of({.columns = 80, .rows = 24}) == 14);
    CHECK(share_of({.columns = 80, .rows = 10}) == 5);
    CHECK(share_of({.columns = 80, .rows = 5}) == 1);
    CHECK(share_of({.columns = 20, .rows = 50}) == 1);
}
