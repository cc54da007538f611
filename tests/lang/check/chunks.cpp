#include "tests/support/chunks.hpp"

#include <doctest/doctest.h>

#include "tests/lang/check/catalog.hpp"
#include "tests/support/golden.hpp"

namespace {

const char* const other_procedure = "keep before = 1\nkeep role = \"x\"\n";

std::vector<support::Finding> judged(const std::string& program, bool with_site) {
    support::Texts texts{{"main.proc", program}, {"other.proc", other_procedure}};
    if (with_site) texts["site.proc"] = support::read(support::in_tests("lang/check/site.proc"));
    const lang::Checked checked = support::check(std::move(texts));
    return support::findings(checked.diagnostics, *checked.sources);
}

void on_the_site(const char* file) {
    support::check_chunks(support::in_tests(file), [](const std::string& program) { return judged(program, true); });
}

}  // namespace

TEST_CASE("a name that means nothing, or two things, is reported where it stands") { on_the_site("lang/check/names.chunks"); }
TEST_CASE("types, units and members of enumerations are checked") { on_the_site("lang/check/types.chunks"); }
TEST_CASE("calls: arguments, effects, hosts, secrets") { on_the_site("lang/check/calls.chunks"); }
TEST_CASE("a script gets its values through holes, and its shell knows no others") { on_the_site("lang/check/scripts.chunks"); }
TEST_CASE("waits, steps, blocks: each stands where it has a meaning") { on_the_site("lang/check/flow.chunks"); }
TEST_CASE("what a procedure needs is there, or is said to be missing") { on_the_site("lang/check/needs.chunks"); }
TEST_CASE("a site is checked as a procedure is") {
    support::check_chunks(support::in_tests("lang/check/sites.chunks"), [](const std::string& program) { return judged(program, false); });
}

TEST_CASE("findings as a person reads them") {
    const std::string site = support::read(support::in_tests("lang/check/site.proc"));
    support::golden_folder(support::in_tests("lang/check/golden"), ".proc", ".txt", [&](const std::string& text, const auto&) {
        return support::rendered(support::check({{"main.proc", text}, {"site.proc", site}, {"other.proc", other_procedure}}));
    });
}
