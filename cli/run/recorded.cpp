#include "cli/run/recorded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "cli/run/load.hpp"

namespace cli {

namespace {

namespace ir = lang::program;
namespace fs = std::filesystem;

}  // namespace

runtime::RunRecord recorded_run(const runtime::Journal& journal, std::optional<std::int64_t> run,
                                const std::function<bool(const runtime::RunSummary&)>& fits) {
    if (!run) {
        const auto runs = journal.runs();
        const auto found = std::find_if(runs.begin(), runs.end(), fits);
        if (found == runs.end()) throw UsageError{"no run waits for this; `procrun history` lists the runs"};
        run = found->id;
    }
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
