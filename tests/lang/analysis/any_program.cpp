// Whatever the program is, the check ends and says what is wrong: the short brother of tests/fuzz/check.cpp. Deterministic.
#include <doctest/doctest.h>

#include <functional>

#include "tests/lang/analysis/check_invariants.hpp"
#include "tests/support/chunks.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/mutation/broken_program.hpp"

namespace {

void each_mutant(const std::function<std::string(std::string, std::mt19937&)>& mutate, int rounds) {
    std::mt19937 random(20'260'102);  // NOLINT: the same mutations on every run
    for (const auto& [folder, extension] : {std::pair("chunks", ".chunks"), {"shown", ".proc"}}) {
        for (const auto& file : support::files_in(support::in_tests(std::string("lang/analysis/") + folder), extension)) {
            for (const support::Chunk& chunk : support::chunks_in(file)) {
                for (int round = 0; round < rounds; ++round) {
                    const std::string mutant = mutate(chunk.program, random);
                    const std::string wrong = walk_tests::check_check(mutant);
                    if (!wrong.empty()) FAIL_CHECK(wrong, " in a mutant of ", file.string(), ", ", chunk.title, ":\n", mutant);
                }
            }
        }
    }
}

}  // namespace

TEST_CASE("a program whose words stand in each other's places is a program or has errors") { each_mutant(support::mixed_up, 6); }
TEST_CASE("a program with something broken in it is a program or has errors") { each_mutant(support::broken, 3); }
