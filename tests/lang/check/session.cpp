// Line after line, as in a REPL.
#include "lang/check/session.hpp"

#include <doctest/doctest.h>

#include "tests/lang/check/catalog.hpp"

using namespace lang;

namespace {

Session on_a_site() {
    return Session("site.proc",
                   support::loader({{"site.proc", "host a { }\nhost b { }\ngroup both = a, b\ndefine twice(n: int): int = n * 2"}}),
                   support::small_catalog());
}

std::string first_code(const Checked& checked) { return checked.diagnostics.empty() ? "" : checked.diagnostics.front().code; }

}  // namespace

TEST_CASE("an expression is a program that sets one slot of its own") {
    Session session("site.proc", support::loader({{"site.proc", "host a { }"}}), support::small_catalog());
    const Checked checked = session.fragment("1 + 2");
    REQUIRE(checked.program != nullptr);
    REQUIRE(checked.program->body.size() == 1);
    const auto& let = std::get<program::Let>(checked.program->body[0].node);
    CHECK(let.name == "");
    CHECK(let.value.type.kind() == Kind::Int);
    CHECK(checked.program->slots == 1);
}

TEST_CASE("what was set before is known, in slots that go on") {
    Session session = on_a_site();
    CHECK(session.site_findings().empty());
    REQUIRE(session.fragment("let x = twice(2)").program != nullptr);
    const Checked second = session.fragment("let y = x + 1\nnote \"${y}\"");
    REQUIRE(second.program != nullptr);
    const auto& let = std::get<program::Let>(second.program->body[0].node);
    CHECK(let.slot == 1);
    CHECK(second.program->slots == 2);
    CHECK(first_code(session.fragment("let x = 1")) == "E0204");
    CHECK(first_code(session.fragment("x == \"a\"")) == "E0306");
}

TEST_CASE("beside a program that runs its defines are known, and each is read when it is called") {
    const support::Texts texts{{"main.proc",
                                "host a { }\nlet x = 1\ndefine twice(n: int): int = n * 2 * x\ndefine later(): int = y\n"
                                "step \"S\" { note \"${twice(1)}\" }\nlet y = 3\nnote \"${later()}\""}};
    const Checked running = support::check(texts);
    REQUIRE(running.program != nullptr);
    Session session(
        *running.program, [](const std::string&) { return std::nullopt; }, support::small_catalog());
    CHECK(session.site_findings().empty());
    REQUIRE(session.fragment("let x = 1").program != nullptr);  // as the run has set it
    CHECK(session.fragment("twice(2) == 4").program != nullptr);
    CHECK(first_code(session.fragment("later()")) == "E0201");
    CHECK(session.fragment("note \"${a.name}\"").program != nullptr);
}

TEST_CASE("a text with errors leaves no trace") {
    Session session = on_a_site();
    CHECK(session.fragment("let x = 1\nrequire nothing == x").program == nullptr);
    CHECK(session.fragment("let x = 2").program != nullptr);
    CHECK(session.fragment("define f(): int = nothing").program == nullptr);
    CHECK(session.fragment("define f(): int = 1").program != nullptr);
    CHECK(session.fragment("f() == twice(x)").program != nullptr);
}

TEST_CASE("the call of an action is a statement, and a text that is not finished says so") {
    Session session = on_a_site();
    const Checked checked = session.fragment("machine.shutdown()");
    CHECK(first_code(checked) == "E0311");
    REQUIRE(session.fragment("on both { machine.shutdown() }").program != nullptr);
    CHECK(session.fragment("on both {").program == nullptr);
    CHECK(session.incomplete());
}

TEST_CASE("without a site there are no hosts, and everything else works") {
    Session session(std::nullopt, support::loader({}), support::small_catalog());
    CHECK(session.fragment("let x = [1, 2].count").program != nullptr);
    CHECK(first_code(session.fragment("acd-jb1.side")) == "E0201");
}

TEST_CASE("where whoever runs it stands on a host, a text need not say which") {
    Session session = on_a_site();
    CHECK(first_code(session.fragment("svc.active(\"x\")")) != "");
    session.stand_on_a_host();
    const Checked checked = session.fragment("svc.active(\"x\")");
    CHECK(first_code(checked) == "");
    CHECK(checked.program != nullptr);
}
