// The prompt of the REPL and of a run that waits, and who signs off, on the example site.
#include "cli/operator/prompt.hpp"

#include <doctest/doctest.h>

#include <deque>

#include "cli/operator/persons.hpp"
#include "cli/run/context.hpp"
#include "cli/run/load.hpp"

namespace {

using runtime::Reaction;
using Kind = Reaction::Kind;

/// What a prompt writes when these lines are typed.
std::string typed(std::deque<std::string> lines, const std::function<void(cli::Prompt&, const lang::Site&)>& prepare = {},
                  bool knows_that_it_is_simulated = false) {
    const std::string file = PROCRUN_SOURCE_DIR "/procedures/jtel/site.proc";
    std::FILE* out = std::tmpfile();
    REQUIRE(out != nullptr);
    {
        cli::Screen screen(out);
        lang::Session session(file, cli::read_file, cli::registry().catalog());
        const lang::Checked start = session.fragment("");
        REQUIRE(start.program != nullptr);
        cli::RunRequest request;
        request.journal = ":memory:";
        request.rehearse = true;
        cli::RunContext context(*start.program, request, screen);
        context.journal().begin(*start.program, true);
        cli::Prompt prompt(session, screen, {.read = [&](const std::string&) -> std::optional<std::string> {
                               if (lines.empty()) return std::nullopt;
                               std::string line = lines.front();
                               lines.pop_front();
                               return line;
                           }},
                           [](const std::function<void()>& work) { work(); });
        if (knows_that_it_is_simulated) prompt.simulate(*context.simulated_site());
        if (prepare) prepare(prompt, *session.site());
        prompt.take_lines(context.world(), "the simulated site");
    }
    std::string text;
    std::rewind(out);
    for (int c = std::fgetc(out); c != EOF; c = std::fgetc(out)) text += static_cast<char>(c);
    std::fclose(out);
    return text;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a prompt that stands on a host asks it, and another where that is said") {
    const auto on_store = [](cli::Prompt& prompt, const lang::Site& site) { prompt.stand_on(*site.find_host("acd-store1")); };
    CHECK(has(typed({"drbd.status(\"r0\").role"}, on_store), "Primary"));
    CHECK(has(typed({"drbd.status(\"r0\").role on acd-store2"}, on_store), "Secondary"));
    CHECK(has(typed({"drbd.status(\"r0\").role"}), "E0"));
}

TEST_CASE("what was bound can be named; what cannot be written in the language is left out") {
    const std::string text = typed({"there.vm_host", "wait_for", "odd"}, [](cli::Prompt& prompt, const lang::Site&) {
        prompt.bind("there", "acd-jb4");
        prompt.bind("wait_for", "5m");
        prompt.bind("odd", "<a value>");
    });
    CHECK(has(text, "2"));
    CHECK(has(text, "5m"));
    CHECK(has(text, "`odd`"));
}

TEST_CASE("an action asks before it acts") {
    CHECK(has(typed({"on acd-lb1 { haproxy.maint(acd-jb1) }", "no"}), "not done"));
    CHECK(has(typed({"on acd-lb1 { haproxy.maint(acd-jb1) }", "yes", "haproxy.server(acd-jb1).state on acd-lb1"}), "Maint"));
}

TEST_CASE("on a simulated site a trouble is begun, listed and cured at the prompt, and told to those who observe the run") {
    const auto simulated = [](const std::deque<std::string>& lines) { return typed(lines, {}, true); };
    const std::string status = "drbd.status(\"r0\").connection on acd-store1";
    CHECK(has(simulated({status}), "Connected"));
    CHECK(has(simulated({":trouble acd-store1: drbd split-brain", status}), "StandAlone"));
    CHECK(has(simulated({":trouble \"acd-store1: drbd split-brain\"", ":trouble"}), "\n  acd-store1: drbd split-brain"));
    CHECK_FALSE(has(simulated({":trouble acd-store1: drbd split-brain", ":cure acd-store1: drbd split-brain", status}), "StandAlone"));
    CHECK(has(simulated({":cure"}), "there is no simulated trouble"));
    CHECK(has(simulated({":cure acd-store1: off"}), "there is no trouble \"acd-store1: off\""));
    CHECK(has(simulated({":trouble acd-store1: of"}), "did you mean \"off\"?"));
    CHECK(has(simulated({":help"}), ":cure HOST: WORDS"));
    CHECK(has(typed({":cure"}), "these are real hosts"));
    CHECK_FALSE(has(typed({":help"}), ":cure"));
}

TEST_CASE("Tab completes commands, hosts, builtins, and the troubles that can be cured") {
    std::vector<std::string> completed;
    typed({}, [&](cli::Prompt& prompt, const lang::Site&) {
        for (const char* begun : {":n", "on acd-st", "drbd.stat", "note \"acd-st", ":cu"})
            completed.push_back(prompt.completed(begun).insert);
    });
    CHECK(completed == std::vector<std::string>{"ames", "ore", "us", "", ""});
    typed(
        {":trouble acd-store1: drbd split-brain"},
        [&](cli::Prompt& prompt, const lang::Site&) { CHECK(prompt.completed(":cu").insert == "re"); }, true);
}

TEST_CASE(":quit ends the prompt, and what comes after it is not read") {
    CHECK_FALSE(has(typed({":quit", "1 + 1"}), "2"));
    CHECK(has(typed({"1 + 1", ":quit"}), "2"));
}

TEST_CASE("a rehearsal signs off by itself, and says so") {
    const auto person = cli::rehearsing_person();
    for (const std::string first : {"", "the rehearsal"}) {
        const Reaction reaction = person->sign({.kind = runtime::Question::Kind::FirstPerson, .about = "x on a", .text = "it is dangerous"},
                                               "r0 on a", first, runtime::Time::max());
        CHECK(reaction.kind == Kind::Yes);
        CHECK(reaction.by.find("rehearsal") != std::string::npos);
    }
}
