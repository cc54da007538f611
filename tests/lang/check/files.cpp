// Procedures, sites and imports: which files take part, and what is said when one does not.
#include <doctest/doctest.h>

#include "tests/lang/check/catalog.hpp"

using support::rendered;

namespace {

std::vector<std::string> codes(const lang::Checked& checked) {
    std::vector<std::string> all;
    for (const auto& diagnostic : checked.diagnostics) all.push_back(diagnostic.code);
    return all;
}

using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("a procedure that is not there is said to be missing") {
    const auto checked = support::check({});
    CHECK(codes(checked) == Codes{"E0401"});
    CHECK(checked.program == nullptr);
}

TEST_CASE("a site stands beside the procedure, or is named; a named one that is missing is an error") {
    const std::string procedure = "on jb { svc.start(\"a\") }";
    CHECK(support::check({{"main.proc", procedure}, {"site.proc", "host a { }\ngroup jb = a"}}).program != nullptr);
    const auto without = support::check({{"main.proc", procedure}});
    CHECK(codes(without) == Codes{"E0201"});
    CHECK(rendered(without).find("--site FILE") != std::string::npos);
    const auto named = lang::check({.procedure = "main.proc",
                                    .site = "other.proc",
                                    .parameters = {},
                                    .load = support::loader({{"main.proc", procedure}}),
                                    .catalog = &support::small_catalog()});
    CHECK(codes(named) == Codes{"E0401"});
}

TEST_CASE("the paths of imports are taken from the importing file, and every file is read once") {
    const auto checked = support::check({{"main.proc", "import \"lib/a.proc\"\nimport \"lib/b.proc\"\nfrom_a()\nfrom_c()"},
                                         {"lib/a.proc", "import \"c.proc\"\ndefine action from_a() { from_c() }"},
                                         {"lib/b.proc", "import \"../lib/c.proc\""},
                                         {"lib/c.proc", "define action from_c() { note \"c\" }"}});
    CHECK(rendered(checked) == "");
    REQUIRE(checked.program != nullptr);
    std::vector<std::string> paths;
    for (const auto& part : checked.program->parts) paths.push_back(part.path);
    CHECK(paths == Codes{"main.proc", "lib/a.proc", "lib/c.proc", "lib/b.proc"});
}

TEST_CASE("an import that is not there is told with a file that is, and nothing that it may declare is missed") {
    const std::string procedure =
        "import \"lib/sofware.proc\"\nneeds group tel\nneeds fact room: int\nneeds query is_up(h: host): bool\n"
        "host a { room 1  unit \"x\" }\nstop_all(home)\nlet x = find t in tel where is_up(t) and t.unit == \"x\"\n"
        "on x { svc.start(5) }";
    const auto checked = lang::check({.procedure = "main.proc",
                                      .site = std::nullopt,
                                      .parameters = {{"given", "1"}},
                                      .load = support::loader({{"main.proc", procedure}}),
                                      .catalog = &support::small_catalog(),
                                      .files_in = [](const std::string& folder) {
                                          return folder == "lib" ? Codes{"notes.txt", "machines.proc", "software.proc"} : Codes{};
                                      }});
    CHECK(rendered(checked) == R"(error[E0401]: there is no file `lib/sofware.proc`
 --> main.proc:1:8
  |
1 | import "lib/sofware.proc"
  |        ^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `lib/software.proc`?

error[E0301]: `unit` of svc.start must be a text, not an int
 --> main.proc:8:18
  |
8 | on x { svc.start(5) }
  |                  ^ an int
  |
  = help: write "5"

)");
}

TEST_CASE("imports in a circle are shown with their way") {
    const auto checked =
        support::check({{"main.proc", "import \"a.proc\""}, {"a.proc", "import \"b.proc\""}, {"b.proc", "import \"a.proc\""}});
    CHECK(codes(checked) == Codes{"E0402"});
    CHECK(rendered(checked).find("which imports `b.proc` here") != std::string::npos);
}

TEST_CASE("what is wrong in an imported file is reported there, and its statements would never run") {
    const auto checked =
        support::check({{"main.proc", "import \"a.proc\"\nnote \"a\""}, {"a.proc", "note \"never\"\ndefine x(): int = \"a\""}});
    CHECK(codes(checked) == Codes{"E0403", "E0301"});
    for (const auto& diagnostic : checked.diagnostics) CHECK((*checked.sources)[diagnostic.span.file].path == "a.proc");
}

TEST_CASE("a site is checked by itself") {
    const auto checked = lang::check({.procedure = "site.proc",
                                      .site = std::nullopt,
                                      .parameters = {},
                                      .load = support::loader({{"site.proc", "site \"x\"\nhost a { }"}}),
                                      .catalog = &support::small_catalog()});
    CHECK(rendered(checked) == "");
    REQUIRE(checked.program != nullptr);
    CHECK(checked.program->site->name == "x");
    CHECK(checked.program->site->path == "site.proc");
}

TEST_CASE("what another procedure keeps has the type that it has there") {
    const std::string keeper = "let unknown_here = kept.main.x\nstep \"s\" { keep before = [1, 2] }";
    const auto good = support::check({{"main.proc", "require kept.failover.before.count == 2"}, {"failover.proc", keeper}});
    CHECK(rendered(good) == "");
    const auto bad = support::check({{"main.proc", "require kept.failover.before == 2"}, {"failover.proc", keeper}});
    CHECK(codes(bad) == Codes{"E0306"});
}

TEST_CASE("names of statements with syntax errors are not reported again") {
    const auto checked =
        support::check({{"main.proc", "let x = (1 +\nnote \"${x}\"\nparam home: = 1\nrequire home == 1\nrequire other == 1"}});
    std::vector<std::string> names;
    for (const auto& diagnostic : checked.diagnostics) {
        if (diagnostic.code == "E0201") names.push_back(diagnostic.message);
    }
    CHECK(names == Codes{"there is nothing called `other`"});
}

TEST_CASE("a declaration with a mistake deep inside is reported, not evaluated") {
    const std::string hosts = "fact side: int = \"one\"\nhost a { }\nhost b { side 2 }\n";
    for (const std::string wrong :
         {"group g = a, nothing", "group g = [a, b] where side < 2", "param p: bool = true and nothing\nnote \"${p}\""}) {
        CAPTURE(wrong);
        const auto checked = support::check({{"main.proc", hosts + wrong}});
        CHECK(checked.program == nullptr);
        CHECK(codes(checked).front() == "E0301");
        CHECK(checked.diagnostics.size() <= 2);
    }
}

TEST_CASE("an entry that no fact is declared for is told with the declaration that fits what is written") {
    for (const auto& [written, type] : std::vector<std::pair<std::string, std::string>>{{"5", "int"},
                                                                                        {"\"x\"", "text"},
                                                                                        {"true", "bool"},
                                                                                        {"5m", "duration"},
                                                                                        {"[\"x\"]", "list of text"},
                                                                                        {"[[1]]", "list of list of int"},
                                                                                        {"[]", "TYPE"},
                                                                                        {"b", "TYPE"}}) {
        CAPTURE(written);
        const auto checked = support::check({{"main.proc", "host b { }\nhost a { room " + written + " }\n"}});
        CHECK(codes(checked) == Codes{"E0405"});
        CHECK(rendered(checked).find("declare it: `fact room: " + type + "`") != std::string::npos);
    }
}

TEST_CASE("however long a chain or however deep the defines, the check ends with a finding") {
    std::string sum = "let x = 1";
    for (int i = 0; i < 5000; ++i) sum += " + 1";
    CHECK(support::check({{"main.proc", sum + "\nnote \"${x}\""}}).program == nullptr);
    std::string defines = "define d0(): int = 1\n";
    for (int i = 1; i < 2000; ++i) defines = "define d" + std::to_string(i) + "(): int = d" + std::to_string(i - 1) + "()\n" + defines;
    const auto checked = support::check({{"main.proc", "require d1999() == 1\n" + defines}});
    REQUIRE_FALSE(checked.diagnostics.empty());
    CHECK(checked.diagnostics.front().code == "E0213");
}

TEST_CASE("at most a hundred findings are shown") {
    std::string program;
    for (int i = 0; i < 1000; ++i) program += "require x" + std::to_string(i) + " == 1\n";
    CHECK(support::check({{"main.proc", program}}).diagnostics.size() == 100);
}
