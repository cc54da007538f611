#include "runtime/interpret/effects/acts.hpp"

#include <algorithm>

namespace runtime {

namespace {

namespace ir = lang::program;

/// A define of an action is not looked into: it would not be one if it only read.
struct Acts {
    bool operator()(const ir::Action&) const { return true; }
    bool operator()(const ir::RunDefine&) const { return true; }
    bool operator()(const ir::Step& s) const { return acts(s.body); }
    bool operator()(const ir::On& s) const { return acts(s.body); }
    bool operator()(const ir::Parallel& s) const { return acts(s.branches); }
    bool operator()(const ir::For& s) const { return acts(s.body); }
    bool operator()(const ir::If& s) const { return acts(s.yes) || acts(s.no); }
    bool operator()(const ir::OnFailure& s) const { return acts(s.body); }
    bool operator()(const ir::Wait& s) const {
        const auto* otherwise = std::get_if<ir::Block>(&s.otherwise);
        return otherwise != nullptr && acts(*otherwise);
    }
    template <typename Other>
    bool operator()(const Other&) const {
        return false;
    }
};

}  // namespace

bool acts(const ir::Block& block) {
    return std::any_of(block.begin(), block.end(), [](const ir::Stmt& stmt) { return std::visit(Acts{}, stmt.node); });
}

bool acts(const ir::Program& program) { return acts(program.body); }

}  // namespace runtime
