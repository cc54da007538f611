#include "cli/operator/typed_run.hpp"

namespace cli {

using namespace runtime;

TypedRun::TypedRun(Stage& stage, const lang::program::Program& program, const std::string& socket)
    : stage_(stage), started_(stage.scheduler().now()) {
    stage.journal().begin(program, stage.simulated(), socket);
    tell(event::RunStarted{.procedure = program.name,
                           .site = program.site->name,
                           .operator_name = operator_name(),
                           .machine = machine_name(),
                           .steps = 0,
                           .parameters = {},
                           .simulated = stage.simulated()});
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
    totals_.took = stage_.scheduler().now() - started_;
    tell(totals_);
}

void TypedRun::tell(Event::Body body) {
    stage_.journal().on({.at = stage_.scheduler().now(), .step = {}, .host = {}, .body = std::move(body)});
}

}  // namespace cli
