// Runbooks. Those of the shipped procedures are docs/procedures/, which tests/scripts/repository/table_of_procedures.sh compares.
#include "cli/runbook/purpose.hpp"

#include <doctest/doctest.h>

#include "cli/run/load.hpp"
#include "cli/runbook/page.hpp"
#include "tests/support/golden.hpp"

namespace {

std::string runbook_of(const std::string& file) {
    const lang::Checked checked = cli::load({.file = PROCRUN_SOURCE_DIR "/" + file, .parameters = {}, .site = std::nullopt});
    REQUIRE(checked.program != nullptr);
    cli::show::ByHand by_hand(*checked.program, checked.program->scene);
    return cli::show::runbook(*checked.program, by_hand);
}

}  // namespace

TEST_CASE("the runbook of an example") {
    support::matches_golden(support::in_tests("cli/runbook/drain.md"), runbook_of("examples/drain.proc"));
}

TEST_CASE("the runbook of a watch") {
    support::matches_golden(support::in_tests("cli/runbook/watch.md"), runbook_of("procedures/cpms/watch.proc"));
}

TEST_CASE("a comment at the beginning is the purpose, with its keys") {
    const auto purpose =
        cli::show::purpose_of("# p.proc: does it\n#\n# Duration      a minute,\n#               or two\n# A sentence.\n\n# later\n");
    CHECK(purpose.title == "does it");
    REQUIRE(purpose.entries.size() == 2);
    CHECK(purpose.entries[0].key == "Duration");
    CHECK(purpose.entries[0].value == "a minute, or two");
    CHECK(purpose.entries[1].value == "A sentence.");
    CHECK(cli::show::purpose_of("step \"x\" { }\n").title.empty());
}
