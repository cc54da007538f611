// Small runs, told event by event. A file of cases holds one group of facts:
//
//   --- the title of a case, which is the fact that it shows
//   on a { lamp.light("x") }              the program, on the site of this folder
//   | a$ lamp on x: takes 5s              what happens around it: script.hpp
//   =    0.000 …                          what must be told; ACCEPT=1 writes these lines
//
// Behind the events stands what the machines were sent, as they saw it themselves; looks are left out.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "tests/runtime/interpret/stage.hpp"
#include "tests/support/golden.hpp"

namespace runtime_tests {

namespace {

struct Case {
    std::vector<std::string> lines;  ///< as they stand in the file, without what is expected
    std::string title, program;
    std::vector<std::string> script, expected;
};

std::vector<Case> read_cases(const std::filesystem::path& file) {
    std::vector<Case> cases(1);  // the first one is the comment at the top of the file
    std::istringstream in(support::read(file));
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("--- ")) cases.push_back({.lines = {}, .title = line.substr(4), .program = {}, .script = {}, .expected = {}});
        Case& one = cases.back();
        if (line.starts_with("=")) {
            one.expected.push_back(line);
            continue;
        }
        one.lines.push_back(line);
        if (line.starts_with("| "))
            one.script.push_back(line.substr(2));
        else if (!line.starts_with("--- "))
            one.program += line + "\n";
    }
    return cases;
}

std::vector<std::string> outcome(const Case& one) {
    const Played played = play(one.program, one.script);
    std::string text;
    for (const std::string& finding : played.findings) text += finding + "\n";
    for (const runtime::Event& event : played.events) text += told(event, played.events.front().at) + "\n";
    for (const std::string& line : played.received) {
        if (line.find("$ lamp status ") == std::string::npos) text += "sent: " + line + "\n";
    }
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line.empty() ? "=" : "= " + line);
    return lines;
}

void check_cases(const char* name) {
    const auto file = support::in_tests(std::string("runtime/interpret/cases/") + name);
    std::string whole;
    std::vector<Case> cases = read_cases(file);
    REQUIRE(cases.size() > 1);
    for (const Case& one : cases) {
        for (const std::string& line : one.lines) whole += line + "\n";
        if (one.title.empty()) continue;
        const std::vector<std::string> actual = outcome(one);
        for (const std::string& line : actual) whole += line + "\n";
        if (support::accepting() || actual == one.expected) continue;
        std::string got;
        for (std::size_t i = 0; i < std::max(actual.size(), one.expected.size()); ++i) {
            const std::string is = i < actual.size() ? actual[i] : "", was = i < one.expected.size() ? one.expected[i] : "";
            got += is == was ? "  " + is + "\n" : "- " + was + "\n+ " + is + "\n";
        }
        FAIL_CHECK(file.string(), ": ", one.title, "\n", got);
    }
    if (support::accepting() && support::read(file) != whole) std::ofstream(file, std::ios::binary) << whole;
}

}  // namespace

TEST_CASE("a script reaches what `done_when` says") { check_cases("done_when.cases"); }
TEST_CASE("branches run at the same time, and a failure in one starts nothing new in the others") { check_cases("parallel.cases"); }
TEST_CASE("blocks go through their hosts and elements in order") { check_cases("order.cases"); }
TEST_CASE("unknown is never taken for false") { check_cases("unknown.cases"); }
TEST_CASE("waits end: reached, or with the reason why not") { check_cases("waits.cases"); }
TEST_CASE("a step is tried again as often as it says, an unknown outcome never") { check_cases("retry.cases"); }
TEST_CASE("deadlines end what takes too long and say what may still go on") { check_cases("deadlines.cases"); }
TEST_CASE("an action looks, acts only if needed, and waits until the system says so") { check_cases("actions.cases"); }
TEST_CASE("what people are asked, and what is said to them") { check_cases("people.cases"); }
TEST_CASE("undo, commit, leave and on_failure") { check_cases("undo.cases"); }
TEST_CASE("pending undos run last first, each looks before it acts, and one that fails stops no other") { check_cases("undone.cases"); }
TEST_CASE("a run that ended or was killed goes on where it was") { check_cases("resume.cases"); }
TEST_CASE("what can have been undone does not count") { check_cases("taken_back.cases"); }
TEST_CASE("a person decides what becomes of a statement that failed") { check_cases("consult.cases"); }
TEST_CASE("Ctrl-C ends a run in order") { check_cases("interruption.cases"); }
TEST_CASE("invariants are read where something was changed") { check_cases("invariants.cases"); }
TEST_CASE("what was not there at the start is left behind") { check_cases("left_behind.cases"); }
TEST_CASE("what a manual warns of is signed off by two persons") { check_cases("sign_off.cases"); }
TEST_CASE("machines that do not answer are told before the first change, and left out where a person says so") {
    check_cases("silent.cases");
}
TEST_CASE("secrets are in no event") { check_cases("secrets.cases"); }

}  // namespace runtime_tests
