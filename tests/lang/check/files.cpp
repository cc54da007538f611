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
    std::string program = "host a { }\n";
    for (int i = 0; i < 1000; ++i) program += "require x" + std::to_string(i) + " == 1\n";
    CHECK(support::check({{"main.proc", program}}).diagnostics.size() == 100);
}

namespace {

/// With the names of the files, as a person's folder has them.
lang::Checked in_a_folder(support::Texts texts, std::optional<std::string> site = std::nullopt) {
    std::vector<std::string> names;
    for (const auto& [path, text] : texts) names.push_back(path);
    return lang::check({.procedure = "main.proc",
                        .site = std::move(site),
                        .parameters = {},
                        .load = support::loader(std::move(texts)),
                        .catalog = &support::small_catalog(),
                        .files_in = [names](const std::string&) { return names; }});
}

bool says(const lang::Checked& checked, std::string_view words) { return rendered(checked).find(words) != std::string::npos; }

}  // namespace

TEST_CASE("a define or parameter of a file beside the procedure lacks its import") {
    const std::string software = "param grace: duration = 5m\ndefine action stop_software() { note \"${grace}\" }\n";
    const auto checked = in_a_folder({{"main.proc", "stop_software()"}, {"software.proc", software}});
    CHECK(codes(checked) == Codes{"E0211"});
    CHECK(says(checked, "`stop_software` stands in software.proc beside this file: `import \"software.proc\"`"));
    CHECK(says(in_a_folder({{"main.proc", "note \"${grace}\""}, {"software.proc", software}}), "`import \"software.proc\"`"));
    CHECK(says(in_a_folder({{"main.proc", "stop_software()"}, {"all.proc", software + "stop_software()"}}),
               "what several procedures use stands in a file of declarations"));
    CHECK_FALSE(says(in_a_folder({{"main.proc", "stop_it()"}, {"software.proc", software}}), "import"));
    // The pure file is meant where there are two.
    CHECK(says(in_a_folder({{"main.proc", "stop_software()"}, {"all.proc", software + "stop_software()"}, {"software.proc", software}}),
               "`import \"software.proc\"`"));
}

TEST_CASE("a path that names no file is told another one only where it is near") {
    const auto told = [](const std::string& import, const std::string& there) {
        return says(in_a_folder({{"main.proc", "import \"" + import + "\"\nnote \"a\""}, {there, "define f(): int = 1"}}),
                    "did you mean `" + there);
    };
    CHECK(told("sofware.proc", "software.proc"));
    CHECK(told("software", "software.proc"));
    CHECK(told("software.prok", "software.proc"));
    CHECK_FALSE(told("mm.proc", "m01.proc"));
    CHECK_FALSE(told("ab.proc", "cd.proc"));
}

TEST_CASE("where there is no site, that is told once, with all that one has to have") {
    const std::string needs = "needs group tel, jb\nneeds fact room: int\nneeds query is_up(h: host): bool\n";
    const std::string body =
        "let all_of = [tel, jb where room == 1]\nrequire all t in tel: is_up(t) and machine.answers()\nlet s = [jb]\n"
        "require any t in [tel]: disk.in_sync(\"r0\")\non jb { svc.start(host.unit) }\n"
        "require kept.failover.before == 1\nnote \"${all_of} ${s}\"\n";
    const auto checked = in_a_folder({{"main.proc", needs + body}});
    CHECK(codes(checked) == Codes{"E0430"});
    CHECK(says(checked, "it has to have groups tel, jb; facts room; queries is_up"));
    // Without needs the first name that is missing tells it.
    const auto names =
        in_a_folder({{"main.proc", "on node1 { svc.start(\"a\") }\non node2 { svc.start(\"a\") }\nrequire node3.room == 1"}});
    CHECK(codes(names) == Codes{"E0201"});
    CHECK(says(names, "give one with --site FILE"));
    // What is missing in a site that there is, each once, and nothing that follows of it.
    const auto other = in_a_folder({{"main.proc", needs + body}, {"site.proc", "fact unit: text = \"\"\nhost a { }\ngroup jb = a\n"}});
    CHECK(codes(other) == Codes{"E0410", "E0409", "E0411", "E0212"});
}

