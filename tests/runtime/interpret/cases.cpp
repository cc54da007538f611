// Small runs, told event by event. A file of cases holds one group of facts:
//
//   --- the title of a case, which is the fact that it shows
//   on a { lamp.light("x") }              the program, on the site of this folder
//   | a$ lamp on x: takes 5s              what happens around it: script.hpp
//   =    0.000 …                          what must be told; ACCEPT=1 writes these lines
//
// Behind the events stands what the machines were sent, as they saw it themselves; looks are left out.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/runtime/interpret/small_run.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/said.hpp"

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

void check_cases(const std::filesystem::path& file) {
    std::string whole;
    std::vector<Case> cases = read_cases(file);
    REQUIRE(cases.size() > 1);
    for (const Case& one : cases) {
        for (const std::string& line : one.lines) whole += line + "\n";
        if (one.title.empty()) continue;
        const std::vector<std::string> actual = outcome(one);
        for (const std::string& line : actual) whole += line + "\n";
        const auto same = [](const std::string& a, const std::string& b) { return support::said(a) == support::said(b); };
        if (support::accepting() || std::equal(actual.begin(), actual.end(), one.expected.begin(), one.expected.end(), same)) continue;
        std::string got;
        for (std::size_t i = 0; i < std::max(actual.size(), one.expected.size()); ++i) {
            const std::string is = i < actual.size() ? actual[i] : "", was = i < one.expected.size() ? one.expected[i] : "";
            got += same(is, was) ? "  " + is + "\n" : "- " + was + "\n+ " + is + "\n";
        }
        FAIL_CHECK(file.string(), ": ", one.title, "\n", got);
    }
    if (support::accepting() && support::read(file) != whole) std::ofstream(file, std::ios::binary) << whole;
}

}  // namespace

TEST_CASE("small runs, told event by event") {
    // A file that nobody had named would be a test that cannot fail.
    for (const auto& file : std::filesystem::directory_iterator(support::in_tests("runtime/interpret/cases"))) {
        const std::string name = file.path().filename().string();
        SUBCASE(name.c_str()) { check_cases(file.path()); }
    }
}

}  // namespace runtime_tests
