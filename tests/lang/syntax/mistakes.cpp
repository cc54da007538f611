#include <doctest/doctest.h>

#include "lang/codes/explanations.hpp"
#include "lang/syntax/parse.hpp"
#include "tests/support/chunks.hpp"
#include "tests/support/golden.hpp"

using namespace lang;

namespace {

Diagnostics diagnostics_of(const std::string& text) {
    Sources sources;
    const std::uint32_t file = sources.add("it.proc", text);
    Diagnostics diagnostics;
    parse(sources, file, diagnostics);
    return diagnostics;
}

}  // namespace

TEST_CASE("every mistake is told on its line, in one go, and no other line is blamed") {
    for (const char* file : {"lang/syntax/mistakes.chunks", "lang/syntax/habits.chunks"}) {
        support::check_chunks(support::in_tests(file), [](const std::string& program) {
            Sources sources;
            sources.add("it.proc", program);
            return support::findings(diagnostics_of(program), sources);
        });
    }
}

TEST_CASE("every mistake is rendered with its line, carets, related places and help") {
    for (const std::string name : {"lang/syntax/mistakes", "lang/syntax/habits"}) {
        std::string report;
        for (const support::Chunk& chunk : support::chunks_in(support::in_tests((name + ".chunks").c_str()))) {
            Sources sources;
            sources.add("it.proc", chunk.program);
            report += "--- " + chunk.title + "\n";
            for (const Diagnostic& diagnostic : diagnostics_of(chunk.program)) report += render(diagnostic, sources) + "\n";
        }
        support::matches_golden(support::in_tests((name + ".report").c_str()), report);
    }
}

TEST_CASE("a file of another kind is told once, and a procedure with a mistake is not one") {
    const auto told = [](const std::string& text) {
        const Diagnostics found = diagnostics_of(text);
        return found.size() == 1 && found.front().code == "E0123" ? found.front().message : std::string();
    };
    CHECK(told("- hosts: web\n  tasks:\n    - name: x\n      service: name=nginx\n") ==
          "this looks like a YAML file, and is not a procedure");
    CHECK(told("---\nsite: x\n") == "this looks like a YAML file, and is not a procedure");
    CHECK(told("# a comment\n\nall:\n  children:\n") == "this looks like a YAML file, and is not a procedure");
    CHECK(told("#!/bin/bash\nset -e\nsystemctl stop nginx\n") == "this looks like a shell script, and is not a procedure");
    CHECK(told("#!/usr/bin/python3\nimport os\n") == "this looks like a Python script, and is not a procedure");
    CHECK(told("{\n  \"a\": 1\n}\n") == "this looks like a JSON file, and is not a procedure");
    CHECK(told("[web]\nweb1\nweb2\n") == "this looks like an INI file or inventory, and is not a procedure");
    CHECK(told("<html>\n") == "this looks like an XML or HTML file, and is not a procedure");
    CHECK(told("step \"a\" {\n  requier a\n}\n").empty());
    CHECK(told("#!/usr/bin/env procrun\nprint 1\n").empty());
    CHECK(diagnostics_of("#!/bin/bash\nnote \"a\"\n").empty());
}

TEST_CASE("what nobody sees in a text is a warning, and typography is none") {
    const auto told = [](const std::string& text) {
        std::string messages;
        for (const Diagnostic& found : diagnostics_of(text)) {
            CHECK(found.severity == Severity::Warning);
            CHECK(found.code == "W0607");
            messages += found.message + "\n";
        }
        return messages;
    };
    CHECK(told("systemd.stop(\"nginx\u00A0\")\nnote \"a\u2009b\u2009c\"\n") ==
          "a blank in this text is not a plain one (U+00A0)\na blank in this text is not a plain one (U+2009)\n");
    CHECK(told("note \"a${f(\"b\u200B\")}\"\n") == "an invisible character (U+200B) stands in this text\n");
    CHECK(told("note \"a\"  # \u202E\u2066 x\n") == "an invisible character (U+202E) stands in this comment\n");
    CHECK(told("note \"so\u00ADft \uFEFF\"\n") == "an invisible character (U+00AD) stands in this text\n");
    CHECK(told("# a\u00A0b\nnote \"Pr\u00EAt\u00A0? \u00AB\u00A0oui\u00A0\u00BB 5\u202F%, 10\u00A0000, \u26A0\uFE0F "
               "\U0001F468\u200D\U0001F4BB\"\n")
              .empty());
    CHECK(diagnostics_of("\uFEFFnote \"a\"\n").empty());
}

TEST_CASE("the examples that explain a code of the syntax are told so, and mended they are not") {
    for (const Code& row : codes::syntax()) {
        INFO(row.code);
        if (row.wrong.empty()) continue;
        const Diagnostics wrong = diagnostics_of(std::string(row.wrong));
        REQUIRE(wrong.size() == 1);
        CHECK(wrong.front().code == row.code);
        CHECK(diagnostics_of(std::string(row.right)).empty());
    }
}
