// Every fixture of every module, and what every builtin must have.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "stdlib/all.hpp"
#include "tests/stdlib/literal.hpp"
#include "tests/stdlib/replay.hpp"

namespace {

namespace fs = std::filesystem;

/// FIXTURE names one that somebody has sent (`procrun doctor --bundle`): that one alone.
std::vector<fs::path> fixture_files() {
    if (const char* sent = std::getenv("FIXTURE")) return {sent};
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(PROCRUN_SOURCE_DIR) / "tests" / "stdlib")) {
        if (entry.path().extension() == ".fixture") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string contents(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The first line that differs, as in "12: expected … / is …".
std::string first_difference(const std::string& expected, const std::string& actual) {
    std::istringstream left(expected), right(actual);
    for (int number = 1; left || right; ++number) {
        std::string a, b;
        std::getline(left, a);
        std::getline(right, b);
        if (a != b) return fmt::format("line {}\n  fixture: {}\n  now:     {}", number, a, b);
    }
    return {};
}

/// Plays all fixtures; `report` hears of every file that is not as its fixture says.
fixture::Coverage play(const std::function<void(const std::string&)>& report) {
    const runtime::Registry registry(stdlib::all());
    const bool accept = std::getenv("ACCEPT") != nullptr;
    fixture::Coverage coverage;
    for (const fs::path& path : fixture_files()) {
        const std::string name = fs::relative(path, PROCRUN_SOURCE_DIR).string();
        try {
            const std::string was = contents(path);
            const std::string is = fixture::replay(path, registry, coverage);
            if (was == is) continue;
            if (accept) {
                std::ofstream(path, std::ios::binary) << is;
            } else {
                report(name + ", " + first_difference(was, is));
            }
        } catch (const fixture::Malformed& malformed) {
            report(name + ": " + malformed.what());
        }
    }
    return coverage;
}

}  // namespace

TEST_CASE("every builtin does with recorded output what its fixture says") {
    play([](const std::string& difference) { FAIL_CHECK(difference); });
}

TEST_CASE("every builtin, detection and residue has a fixture, every action one that arrives") {
    const auto coverage = play([](const std::string&) {});
    const runtime::Registry registry(stdlib::all());
    for (std::size_t i = 0; i < registry.catalog().size(); ++i) {
        const std::string name = registry.catalog()[i].full_name();
        CHECK_MESSAGE(coverage.called.contains(name), name, " has no fixture under tests/stdlib");
        if (!std::holds_alternative<runtime::Action>(registry[i].parts)) continue;
        CHECK_MESSAGE(coverage.arrived.contains(name), name, " has no fixture in which its command is sent and it arrives");
    }
    for (const runtime::Module& module : registry.modules()) {
        for (const runtime::Detection& detection : module.detections) {
            CHECK_MESSAGE(coverage.called.contains(detection.name), detection.name, " has no fixture");
        }
        for (const runtime::Residue& residue : module.residues) {
            CHECK_MESSAGE(coverage.called.contains(module.name + "." + residue.name), module.name, ".", residue.name, " has no fixture");
        }
    }
}
