#include "cli/run/load.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "cli/terminal/output.hpp"
#include "stdlib/all.hpp"

namespace cli {

const runtime::Registry& registry() {
    static const runtime::Registry all(stdlib::all());
    return all;
}

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file || file.peek() == std::ifstream::traits_type::eof()) return file.eof() ? std::optional<std::string>("") : std::nullopt;
    // One byte more than is allowed, so that the parser sees that it is too much and says so.
    constexpr std::size_t enough = (std::size_t{4} << 20) + 1;
    std::string text;
    std::array<char, 16 * 1024> piece;
    while (text.size() < enough && file) {
        file.read(piece.data(), static_cast<std::streamsize>(std::min(piece.size(), enough - text.size())));
        text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    }
    if (file.bad()) return std::nullopt;
    return text;
}

std::string why_unreadable(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return "it is a directory";
    errno = 0;
    std::ifstream file(path);
    return file ? "it cannot be read" : std::generic_category().message(errno);
}

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
    // What comes through a pipe can be read once.
    const std::optional<std::string> text = read_file(source.file);
    if (!text) throw UsageError{fmt::format("{}: {}", source.file, why_unreadable(source.file))};
    const auto read = [&](const std::string& path) { return path == source.file ? text : read_file(path); };
    lang::CheckRequest request{.procedure = source.file,
                               .site = source.site,
                               .parameters = {},
                               .load = read,
                               .catalog = &registry().catalog(),
                               .files_in = files_in};
    for (const std::string& parameter : source.parameters) {
        const std::size_t equals = parameter.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw UsageError{fmt::format("'{}': a parameter is written name=value", parameter)};
        }
        const bool first = request.parameters.emplace(parameter.substr(0, equals), parameter.substr(equals + 1)).second;
        if (!first) throw UsageError{fmt::format("'{}': this parameter is given twice", parameter)};
    }
    lang::Checked checked = lang::check(request);
    const bool colour = isatty(STDERR_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
    for (const lang::Diagnostic& diagnostic : checked.diagnostics) {
        write(stderr, lang::render(diagnostic, *checked.sources, colour) + '\n');
    }
    return checked;
}

}  // namespace cli
