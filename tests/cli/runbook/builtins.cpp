// What a runbook has of every builtin: a command to type, or why there is none.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sstream>

#include "cli/command/all.hpp"
#include "cli/runbook/page.hpp"
#include "lang/check/api.hpp"
#include "tests/support/golden.hpp"

namespace {

/// On which the builtins' own examples are possible.
constexpr const char* site_of_examples = R"(
site "for the examples"
fact unit: text = ""
fact units: list of text = []
fact services: list of text = []
fact containers: list of text = []
fact env_file: text = ""
fact env: list of text = []
secret mysql_password from prompt "password of procrun in MariaDB"
host acd-store1 {
  os linux
  units ["nginx", "jtel-listener"]
  containers ["xuc"]
  env_file "/etc/docker/edge/.env"
  env ["XIVO_HOST=10.2.0.11"]
}
host acd-store2 { os linux }
host acd-dbm1   { os linux }
host acd-dbm2   { os linux }
host acd-dbr1   { os linux }
host acd-lb1    { os linux }
host acd-lb2    { os linux }
host acd-jb1    { os linux  unit "wildfly"  units ["wildfly", "haproxy"] }
host acd-tel1   { os windows  services ["robot5"] }
host acd-tel2   { os windows  services ["robot5"] }
group stores = acd-store1, acd-store2
group dbm    = acd-dbm1, acd-dbm2
group dbr    = acd-dbr1
group lbs    = acd-lb1, acd-lb2
group jb     = acd-jb1
group tel    = acd-tel1, acd-tel2
cluster storage { kind pacemaker  nodes stores  resource "grp"  drbd "r0" }
cluster db      { kind mysql  nodes dbm  replicas dbr  replication "master-master"  user "procrun"  password mysql_password }
cluster web     { kind haproxy  nodes lbs  backend "web"  servers jb }
)";

std::string host_of_example(const lang::Signature& signature) {
    if (signature.hosts == lang::HostKind::Windows) return "acd-tel1";
    if (signature.module == "mysql") return "acd-dbm1";
    if (signature.module == "haproxy") return "acd-lb1";
    if (signature.module == "systemd") return "acd-jb1";
    return "acd-store1";
}

/// The runbook of the example in the reference, from its first step on.
std::string runbook_of_example(const lang::Signature& signature) {
    const std::string procedure =
        fmt::format("step \"Example\" {{\n  on {} {{\n    {}\n  }}\n}}\n", host_of_example(signature), signature.example);
    const lang::Checked checked = lang::check({.procedure = "example.proc",
                                               .site = "site.proc",
                                               .parameters = {},
                                               .load = [&](const std::string& path) -> std::optional<std::string> {
                                                   if (path == "example.proc") return procedure;
                                                   if (path == "site.proc") return site_of_examples;
                                                   return std::nullopt;
                                               },
                                               .catalog = &cli::registry().catalog()});
    REQUIRE_MESSAGE(checked.program != nullptr, signature.full_name());
    cli::show::ByHand by_hand(*checked.program, checked.program->scene);
    const std::string page = cli::show::runbook(*checked.program, by_hand);
    const std::size_t first = page.find("## 1. Example");
    REQUIRE(first != std::string::npos);
    return page.substr(page.find('\n', first) + 1);
}

}  // namespace

TEST_CASE("of every builtin a runbook has a command to type, or says why there is none") {
    std::string all;
    for (const lang::Signature& signature : cli::registry().catalog()) {
        if (signature.effect == lang::Effect::Pure) continue;
        const std::string page = runbook_of_example(signature);
        std::istringstream lines(page);
        for (std::string line; std::getline(lines, line);) {
            const bool is_call = line.find("` – ") != std::string::npos;
            CHECK_MESSAGE((!is_call || line.find("(no command here: ") != std::string::npos), signature.full_name(), ": ", line);
            CHECK_MESSAGE(line.find("(no command here: )") == std::string::npos, signature.full_name(), ": ", line);
        }
        all += fmt::format("---- {}\n{}", signature.full_name(), page);
    }
    support::matches_golden(support::in_tests("cli/runbook/builtins.txt"), all);
}
