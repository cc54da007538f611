// The examples of the reference page are programs: each of them checks, on a host that it is meant for.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "lang/check/api.hpp"
#include "stdlib/all.hpp"

namespace {

constexpr const char* site = R"(
site "for the examples"
fact unit: text = ""
secret mysql_password from prompt "password of procrun in MariaDB"
host acd-store1 { os linux }
host acd-store2 { os linux }
host acd-dbm1   { os linux }
host acd-dbm2   { os linux }
host acd-dbr1   { os linux }
host acd-lb1    { os linux }
host acd-lb2    { os linux }
host acd-jb1    { os linux  unit "wildfly" }
host acd-tel1   { os windows }
host acd-tel2   { os windows }
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

/// A machine of the system that the builtin is about.
std::string host_for(const lang::Signature& signature) {
    if (signature.hosts == lang::HostKind::Windows) return "acd-tel1";
    if (signature.module == "mysql") return "acd-dbm1";
    if (signature.module == "haproxy") return "acd-lb1";
    if (signature.module == "systemd") return "acd-jb1";
    return "acd-store1";
}

std::string complaints(const lang::Checked& checked) {
    std::string all;
    for (const lang::Diagnostic& diagnostic : checked.diagnostics) {
        if (diagnostic.severity == lang::Severity::Error) all += diagnostic.code + " " + diagnostic.message + "; ";
    }
    return all;
}

}  // namespace

TEST_CASE("every example of the reference page checks") {
    const runtime::Registry registry(stdlib::all());
    for (const lang::Signature& signature : registry.catalog()) {
        const std::string procedure =
            fmt::format("step \"Example\" {{\n  on {} {{\n    {}\n  }}\n}}\n", host_for(signature), signature.example);
        const lang::Checked checked = lang::check({.procedure = "example.proc",
                                                   .site = "site.proc",
                                                   .parameters = {},
                                                   .load = [&](const std::string& path) -> std::optional<std::string> {
                                                       if (path == "example.proc") return procedure;
                                                       if (path == "site.proc") return site;
                                                       return std::nullopt;
                                                   },
                                                   .catalog = &registry.catalog()});
        CHECK_MESSAGE(checked.program != nullptr, signature.full_name(), ": ", signature.example, " -> ", complaints(checked));
    }
}
