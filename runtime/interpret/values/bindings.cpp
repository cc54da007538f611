#include "runtime/interpret/values/bindings.hpp"

#include <map>

#include "lang/program/parts.hpp"

namespace runtime {

using namespace lang::program;

namespace {

/// Which names stand for which slots, wherever in the statements they are set.
struct Names {
    std::map<int, std::string> by_slot{};

    void in(const Block& block) {
        each_statement(block, {}, [&](const Stmt& stmt) { std::visit(*this, stmt.node); });
    }
    void operator()(const Let& s) { by_slot[s.slot] = s.name; }
    void operator()(const Find& s) { by_slot[s.slot] = s.name; }
    void operator()(const Ask& s) { by_slot[s.slot] = s.name; }
    void operator()(const For& s) { by_slot[s.slot] = s.variable; }
    template <lang::AnyOf<Step, On, lang::program::Parallel, If, Require, Wait, Confirm, Note, Mark, Fail, GoOn, Commit,
                          lang::program::OnFailure, lang::program::Action, RunDefine>
                  Nameless>
    void operator()(const Nameless&) {}
};

void add(const Names& names, const std::vector<Value>& slots, std::vector<event::Named>& all) {
    for (const auto& [slot, name] : names.by_slot) {
        if (static_cast<std::size_t>(slot) >= slots.size()) continue;
        const Value& value = slots[static_cast<std::size_t>(slot)];
        const bool secret = std::holds_alternative<std::shared_ptr<const lang::Secret>>(value.payload());
        if (!value.is_nothing() && !value.is_unknown() && !secret) all.push_back({name, value.show()});
    }
}

}  // namespace

std::vector<event::Named> bindings(const Program& program, int define, const Frame& frame) {
    std::vector<event::Named> all;
    if (define >= 0) {  // its own names first: they are nearer
        const Define& called = program.defines[static_cast<std::size_t>(define)];
        Names own;
        for (std::size_t i = 0; i < called.parameters.size(); ++i) own.by_slot[static_cast<int>(i)] = called.parameters[i];
        if (const auto* statements = std::get_if<Block>(&called.body)) own.in(*statements);
        add(own, frame.slots, all);
    }
    Names names;
    for (const auto& parameter : program.parameters) names.by_slot[parameter.slot] = parameter.name;
    names.in(program.body);
    add(names, frame.globals != nullptr ? frame.globals->slots : frame.slots, all);
    return all;
}

}  // namespace runtime
