// What can be said of an expression before a run: its value where that is known, else its text with what its names stand for.
#pragma once

#include <optional>
#include <string>

#include "cli/runbook/by_hand.hpp"
#include "lang/program/tree.hpp"
#include "runtime/interpret/values/frame.hpp"

namespace cli::show {

/// In a code span of Markdown: with as many backticks around it as it needs.
std::string code(const std::string& text);

class StaticText {
  public:
    StaticText(const lang::program::Program& program, const ByHand& by_hand) : program_(program), by_hand_(by_hand) {}

    /// Nothing where only the run will know.
    std::optional<runtime::Value> value(const lang::program::Expr&, const runtime::Frame&) const;
    std::optional<runtime::Value> value(const lang::program::ExprPtr&, const runtime::Frame&) const;

    /// A text; what only the run knows stands in it as it is written.
    std::string text(const lang::program::Expr&, const runtime::Frame&) const;
    /// A condition as it is written, with what its names stand for.
    std::string condition(const lang::program::Expr&, const runtime::Frame&) const;
    std::string time(const lang::program::ExprPtr&, const runtime::Frame&) const;
    /// As it is written.
    std::string source(lang::Span span) const { return code(by_hand_.source_of(span)); }

  private:
    const lang::program::Program& program_;
    const ByHand& by_hand_;
};

}  // namespace cli::show
