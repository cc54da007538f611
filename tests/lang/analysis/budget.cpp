#include <doctest/doctest.h>

#include <fmt/format.h>

#include <chrono>

#include "lang/analysis/analyze.hpp"
#include "lang/check/api.hpp"
#include "tests/lang/analysis/catalog.hpp"

using namespace lang;
using namespace lang::program;

namespace {

Expr numbers(int count) {
    std::vector<Value> items;
    for (int i = 0; i < count; ++i) items.push_back(i);
    return {Literal{Value::list(std::move(items))}, Type::list_of(Kind::Int), {}};
}

/// `for … { for … { … } }` over `count` numbers each, `depth` loops deep, around the body.
Stmt loops(int depth, int count, Block body) {
    Stmt stmt{For{depth, "i", numbers(count), std::move(body)}, {}};
    if (depth == 0) return stmt;
    Block around;
    around.push_back(std::move(stmt));
    return loops(depth - 1, count, std::move(around));
}

}  // namespace

TEST_CASE("defines that call one another twice, lists within lists and texts that double are checked in little time and space") {
    std::string defines = "define n0(): int = 1\ndefine h0(): list of host = [h]\n";
    std::string nested = "require ";
    std::string doubled = "let t0 = \"0123456789\"\nlet l0 = [1, 2]\n";
    for (int i = 1; i <= 40; ++i) {
        defines += fmt::format("define n{0}(): int = n{1}() + n{1}()\ndefine h{0}(): list of host = h{1}() + h{1}()\n", i, i - 1);
        nested += fmt::format("all x{} in many: ", i);
        doubled += fmt::format("let t{0} = \"${{t{1}}}${{t{1}}}\"\nlet l{0} = l{1} + l{1}\n", i, i - 1);
    }
    const std::string program = defines +
                                "host h { }\nhost i { }\ngroup many = h, i\nrequire n40() == 1\nwait_until n40() == 1  within 1m\n" +
                                "on h40() { machine.shutdown() }\n" + doubled + nested + "1 == 1\nwinsvc.stop(\"a\")\n";
    const Catalog catalog = walk_tests::catalog();
    const auto begun = std::chrono::steady_clock::now();
    const Checked checked =
        check({.procedure = "main.proc",
               .site = {},
               .parameters = {},
               .load = [&](const std::string& path) { return path == "main.proc" ? std::optional(program) : std::nullopt; },
               .catalog = &catalog});
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
    CHECK(has_errors(checked.diagnostics));  // the last line, at the least
}

TEST_CASE("a procedure with a billion turns is walked in little time, and what stands behind the loops is still seen") {
    Program program;
    program.slots = 9;
    Block note;
    note.push_back({Note{{Literal{"a turn"}, Kind::Text, {}}}, {}});
    program.body.push_back(loops(8, 10, std::move(note)));
    program.body.push_back({Fail{{Literal{"the end"}, Kind::Text, {}}}, {100, 110, 0}});
    program.body.push_back({Note{{Literal{"never"}, Kind::Text, {}}}, {110, 120, 0}});

    const auto begun = std::chrono::steady_clock::now();
    Diagnostics diagnostics;
    analyze(program, walk_tests::catalog(), diagnostics);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
    REQUIRE(diagnostics.size() == 1);
    CHECK(diagnostics[0].code == "W0655");
    CHECK(diagnostics[0].span.begin == 110);
}
