#include "lang/analysis/analyze.hpp"

#include <doctest/doctest.h>

#include "lang/check/api.hpp"
#include "tests/lang/analysis/catalog.hpp"
#include "tests/support/chunks.hpp"
#include "tests/support/golden.hpp"

using namespace lang;

namespace {

Checked checked(const std::string& program) {
    static const std::string site = support::read(support::in_tests("lang/analysis/site.proc"));
    const Catalog catalog = walk_tests::catalog();
    const Loader load = [&](const std::string& path) -> std::optional<std::string> {
        if (path == "test.proc") return program;
        if (path == "site.proc") return site;
        return std::nullopt;
    };
    return check({.procedure = "test.proc", .site = "site.proc", .parameters = {}, .load = load, .catalog = &catalog});
}

std::vector<support::Finding> judge(const std::string& program) {
    const Checked result = checked(program);
    return support::findings(result.diagnostics, *result.sources);
}

void chunks(const char* file) { support::check_chunks(support::in_tests(std::string("lang/analysis/chunks/") + file + ".chunks"), judge); }

}  // namespace

TEST_CASE("sets of hosts are seen before the run") { chunks("sets"); }
TEST_CASE("builtins meet the machines that they will be used on") { chunks("machines"); }
TEST_CASE("branches side by side keep off each other's machines") { chunks("branches"); }
TEST_CASE("waits have times that fit, and wait for what can change") { chunks("waits"); }
TEST_CASE("conditions that the world cannot change are told") { chunks("conditions"); }

TEST_CASE("a machine that keeps the site's lock stays on") { chunks("lock"); }

TEST_CASE("names are those that the site's clusters list") { chunks("names"); }
TEST_CASE("verbs of a cluster are used on its machines") { chunks("clusters"); }
TEST_CASE("arguments that are known are read by who will read them") { chunks("arguments"); }
TEST_CASE("all is told in one go, and what is wrong already brings nothing about") { chunks("together"); }

TEST_CASE("findings are rendered with the way that led to them") {
    support::golden_folder(support::in_tests("lang/analysis/shown"), "proc", "txt", [](const std::string& program, const auto&) {
        const Checked result = checked(program);
        std::string out;
        for (const Diagnostic& diagnostic : result.diagnostics) out += render(diagnostic, *result.sources) + "\n";
        return out;
    });
}
