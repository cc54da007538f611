// The short brother of tests/fuzz: the same promises, on programs of the tests with something broken in each. Deterministic.
#include <doctest/doctest.h>

#include <random>
#include <string>

#include "tests/support/golden.hpp"
#include "tests/support/mutation/broken_program.hpp"
#include "tests/support/mutation/format_invariants.hpp"
#include "tests/support/mutation/parse_invariants.hpp"

TEST_CASE("a program with something broken in it gets diagnostics or a tree, with every span in its place") {
    std::mt19937 random(20'260'101);  // NOLINT: the same mutations on every run
    const auto folder = support::in_tests("lang/syntax");
    auto files = support::files_in(folder, ".proc");
    files.push_back(folder / "mistakes.chunks");
    for (const auto& file : files) {
        const std::string text = support::read(file);
        for (int round = 0; round < 150; ++round) {
            const std::string mutant = support::broken(text, random);
            std::string wrong = support::check_parse(mutant);
            if (wrong.empty()) wrong = support::check_format(mutant);
            if (!wrong.empty()) FAIL_CHECK(wrong, " in a mutant of ", file.string(), ":\n", mutant);
        }
    }
}

TEST_CASE("a program that ends anywhere gets diagnostics or a tree") {
    const std::string text = support::read(support::in_tests("lang/syntax/trees/statements.proc"));
    for (std::size_t length = 0; length < text.size(); ++length) CHECK(support::check_parse(text.substr(0, length)) == "");
}
