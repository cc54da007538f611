#include <doctest/doctest.h>

#include <chrono>

#include "lang/check/walk.hpp"
#include "tests/lang/walk/catalog.hpp"

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
    walk(program, walk_tests::catalog(), diagnostics);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
    REQUIRE(diagnostics.size() == 1);
    CHECK(diagnostics[0].code == "W0655");
    CHECK(diagnostics[0].span.begin == 110);
}
