// Tests as data. A golden file holds what the program should say; `ACCEPT=1 ./dev test` (or `./dev accept`) rewrites it,
// and the difference is reviewed like any other change.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace support {

/// `tests/PATH` in the source tree.
std::filesystem::path in_tests(const std::filesystem::path& path);

/// Are the golden files being rewritten?
bool accepting();

/// The whole file; the test fails where there is none.
std::string read(const std::filesystem::path& file);

/// The files of a folder whose names end in `extension` (".proc"), subfolders included, sorted. The test fails on none:
/// a folder that was renamed must not pass as a folder of nothing.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder, const std::string& extension);

/// Compares `actual` with the file, and says the first line that differs. Rewrites the file instead while accepting.
void matches_golden(const std::filesystem::path& file, const std::string& actual);

/// For each `*.INPUT` in the folder: `answer(text, path)` is what the `*.OUTPUT` beside it holds.
void golden_folder(const std::filesystem::path& folder, const std::string& input, const std::string& output,
                   const std::function<std::string(const std::string& text, const std::filesystem::path& path)>& answer);

}  // namespace support
