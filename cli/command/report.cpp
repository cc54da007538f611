#include <fmt/format.h>

#include <algorithm>

#include "cli/command/all.hpp"
#include "cli/report/formats.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/output.hpp"
#include "runtime/file.hpp"

namespace cli {

namespace {

using report::Format;

/// As the option says, or else the name of the file; a terminal gets what reads best there.
Format format_of(const ReportRequest& request) {
    if (!request.format.empty()) {
        return request.format == "html"    ? Format::Html
               : request.format == "json"  ? Format::Json
               : request.format == "junit" ? Format::JUnit
                                           : Format::Markdown;
    }
    const auto ends_in = [&](const char* end) { return request.output && request.output->ends_with(end); };
    if (ends_in(".html") || ends_in(".htm")) return Format::Html;
    if (ends_in(".json")) return Format::Json;
    if (ends_in(".xml")) return Format::JUnit;
    if (!request.output || ends_in(".md")) return Format::Markdown;
    throw UsageError{fmt::format(
        "{}: a report is .html, .md, .json or .xml (JUnit); --html, --md, --json and --junit say so for any other name", *request.output)};
}

}  // namespace

int report_command(const ReportRequest& request) {
    const runtime::Journal journal(request.journal);
    const std::vector<runtime::RunSummary> runs = journal.runs();
    if (runs.empty()) throw UsageError{"there are no runs yet"};
    const auto run =
        request.run ? std::find_if(runs.begin(), runs.end(), [&](const auto& known) { return known.id == *request.run; }) : runs.begin();
    if (run == runs.end()) throw UsageError{fmt::format("there is no run {}; `procrun history` lists them", *request.run)};
    runtime::Told told = journal.told(run->id);
    // Who reads the page must know that it is not all of the run.
    if (!told.damage.empty()) {
        told.events.push_back({.at = told.events.empty() ? run->started : told.events.back().at,
                               .step = {},
                               .host = {},
                               .body = runtime::event::Failed{told.damage}});
    }
    const report::Report made = report::gather(*run, told.events, expected(journal, run->procedure, run->site, run->simulated, run->id));
    const std::string text = report::written(made, format_of(request));
    if (request.output) {
        if (const auto why = runtime::write_file(*request.output, text))
            throw UsageError{fmt::format("{}: it cannot be written: {}", *request.output, *why)};
        print("{}: the report of run {}\n", *request.output, run->id);
    } else {
        write(stdout, text);
    }
    if (!told.damage.empty()) throw runtime::DamagedEvent(told.damage);
    return 0;
}

}  // namespace cli
