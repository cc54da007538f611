#include "runtime/interpret/run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/interpret/interpreter.hpp"

namespace runtime {

Interpreter::Interpreter(const ir::Program& program, World& world, const RunOptions& options)
    : program_(program),
      world_(world),
      options_(options),
      emitter_(world),
      connections_(world, *program.site, emitter_),
      evaluator_(program, world, connections_),
      lock_(*program.site, connections_),
      resumption_(options.resumption != nullptr ? *options.resumption : Resumption()),
      residues_(program, world, connections_, emitter_, resumption_),
      leaves_(resumption_.left()),
      signed_(resumption_.signed_off()) {
    for (const Resumption::Undo& undo : resumption_.undos()) earlier_undos_.push_back(undo.told);
}

event::RunEnded Interpreter::run() {
    const Time started = world_.scheduler.now();
    rehearsed_ = resumption_.is_one() ? resumption_.rehearsed() : options_.scene;
    Branch branch;
    branch.frame.slots.resize(static_cast<std::size_t>(program_.slots));
    event::RunStarted start{.procedure = program_.name,
                            .site = program_.site->name,
                            .operator_name = options_.operator_name,
                            .machine = options_.machine,
                            .steps = program_.steps,
                            .parameters = {},
                            .simulated = options_.simulated};
    for (const ir::Parameter& parameter : program_.parameters) {
        branch.frame[parameter.slot] = parameter.value;
        start.parameters.push_back({parameter.name, parameter.value.show()});
    }
    if (resumption_.is_one()) {
        tell_resumed(resumption_.finished_titles(), 0);
    } else {
        emit(branch, start);
    }

    End end = End::Completed;
    try {
        look_for_silent(branch);
        take_lock(branch);
        if (resumption_.is_one()) may_resume(branch);
        block(program_.body, branch);
        settle_doubts(false, branch);
    } catch (const Failure& failure) {
        end = failure.end;
        if (end == End::Failed && !world_.stop.no_new_action() && still_locked()) answer_failure(branch);
    }
    event::RunEnded& ended = totals_;
    if (end == End::Completed && (!ended.skipped.empty() || !rehearsed_.gaps.empty())) end = End::CompletedWithSkips;
    ended.end = end;
    if (end != End::Completed && end != End::CompletedWithSkips) settle_undos();
    if (end != End::Refused) {
        if (const auto left = residues_.read_end(leaves_)) emit({}, *left);
    }
    release_lock();
    ended.took = world_.scheduler.now() - started;
    tell_rehearsed();
    emit(branch, ended);
    return ended;
}

/// The procedure's own `on_failure`. Its failure must not hide the one that it answers.
void Interpreter::answer_failure(Branch& branch) {
    branch.bounds.compensating = true;
    branch.unsettled.doubts.clear();
    branch.place.path = {{.kind = Key::Part::Kind::OnFailure, .number = resumption_.part()}};
    for (const ir::Stmt& stmt : program_.body) {
        const auto* answer = std::get_if<ir::OnFailure>(&stmt.node);
        if (answer == nullptr) continue;
        try {
            block(answer->body, branch);
        } catch (const Failure&) {
        }
    }
    branch.place.path.clear();
}

event::RunEnded run(const ir::Program& program, World& world, const RunOptions& options) {
    return Interpreter(program, world, options).run();
}

Value Interpreter::run_fragment(Frame& frame) {
    // A name whose statement has failed is there, and what it stands for is not known.
    frame.slots.resize(std::max(frame.slots.size(), static_cast<std::size_t>(program_.slots)),
                       Value::unknown("it was never set: the statement that was to set it has failed"));
    residues_.leave_out();
    Branch branch;
    branch.frame = frame;
    branch.place.path = {{.kind = Key::Part::Kind::Prompt}};  // a resume must not take what was typed for what is written
    const auto* only = program_.body.size() == 1 ? std::get_if<ir::Let>(&program_.body.front().node) : nullptr;
    if (only != nullptr && only->name.empty()) return evaluate(only->value, branch);
    block(program_.body, branch);
    frame = std::move(branch.frame);
    return {};
}

Value run_fragment(const ir::Program& program, World& world, Frame& frame) {
    RunOptions options;
    options.on_failure = OnFailure::Keep;  // what is typed and fails is told: it is no run that somebody decides about
    return Interpreter(program, world, options).run_fragment(frame);
}

}  // namespace runtime
