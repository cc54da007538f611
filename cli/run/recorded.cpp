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

/// Without comments, and with one blank where there were any.
std::string essence(std::string_view text) {
    std::string result;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (quoted) {
            result += c;
            if (c == '\\' && i + 1 < text.size()) result += text[++i];
            quoted = c != '"';
            continue;
        }
        if (c == '#') {
            i = std::min(text.find('\n', i), text.size()) - 1;
            continue;
        }
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            if (!result.empty() && result.back() != ' ') result += ' ';
            continue;
        }
        quoted = c == '"';
        result += c;
    }
    return result;
}

struct StepText {
    std::string title, text;
};

/// The outermost steps, by number; those that stand in a `parallel` are outermost, too.
void collect(const ir::Program& program, const ir::Block& block, std::map<std::string, StepText>& steps) {
    for (const ir::Stmt& stmt : block) {
        if (const auto* parallel = std::get_if<ir::Parallel>(&stmt.node)) collect(program, parallel->branches, steps);
        const auto* step = std::get_if<ir::Step>(&stmt.node);
        if (step == nullptr) continue;
        const auto written = [&](lang::Span span) { return program.parts[span.file].text.substr(span.begin, span.end - span.begin); };
        steps[step->number] = {.title = written(step->title.span), .text = essence(written(stmt.span))};
    }
}

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

Differences differences(const ir::Program& before, const ir::Program& now, const std::vector<std::string>& finished) {
    std::map<std::string, StepText> then, today;
    collect(before, before.body, then);
    collect(now, now.body, today);
    Differences found;
    for (const auto& [number, step] : then) {
        const auto same = today.find(number);
        if (same != today.end() && same->second.text == step.text) continue;
        const bool was_finished = std::find(finished.begin(), finished.end(), number) != finished.end();
        (was_finished ? found.finished : found.later).push_back(fmt::format("{} {}", number, step.title));
    }
    for (const auto& [number, step] : today) {
        if (!then.contains(number)) found.later.push_back(fmt::format("{} {}", number, step.title));
    }
    return found;
}

}  // namespace cli
