// Which hosts a program can come to.
#include "lang/analysis/named_hosts.hpp"

#include <doctest/doctest.h>

#include "tests/lang/check/catalog.hpp"
#include "tests/support/golden.hpp"

namespace {

/// Their names, sorted.
std::set<std::string> hosts_of(const std::string& procedure) {
    const lang::Checked checked =
        support::check({{"main.proc", procedure}, {"site.proc", support::read(support::in_tests("lang/check/site.proc"))}});
    INFO(support::rendered(checked));
    REQUIRE(checked.program != nullptr);
    std::set<std::string> names;
    for (const lang::Host* host : lang::named_hosts(*checked.program)) names.insert(host->name);
    return names;
}

using Names = std::set<std::string>;

}  // namespace

TEST_CASE("the hosts that statements, conditions, arguments and parameters name") {
    CHECK(hosts_of("note \"nothing\"").empty());
    CHECK(hosts_of("on acd-jb1 { svc.stop(\"a\") }") == Names{"acd-jb1"});
    CHECK(hosts_of("param h: host = acd-jb1\non h { svc.stop(\"a\") }") == Names{"acd-jb1"});
    CHECK(hosts_of("step \"A\" { parallel { on acd-jb1 { svc.stop(\"a\") }\n on acd-jb2 { svc.stop(\"a\") } } }") ==
          Names{"acd-jb1", "acd-jb2"});
}

TEST_CASE("those of a define count where it is called") {
    const std::string define = "define action stop() { on acd-jb1 { svc.stop(\"a\") } }\n";
    CHECK(hosts_of(define + "note \"not called\"").empty());
    CHECK(hosts_of(define + "stop()") == Names{"acd-jb1"});
}
