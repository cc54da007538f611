#include "tests/support/golden.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/support/said.hpp"

namespace support {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// "line 3: expected «…», got «…»", for the first difference.
std::string first_difference(const std::string& expected, const std::string& actual) {
    const auto want = lines_of(expected);
    const auto got = lines_of(actual);
    const auto quote = [](const std::vector<std::string>& lines, std::size_t i) {
        return i < lines.size() ? "«" + lines[i] + "»" : std::string("the end");
    };
    for (std::size_t i = 0; i < std::max(want.size(), got.size()); ++i) {
        if (i < want.size() && i < got.size() && want[i] == got[i]) continue;
        return "line " + std::to_string(i + 1) + ": expected " + quote(want, i) + "\n              got " + quote(got, i);
    }
    return "the line ends differ";
}

}  // namespace

fs::path in_tests(const fs::path& path) { return fs::path(PROCRUN_SOURCE_DIR) / "tests" / path; }

bool accepting() { return std::getenv("ACCEPT") != nullptr; }

std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    REQUIRE_MESSAGE(in.good(), "no file ", file.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> files_in(const fs::path& folder, const std::string& extension) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file() && entry.path().filename().string().ends_with(extension)) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    REQUIRE_MESSAGE(!files.empty(), "no *", extension, " in ", folder.string());
    return files;
}

void matches_golden(const fs::path& file, const std::string& actual) {
    const bool present = fs::exists(file);
    if (accepting()) {
        fs::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << actual;
        CHECK_MESSAGE(read(file) == actual, file.string(), " cannot be written");
        return;
    }
    if (!present) {
        FAIL_CHECK(file.string(), " is missing; ACCEPT=1 writes it:\n", actual);
        return;
    }
    const std::string expected = read(file);
    if (said(expected) != said(actual))
        FAIL_CHECK(file.string(), "\n", first_difference(expected, actual), "\nthe whole answer:\n", actual);
}

void golden_folder(const fs::path& folder, const std::string& input, const std::string& output,
                   const std::function<std::string(const std::string&, const fs::path&)>& answer) {
    for (const fs::path& file : files_in(folder, input)) {
        INFO(file.string());
        const std::string whole = file.string();
        matches_golden(whole.substr(0, whole.size() - input.size()) + output, answer(read(file), file));
    }
}

}  // namespace support
