// What is typed into a REPL, as a run of its own in the journal.
#pragma once

#include "cli/run/context.hpp"
#include "runtime/event/types.hpp"

namespace cli {

/// Begins with its making and ends with `end`; a session that is killed has no end in the history, as a run that is killed has none.
/// Counts what the lines have done. Must not outlive the context.
class TypedRun final : public runtime::Observer {
  public:
    TypedRun(RunContext&, const lang::program::Program&, const std::string& socket);
    void on(const runtime::Event&) override;
    void end();

  private:
    void emit(runtime::Event::Body);

    RunContext& context_;
    const runtime::Time started_;
    runtime::event::RunEnded totals_;
};

}  // namespace cli
