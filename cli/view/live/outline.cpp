#include "cli/view/live/outline.hpp"

#include <optional>

#include "lang/program/constant.hpp"

namespace cli::live {

namespace ir = lang::program;

namespace {

class Outliner {
  public:
    explicit Outliner(const ir::Program& program) : program_(program), slots_(static_cast<std::size_t>(program.slots)) {
        for (const ir::Parameter& parameter : program.parameters) slots_[static_cast<std::size_t>(parameter.slot)] = parameter.value;
    }

    std::vector<OutlineStep> all() {
        block(program_.body);
        return std::move(steps_);
    }

  private:
    void block(const ir::Block& block) {
        for (const ir::Stmt& stmt : block) {
            if (const auto* step = std::get_if<ir::Step>(&stmt.node)) {
                steps_.push_back({.number = step->number, .title = title(step->title)});
                this->block(step->body);
            } else if (const auto* parallel = std::get_if<ir::Parallel>(&stmt.node)) {
                this->block(parallel->branches);
            } else if (const auto* let = std::get_if<ir::Let>(&stmt.node)) {
                slots_[static_cast<std::size_t>(let->slot)] = known(let->value);
            }
        }
    }

    std::optional<lang::Value> known(const ir::Expr& expression) const {
        return lang::constant(expression, {.slots = slots_, .globals = slots_, .defines = program_.defines});
    }

    std::string title(const ir::Expr& title) const {
        const auto text = [&](const ir::Expr& part) {
            const auto value = known(part);
            return value && !value->is_unknown() ? value->plain() : std::string("…");
        };
        const auto* parts = std::get_if<ir::Interpolated>(&title.node);
        if (parts == nullptr) return text(title);
        std::string whole;
        for (const ir::Expr& part : parts->parts) whole += text(part);
        return whole;
    }

    const ir::Program& program_;
    std::vector<std::optional<lang::Value>> slots_;
    std::vector<OutlineStep> steps_;
};

}  // namespace

std::vector<OutlineStep> outline(const ir::Program& program) { return Outliner(program).all(); }

}  // namespace cli::live
