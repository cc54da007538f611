#include "cli/run/load.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <system_error>

#include "cli/operator/interrupts.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/screen.hpp"
#include "rehearsal/scene.hpp"
#include "stdlib/all.hpp"

namespace cli {

const runtime::Registry& registry() {
    static const runtime::Registry all(stdlib::all());
    return all;
}

runtime::FileText read_text(const std::string& path) {
    using namespace std::chrono_literals;
    return runtime::read_file(
        path, {.bytes = (std::size_t{4} << 20) + 1, .silence = 15s, .in_all = 60s, .given_up = [] { return Interrupts::remembered(); }});
}

std::optional<std::string> read_file(const std::string& path) { return read_text(path).text; }

namespace {

std::vector<std::string> files_in(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator entry(folder.empty() ? "." : folder, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        names.push_back(entry->path().filename().string());
    }
    return names;
}

}  // namespace

lang::Checked load(const Source& source) {
    std::map<std::string, runtime::FileText> files;  // what comes through a pipe can be read once
    const auto file = [&](const std::string& path) -> const runtime::FileText& {
        const auto known = files.find(path);
        return known != files.end() ? known->second : files.emplace(path, read_text(path)).first->second;
    };
    if (!file(source.file).text) throw UsageError{fmt::format("{}: {}", source.file, file(source.file).why)};
    lang::CheckRequest request{.procedure = source.file,
                               .site = source.site,
                               .parameters = {},
                               .load = [&](const std::string& path) { return file(path).text; },
                               .catalog = &registry().catalog(),
                               .files_in = files_in,
                               .why_unreadable = [&](const std::string& path) -> std::optional<std::string> {
                                   const runtime::FileText& read = file(path);
                                   return read.text || !read.exists ? std::nullopt : std::optional(read.why);
                               },
                               .rehearsals = rehearsal::what_can_be_rehearsed()};
    for (const std::string& parameter : source.parameters) {
        const std::size_t equals = parameter.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw UsageError{fmt::format("'{}': a parameter is written name=value", parameter)};
        }
        const bool first = request.parameters.emplace(parameter.substr(0, equals), parameter.substr(equals + 1)).second;
        if (!first) throw UsageError{fmt::format("'{}': this parameter is given twice", parameter)};
    }
    lang::Checked checked = lang::check(request);
    const bool colour = takes_colours(stderr);
    for (const lang::Diagnostic& diagnostic : checked.diagnostics) {
        write(stderr, lang::render(diagnostic, *checked.sources, colour) + '\n');
    }
    return checked;
}

}  // namespace cli
