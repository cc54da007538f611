#include "tests/lang/analysis/check_invariants.hpp"

#include "lang/check/api.hpp"
#include "tests/lang/analysis/catalog.hpp"

namespace walk_tests {

using namespace lang;

namespace {

constexpr const char* site = R"(
fact vm_host: int
fact unit: text = ""
fact backup: bool = false
host acd-tel1   { os windows  vm_host 1 }
host acd-jb1    { vm_host 1  unit "wildfly" }
host acd-jb2    { vm_host 2  unit "wildfly" }
host acd-dbm1   { vm_host 1  unit "mariadb" }
host acd-dbm2   { vm_host 2  unit "mariadb" }
host acd-store1 { vm_host 1 }
host acd-store2 { vm_host 2 }
host esx1       { vm_host 1 }
group tel    = acd-tel1
group jb     = acd-jb1, acd-jb2
group dbm    = acd-dbm1, acd-dbm2
group stores = acd-store1, acd-store2
group chat   = nobody
cluster storage { kind pacemaker  nodes stores  resource "g_store"  drbd "r0" }
)";

bool inside(Span span, const Sources& sources) {
    return span.file < sources.size() && span.begin <= span.end && span.end <= sources[span.file].text.size();
}

}  // namespace

std::string check_check(const std::string& text) {
    static const Catalog all = catalog();
    const Loader load = [&](const std::string& path) -> std::optional<std::string> {
        if (path == "test.proc" || path == "self.proc") return text;
        return path == "site.proc" ? std::optional<std::string>(site) : std::nullopt;
    };
    const Checked checked = check({.procedure = "test.proc", .site = "site.proc", .parameters = {}, .load = load, .catalog = &all});
    if ((checked.program == nullptr) != has_errors(checked.diagnostics)) return "there is neither a program nor an error, or both";
    for (const Diagnostic& finding : checked.diagnostics) {
        if (!inside(finding.span, *checked.sources)) return "the span of " + finding.code + " is not in its text";
        for (const Related& related : finding.related) {
            if (!inside(related.span, *checked.sources)) return "a related span of " + finding.code + " is not in its text";
        }
        if (render(finding, *checked.sources).find(finding.code) == std::string::npos) return finding.code + " is not rendered";
    }
    return {};
}

}  // namespace walk_tests
