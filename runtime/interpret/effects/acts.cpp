#include "runtime/interpret/effects/acts.hpp"

#include <algorithm>

#include "lang/program/parts.hpp"

namespace runtime {

namespace {

namespace ir = lang::program;

/// By itself, whatever its blocks do. A define of an action is not looked into: it would not be one if it only read.
struct Acts {
    template <lang::AnyOf<ir::Action, ir::RunDefine> Acting>
    bool operator()(const Acting&) const {
        return true;
    }
    template <lang::AnyOf<ir::Step, ir::On, ir::Parallel, ir::For, ir::If, ir::Require, ir::Wait, ir::Let, ir::Find, ir::Ask, ir::Confirm,
                          ir::Note, ir::Mark, ir::Fail, ir::GoOn, ir::Commit, ir::OnFailure>
                  Other>
    bool operator()(const Other&) const {
        return false;
    }
};

}  // namespace

bool acts(const ir::Block& block) {
    return std::any_of(block.begin(), block.end(), [](const ir::Stmt& stmt) {
        const auto inner = ir::blocks_of(stmt);
        return std::visit(Acts{}, stmt.node) || std::any_of(inner.begin(), inner.end(), [](const auto& one) { return acts(*one.block); });
    });
}

bool acts(const ir::Program& program) { return acts(program.body); }

}  // namespace runtime
