#include "lang/analysis/needed_hosts.hpp"

#include <doctest/doctest.h>

#include "lang/check/api.hpp"
#include "tests/lang/analysis/catalog.hpp"

using namespace lang;

namespace {

constexpr const char* balanced_site = R"(
fact side: int = 0
host a { side 1 }
host b { side 2 }
host c { side 2 }
host e { }
host me { via local }
group ab = a, b
cluster web { kind haproxy  nodes c  backend "web"  servers a, b }
)";

/// "a b(c)": a run needs `a` from its beginning, and may come to `b` and `c`, in this order.
std::string reached(const std::string& procedure, NeedsOptions options = {}) {
    const Catalog catalog = walk_tests::catalog();
    const Loader load = [&](const std::string& path) {
        return path == "test.proc"   ? std::optional(procedure)
               : path == "site.proc" ? std::optional<std::string>(balanced_site)
                                     : std::nullopt;
    };
    const Checked checked = check({.procedure = "test.proc", .site = "site.proc", .parameters = {}, .load = load, .catalog = &catalog});
    REQUIRE_MESSAGE(checked.program != nullptr, checked.diagnostics.front().message);
    std::string text;
    for (const ReachedHost& one : reached_hosts(*checked.program, catalog, options)) {
        if (!text.empty()) text += ' ';
        text += one.needed_by ? one.host->name : '(' + one.host->name + ')';
    }
    return text;
}

/// The same, where `net.answers` reads silence, as it does in the library.
std::string reached_with_net(const std::string& procedure) {
    const Catalog catalog = walk_tests::catalog();
    const auto net = catalog.find("net", "answers");
    return reached(procedure, {.reads_silence = [net](std::size_t builtin) { return builtin == *net; }, .is_over = {}});
}

}  // namespace

TEST_CASE("a run needs the hosts that an action or a `require` certainly stands on") {
    CHECK(reached("on a { systemd.stop(\"x\") }") == "a");
    CHECK(reached("on ab in parallel { systemd.stop(\"x\") }") == "a b");
    CHECK(reached("on ab where side == 2 { systemd.stop(\"x\") }") == "b");
    CHECK(reached("for h in ab { on h { systemd.stop(\"x\") } }") == "a b");
    CHECK(reached("define action halt(h: host) { on h { systemd.stop(\"x\") } }\nhalt(a)") == "a");
    CHECK(reached("step \"A\" { parallel { on a { systemd.stop(\"x\") }\non b { systemd.stop(\"x\") } } }") == "a b");
    CHECK(reached("require systemd.active(\"x\") on a") == "a");
    CHECK(reached("on a { require systemd.active(\"x\") on b }") == "b");
    CHECK(reached("require all h in ab: systemd.active(\"x\")") == "a b");
    CHECK(reached("define up(h: host): bool = systemd.active(\"x\") on h\nrequire up(a) and not up(b)") == "a b");
    CHECK(reached("param n: int = 1\nif n == 1 { on a { systemd.stop(\"x\") } } else { on b { systemd.stop(\"x\") } }") == "a");
}

TEST_CASE("it only may come to others") {
    CHECK(reached("note \"nothing\"") == "");
    CHECK(reached("let up = systemd.active(\"x\") on a\nif up { on b { systemd.stop(\"x\") } }") == "(a) (b)");
    CHECK(reached("let h = find h in ab where systemd.active(\"x\")\non h { systemd.stop(\"x\") }") == "(a) (b)");
    CHECK(reached("require systemd.active(\"x\") on a or systemd.active(\"x\") on b") == "(a) (b)");
    CHECK(reached("require any h in ab: systemd.active(\"x\")") == "(a) (b)");
    CHECK(reached("on c { haproxy.drain(a)  undo { on b { systemd.stop(\"x\") } } }") == "c (b)");
    CHECK(reached("on_failure { on a { systemd.stop(\"x\") } }\non b { systemd.stop(\"x\") }") == "(a) b");
    CHECK(reached("wait_until systemd.active(\"x\") on a  within 1m") == "(a)");
    // Not called, and this machine, which always answers.
    CHECK(reached("define action halt() { on a { systemd.stop(\"x\") } }\non me { systemd.stop(\"x\") }") == "");
}

TEST_CASE("what deals with the silence of a host before the run needs it") {
    const std::string stop = "\non a { systemd.stop(\"x\") }";
    // Switched on or off, or fenced, by a person or by the site.
    CHECK(reached("needs action power_on(h: host) \"switch on ${h}\"\npower_on(a)" + stop) == "(a)");
    CHECK(reached("needs action mend(h: host) \"mend ${h}\"\nmend(a)" + stop) == "(a)");
    CHECK(reached("define action power_on(h: host) { on b { shell.action(\"virsh start ${h.name}\") } }\npower_on(a)" + stop) == "b (a)");
    CHECK(reached("define action fence(h: host) { on b { shell.action(\"virsh destroy ${h.name}\") } }\nfence(a)" + stop) == "b (a)");
    // To take its service out elsewhere is not a fence.
    CHECK(reached("define action out(h: host) { on c { haproxy.drain(h) } }\nout(a)" + stop) == "c a");
    CHECK(reached("define action out(h: host) { on h { systemd.stop(\"y\") }\non b { shell.action(\"x\") } }\nout(a)" + stop) == "a b");
    // Waited for as a machine.
    CHECK(reached("wait_until machine.answers() on a  within 1m" + stop) == "(a)");
    CHECK(reached("wait_until systemd.active(\"x\") on a  within 1m" + stop) == "a");
    // Read.
    CHECK(reached("if (systemd.active(\"x\") on a) is unknown { note \"silent\" }" + stop) == "(a)");
    CHECK(reached("if net.answers(22) on a { note \"there\" }" + stop) == "a");
    CHECK(reached_with_net("if net.answers(22) on a { note \"there\" }" + stop) == "(a)");
    // Answered.
    CHECK(reached("on a { systemd.stop(\"x\") else { go_on \"well\" } }") == "(a)");
    CHECK(reached("on a { systemd.stop(\"x\") else \"no\" }") == "a");
    CHECK(reached("on a { systemd.stop(\"x\") else { note \"oh\"\nfail \"no\" } }") == "a");
    CHECK(reached("define action halt() { on a { systemd.stop(\"x\") } }\nhalt() else { go_on \"well\" }") == "(a)");
    // What comes later comes too late.
    CHECK(reached("on a { systemd.stop(\"x\") }\nwait_until machine.answers() on a  within 1m") == "a");
}

TEST_CASE("what a resume does not do any more needs nothing, and has dealt with what it dealt with") {
    const NeedsOptions second{.reads_silence = {}, .is_over = [](const std::string& step) { return step == "1"; }};
    const std::string two = "step \"A\" { on a { systemd.stop(\"x\") } }\nstep \"B\" { on b { systemd.stop(\"x\") } }";
    CHECK(reached(two) == "a b");
    CHECK(reached(two, second) == "(a) b");
    const std::string switched =
        "needs action power_on(h: host) \"on ${h}\"\nstep \"A\" { power_on(b) }\nstep \"B\" { on b { systemd.stop(\"x\") } }";
    CHECK(reached(switched, second) == "(b)");
}
