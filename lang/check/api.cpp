#include "lang/check/api.hpp"

#include "lang/analysis/analyze.hpp"
#include "lang/check/lookup/kept.hpp"
#include "lang/check/procedure.hpp"

namespace lang {

Checked check(const CheckRequest& request) {
    using namespace checker;
    auto sources = std::make_shared<Sources>();
    Report report;
    const Index index(*request.catalog);
    Environment environment(index, report, *sources, request);
    Defines defines(environment);
    KeptTypes kept(request, false);
    environment.defines = &defines;
    environment.kept = &kept;

    const Files files = load_files(request, *sources, report);
    auto program = std::make_shared<program::Program>(read_procedure(request, files, environment));
    analyze(*program, *request.catalog, report.raw(), !report.has_errors());

    Checked checked;
    if (!report.has_errors()) checked.program = std::move(program);
    checked.diagnostics = report.take();
    checked.sources = std::move(sources);
    return checked;
}

}  // namespace lang
