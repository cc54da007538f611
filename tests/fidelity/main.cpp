// Models of the rehearsal beside the real parts: random walks.
//
//   fidelity [--system NAME] [--commands N] [--seconds S] [--seed K] [--page FILE] [--commit ID]
//
// Without options it is the short walk of the suites. What is found is walked again by --system and --seed.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <thread>

#include "tests/fidelity/figures.hpp"
#include "tests/fidelity/systems.hpp"
#include "tests/real/needs.hpp"

namespace {

struct Choice {
    std::string system;  ///< "haproxy"; empty: all
    fidelity::Bounds bounds{.commands = 150, .time = std::chrono::seconds(20)};
    std::uint64_t seed = 1;
    std::string page, commit;
};
Choice choice;

/// One that can be walked on this machine, or null.
std::unique_ptr<fidelity::System> make(const std::string& name) {
    if (name == "haproxy") return fidelity::haproxy();
    if (name == "mysql") return fidelity::mariadb();
    return real::can_run("systemd, beside its model", fidelity::why_no_systemd()) ? fidelity::systemd() : nullptr;
}

/// What came of one system: nothing where it cannot be walked here.
struct Walked {
    std::string name;
    std::optional<fidelity::Findings> findings;
    std::string broken_off;  ///< why it did not come to its end

    void walk() {
        try {
            if (const auto system = make(name)) findings = fidelity::walk(*system, choice.seed, choice.bounds);
        } catch (const std::exception& e) {
            broken_off = e.what();
        } catch (...) {
            broken_off = "a part of it cannot be made: see above";
        }
    }
};

}  // namespace

TEST_CASE("models answer as the real parts do, and stand as they do") {
    std::vector<Walked> all;
    for (const char* name : {"haproxy", "systemd", "mysql"}) {
        if (choice.system.empty() || choice.system == name) all.push_back({.name = name, .findings = {}, .broken_off = {}});
    }
    {
        // Most of the time each waits for its real part.
        std::vector<std::jthread> side_by_side;
        for (Walked& one : all) side_by_side.emplace_back([&one] { one.walk(); });
    }
    std::vector<fidelity::Findings> found;
    for (const Walked& one : all) {
        CHECK_MESSAGE(one.broken_off.empty(), one.name, ": ", one.broken_off);
        if (!one.findings) continue;
        const std::string words = fidelity::in_words(*one.findings);
        fmt::print("{}", words);
        CHECK(one.findings->commands > 0);
        CHECK_MESSAGE(one.findings->unexplained.empty(), words);
        found.push_back(*one.findings);
    }
    if (!choice.page.empty()) fidelity::write_section(choice.page, found, choice.commit);
}

int main(int argc, char** argv) {
    long seconds = choice.bounds.time.count();
    CLI::App app("Models of the rehearsal beside the real parts: random walks.", "fidelity");
    app.add_option("--system", choice.system, "walk over this system only")->check(CLI::IsMember({"haproxy", "systemd", "mysql"}));
    app.add_option("--commands", choice.bounds.commands, "at most so many for each system")->check(CLI::PositiveNumber);
    app.add_option("--seconds", seconds, "at most so long for each system")->check(CLI::PositiveNumber);
    app.add_option("--seed", choice.seed, "of the walks; the same one takes the same walks");
    app.add_option("--page", choice.page, "write the figures into their section of this page");
    app.add_option("--commit", choice.commit, "of the sources that are walked, for the page");
    CLI11_PARSE(app, argc, argv);
    choice.bounds.time = std::chrono::seconds(seconds);
    return doctest::Context().run();
}
