#include "lang/program/parts.hpp"

namespace lang::program {

namespace {

struct Blocks {
    std::vector<InnerBlock> found{};

    void add(Role role, const Block& block) { found.push_back({role, &block}); }
    void add(const Otherwise& otherwise) {
        if (const auto* block = std::get_if<Block>(&otherwise)) add(Role::Else, *block);
    }
    void add(const Clauses& clauses) {
        add(clauses.otherwise);
        if (clauses.undo) add(Role::Undo, *clauses.undo);
    }

    void operator()(const Step& s) { add(Role::Body, s.body); }
    void operator()(const On& s) { add(Role::Body, s.body); }
    void operator()(const Parallel& s) { add(Role::Branches, s.branches); }
    void operator()(const For& s) { add(Role::Body, s.body); }
    void operator()(const If& s) {
        add(Role::Yes, s.yes);
        add(Role::No, s.no);
    }
    void operator()(const Wait& s) { add(s.otherwise); }
    void operator()(const OnFailure& s) { add(Role::OnFailure, s.body); }
    void operator()(const Action& s) { add(s.clauses); }
    void operator()(const RunDefine& s) { add(s.clauses); }
    template <AnyOf<Require, Let, Find, Ask, Confirm, Note, Mark, Fail, GoOn, Commit> Plain>
    void operator()(const Plain&) {}
};

}  // namespace

std::vector<InnerBlock> blocks_of(const Stmt& stmt) {
    Blocks blocks;
    std::visit(blocks, stmt.node);
    return std::move(blocks.found);
}

}  // namespace lang::program
