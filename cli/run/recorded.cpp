#include "cli/run/recorded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "cli/run/load.hpp"
#include "cli/terminal/words.hpp"

namespace cli {

namespace {

namespace ir = lang::program;
namespace fs = std::filesystem;

/// Links resolved, also of what is not there.
fs::path resolved(const fs::path& path) {
    std::error_code ignored;
    const fs::path found = fs::weakly_canonical(path, ignored);
    return ignored ? path.lexically_normal() : found;
}

/// The newest one; what is not meant is named, so that she can name it.
std::int64_t newest_run(const runtime::Journal& journal, std::string_view what, const std::function<bool(const runtime::RunSummary&)>& fits,
                        const std::function<bool(const runtime::RunRecord&)>& meant) {
    std::string elsewhere;
    for (const runtime::RunSummary& run : journal.runs()) {
        if (!fits(run)) continue;
        const auto record = journal.record(run.id);
        if (record && meant(*record)) return run.id;
        if (elsewhere.empty()) elsewhere = fmt::format("; of another site than the one here: {}", described(run));
    }
    throw UsageError{fmt::format("no run here is left to {}{}; `procrun history` lists the runs, and a number names one", what, elsewhere)};
}

}  // namespace

bool is_of_the_site_here(const runtime::RunRecord& run) {
    const fs::path here = resolved(fs::current_path());
    const fs::path site = resolved(fs::path(run.directory) / (run.site_file.empty() ? run.procedure_file : run.site_file));
    std::error_code ignored;
    if (fs::exists(here / "site.proc", ignored)) return site == resolved(here / "site.proc");
    return resolved(run.directory) == here || site.parent_path() == here;
}

std::string described(const runtime::RunSummary& run) {
    return fmt::format("run {}, {}{}, started {} by {} on {}, {}", run.id, run.procedure,
                       run.site.empty() ? "" : fmt::format(" on site \"{}\"", run.site), date_and_time(run.started), run.operator_name,
                       run.machine, run.end ? runtime::name(*run.end) : "no end was written");
}

runtime::RunRecord recorded_run(const runtime::Journal& journal, std::optional<std::int64_t> run, std::string_view what,
                                const std::function<bool(const runtime::RunSummary&)>& fits,
                                const std::function<bool(const runtime::RunRecord&)>& meant) {
    if (!run) run = newest_run(journal, what, fits, meant);
    auto record = journal.record(*run);
    if (!record) throw UsageError{fmt::format("there is no run {}; `procrun history` lists them", *run)};
    return std::move(*record);
}

Source source_of(const runtime::RunRecord& record) {
    const auto here = [&](const std::string& path) { return fs::relative(fs::path(record.directory) / path).string(); };
    Source source{.file = here(record.procedure_file), .parameters = {}, .site = std::nullopt};
    if (!record.site_file.empty() && record.site_file != record.procedure_file) source.site = here(record.site_file);
    for (const auto& [name, value] : record.parameters) source.parameters.push_back(fmt::format("{}={}", name, value));
    return source;
}

lang::Checked recorded_program(const runtime::RunRecord& record, std::vector<ir::Part> texts) {
    std::map<std::string, std::string> files;
    for (ir::Part& part : texts) files[part.path] = std::move(part.text);
    const auto load = [&](const std::string& path) -> std::optional<std::string> {
        if (const auto found = files.find(path); found != files.end()) return found->second;
        return read_file(fs::path(record.directory) / path);  // what a `kept` names was not part of the program
    };
    std::optional<std::string> site;
    if (!record.site_file.empty() && record.site_file != record.procedure_file) site = record.site_file;
    return lang::check({.procedure = record.procedure_file,
                        .site = site,
                        .parameters = record.parameters,
                        .load = load,
                        .catalog = &registry().catalog()});
}

}  // namespace cli