TEST_CASE("a missing import has no followers") {
    const auto checked =
        in_a_folder({{"main.proc",
                      "import \"software.proc\"\nneeds group dbs\nlet all_of = [[dbs], tel]\n"
                      "require no t in [tel, dbs]: machine.answers()\nrequire kept.failover.before == 1 or kept.failover.more == 2\n"
                      "note \"${all_of}\"\n"}});
    CHECK(codes(checked) == Codes{"E0401"});
}

TEST_CASE("a procedure that another one keeps things for is missed once") {
    const auto checked = in_a_folder({{"main.proc", "require kept.gone.a == 1 or kept.gone.b == 2 or kept.lost.a == 1"}});
    CHECK(codes(checked) == Codes{"E0212", "E0212"});
}

TEST_CASE("a procedure with a site of its own beside a site.proc is told that both are read, and nothing else") {
    const std::string site = "site \"one\"\nhost a { }\nhost b { }\ngroup both = a, b\n";
    const auto beside = in_a_folder({{"main.proc", site + "on both { svc.start(\"a\") }"}, {"site.proc", site}});
    CHECK(codes(beside) == Codes{"E0407"});
    CHECK(says(beside, "the procedure has a site of its own, and `site.proc` beside it is read as its site, too"));
    CHECK(says(beside, "`--site main.proc`"));
    CHECK(codes(in_a_folder({{"main.proc", "host a { }\n"}, {"site.proc", "host a { }\n"}})) == Codes{"E0407"});
    CHECK(says(in_a_folder({{"main.proc", site}, {"other.proc", site}}, "other.proc"), "--site names `other.proc`"));
    CHECK(in_a_folder({{"main.proc", site + "on both { svc.start(\"a\") }"}, {"site.proc", site}}, "main.proc").program != nullptr);
    CHECK(in_a_folder({{"main.proc", "host c { }\non c, a { svc.start(\"a\") }"}, {"site.proc", site}}).program != nullptr);
}

TEST_CASE("an empty file is a warning, whichever it is") {
    CHECK(codes(in_a_folder({{"main.proc", ""}})) == Codes{"W0605"});
    CHECK(says(in_a_folder({{"main.proc", " \n\n"}}), "this file is empty"));
    CHECK(says(in_a_folder({{"main.proc", "# to be written\n"}}), "there are only comments in this file"));
    CHECK(codes(in_a_folder({{"main.proc", "import \"a.proc\"\nnote \"a\""}, {"a.proc", "\n"}, {"site.proc", "#\n"}})) ==
          Codes{"W0605", "W0605"});
    CHECK(codes(in_a_folder({{"main.proc", "host a { }\n"}})).empty());
}

TEST_CASE("whoever can rehearse tells the check which scenes and troubles there are") {
    const lang::Rehearsals rehearsals{
        .scenes =
            [](const lang::Site&) {
                return Codes{"healthy", "split"};
            },
        .judge =
            [](const lang::Site& site, const lang::Scene& scene, bool sound) {
                std::vector<lang::TroubleFinding> found;
                for (std::size_t i = 0; i < scene.troubles.size(); ++i) {
                    if (scene.troubles[i] == "a: burning")
                        found.push_back({.trouble = i, .is_unknown = true, .why = "burning", .instead = "off?"});
                    if (scene.troubles[i] == "a: odd" && sound && site.hosts.size() == 1)
                        found.push_back({.trouble = i, .is_unknown = false, .why = "a has none", .instead = {}});
                }
                return found;
            }};
    const auto checked = [&](const std::string& text) {
        return lang::check({.procedure = "main.proc",
                            .site = std::nullopt,
                            .parameters = {},
                            .load = support::loader({{"main.proc", text}}),
                            .catalog = &support::small_catalog(),
                            .rehearsals = rehearsals});
    };
    const auto unknown = checked("host a { }\nscene \"x\" = \"a: off\", \"a: burning\"\nneeds scene \"split\"");
    CHECK(codes(unknown) == Codes{"E0415"});
    CHECK(says(unknown, "unknown trouble \"burning\""));
    CHECK(says(unknown, "help: off?"));
    CHECK(codes(checked("host a { }\nscene \"x\" = \"a: odd\"")) == Codes{"W0606"});
    CHECK(codes(checked("host a { }\nneeds scene \"spilt\"")) == Codes{"W0603"});
    CHECK(says(checked("host a { }\nneeds scene \"spilt\""), "did you mean `split`?"));
}
