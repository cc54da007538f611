#include <doctest/doctest.h>

#include "cli/command/all.hpp"
#include "cli/reference/search.hpp"
#include "cli/reference/shipped.hpp"
#include "cli/run/load.hpp"
#include "rehearsal/scene.hpp"

namespace {

std::string found(std::string_view words) { return cli::search_page(words, stdlib::Markup::Plain).value_or(""); }
bool finds(const std::string& page, std::string_view words) { return page.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("every trouble stands on its page with what it does and an example") {
    const std::string page = cli::docs_text("troubles");
    for (const rehearsal::TroublesOf& system : rehearsal::known_troubles()) {
        for (const rehearsal::Trouble& trouble : system.troubles) {
            CHECK(finds(page, "- `" + trouble.form + "`: " + trouble.doc));
            CHECK(finds(page, "`\"" + trouble.example + "\"`"));
        }
    }
}

TEST_CASE("a word is found among builtins, in the language, in troubles, procedures and findings") {
    const std::string drain = found("drain");
    CHECK(finds(drain, "\n  haproxy.drain: "));
    CHECK(finds(drain, "\n  urs never drained: "));
    const std::string holding = found("holding");
    CHECK(finds(holding, "| `holding D` | at least two probes"));
    const std::string brain = found("split-brain");
    CHECK(finds(brain, "\n  drbd split-brain: "));
    CHECK(finds(found("failover"), "\n  procedures/jtel/failover.proc: move everything from one VM host to the other"));
    CHECK(finds(found("E0311"), "\n  E0311: on which host?"));
    CHECK(finds(found("Quantifier"), "all x in L: c"));
}

TEST_CASE("a name is its page, words are a search, and what is nowhere is told") {
    CHECK(cli::docs_text("haproxy.drain").starts_with("# haproxy.drain"));
    CHECK(cli::docs_text("drain").starts_with("## \"drain\"") == false);
    CHECK(cli::docs_text("drain").starts_with("# \"drain\""));
    CHECK(cli::docs_text("language") == cli::language_page());
    CHECK(found("").empty());
    CHECK(found("zeppelin").empty());
    CHECK_THROWS_AS(cli::docs_text("zeppelin"), cli::UsageError);
    try {
        cli::docs_text("troublez");
    } catch (const cli::UsageError& error) {
        CHECK(finds(error.message, "did you mean `troubles`?"));
    }
}
