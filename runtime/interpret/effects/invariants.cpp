#include "runtime/interpret/effects/invariants.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/interpret/values/explain.hpp"

namespace runtime {

std::optional<std::string> broken_invariant(Evaluator& evaluator, const std::string& step) {
    const lang::program::Program& program = evaluator.program();
    for (const lang::program::Invariant& invariant : program.invariants) {
        Frame frame{.slots = std::vector<Value>(static_cast<std::size_t>(program.slots))};
        for (const lang::program::Parameter& parameter : program.parameters) frame[parameter.slot] = parameter.value;
        Evaluation evaluation(step);
        const Value value = evaluator.evaluate(invariant.condition, frame, evaluation);
        if (value.is_unknown() || value.boolean()) continue;
        const auto reasons = explain(evaluator, invariant.condition, frame, evaluation);
        return fmt::format("the invariant \"{}\" is broken\n  {}", invariant.text, fmt::join(reasons, "\n  "));
    }
    return std::nullopt;
}

std::optional<std::string> broken_invariant(const lang::program::Program& program, World& world) {
    EventEmitter emitter(world);
    HostConnections connections(world, *program.site, emitter);
    Evaluator evaluator(program, world, connections);
    return broken_invariant(evaluator, {});
}

}  // namespace runtime
