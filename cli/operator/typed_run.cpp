#include "cli/operator/typed_run.hpp"

namespace cli {

using namespace runtime;

TypedRun::TypedRun(RunContext& context, const lang::program::Program& program, const std::string& socket)
    : context_(context), started_(context.scheduler().now()) {
    context.journal().begin(program, context.simulated(), socket);
    emit(event::RunStarted{.procedure = program.name,
                           .site = program.site->name,
                           .operator_name = operator_name(),
                           .machine = machine_name(),
                           .steps = 0,
                           .parameters = {},
                           .simulated = context.simulated()});
}

void TypedRun::on(const Event& event) {
    if (const auto* done = std::get_if<event::ActionEnded>(&event.body)) {
        totals_.changed += done->effect == Effect::Changed;
        totals_.unchanged += done->effect == Effect::Unchanged;
        totals_.unverified += done->effect == Effect::Changed && !done->verified;
    }
    totals_.signed_off += std::holds_alternative<event::SignedOff>(event.body);
}

void TypedRun::end() {
    totals_.took = context_.scheduler().now() - started_;
    emit(totals_);
}

void TypedRun::emit(Event::Body body) {
    context_.journal().on({.at = context_.scheduler().now(), .step = {}, .host = {}, .body = std::move(body)});
}

}  // namespace cli
