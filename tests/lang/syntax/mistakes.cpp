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
    support::check_chunks(support::in_tests("lang/syntax/mistakes.chunks"), [](const std::string& program) {
        Sources sources;
        sources.add("it.proc", program);
        return support::findings(diagnostics_of(program), sources);
    });
}

TEST_CASE("every mistake is rendered with its line, carets, related places and help") {
    std::string report;
    for (const support::Chunk& chunk : support::chunks_in(support::in_tests("lang/syntax/mistakes.chunks"))) {
        Sources sources;
        sources.add("it.proc", chunk.program);
        report += "--- " + chunk.title + "\n";
        for (const Diagnostic& diagnostic : diagnostics_of(chunk.program)) report += render(diagnostic, sources) + "\n";
    }
    support::matches_golden(support::in_tests("lang/syntax/mistakes.report"), report);
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
