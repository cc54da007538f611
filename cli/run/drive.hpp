// Makes the context of a run, or of a part of one, and watches it to its end.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "cli/run/context.hpp"
#include "runtime/interpret/run.hpp"

namespace cli {

/// What a part of a run goes on from.
struct Before {
    std::vector<runtime::Event> events = {};  ///< of the parts before it
    bool runs_the_program = true;             ///< and not only its undos
};

/// What came of it.
struct Driven {
    int code = 0;                     ///< the exit code
    std::optional<std::int64_t> run;  ///< its number in the journal; nothing where none was begun
};

/// `work` begins or resumes a run in the context's journal and runs it; not before everything is there that the program needs, where it
/// is the program that is run.
Driven drive(const lang::program::Program&, const RunRequest&,
             const std::function<runtime::event::RunEnded(RunContext&, const runtime::RunOptions&)>& work, const Before& before = {});

}  // namespace cli
