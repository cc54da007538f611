#include "lang/analysis/named_hosts.hpp"

#include "lang/analysis/nodes.hpp"
#include "lang/model/this_machine.hpp"

namespace lang {

using namespace program;

namespace {

struct Collector {
    const Program& program;
    std::set<const Host*> found{};
    std::set<std::size_t> entered{};  ///< defines

    void all_of_the_site() {
        for (const auto& host : program.site->hosts) found.insert(host.get());
    }

    void take(const Value& value) {
        if (const auto* host = std::get_if<const Host*>(&value.payload())) {
            if (*host != nullptr) found.insert(*host);
        } else if (std::holds_alternative<std::shared_ptr<const List>>(value.payload())) {
            for (const Value& item : value.items()) take(item);
        }
    }

    static bool holds_hosts(const Type& type) {
        return type.kind() == Kind::Host || (type.kind() == Kind::List && holds_hosts(type.element()));
    }

    void take(const Expr& expression) {
        analysis::any_node(expression, [&](const Expr& part) {
            if (const auto* literal = std::get_if<Literal>(&part.node)) take(literal->value);
            if (std::holds_alternative<Here>(part.node)) found.insert(&this_machine(*program.site));
            if (const auto* call = std::get_if<CallDefine>(&part.node)) enter(call->define);
            const bool from_elsewhere = std::holds_alternative<FactOf>(part.node) || std::holds_alternative<Kept>(part.node);
            if (from_elsewhere && holds_hosts(part.type)) all_of_the_site();
            return false;
        });
    }
    void take(const ExprPtr& expression) {
        if (expression) take(*expression);
    }
    void take(const std::vector<Expr>& expressions) {
        for (const Expr& expression : expressions) take(expression);
    }
    void take(const Block& block) {
        for (const Stmt& stmt : block) std::visit(*this, stmt.node);
    }
    void take_block_of(const Otherwise& otherwise) {
        if (const auto* statements = std::get_if<Block>(&otherwise)) take(*statements);
    }
    void take(const Clauses& clauses) {
        take_block_of(clauses.otherwise);
        if (clauses.undo) take(*clauses.undo);
    }

    void enter(std::size_t define) {
        if (!entered.insert(define).second) return;
        const auto& body = program.defines[define].body;
        if (const auto* statements = std::get_if<Block>(&body)) take(*statements);
        if (const auto* value = std::get_if<Expr>(&body)) take(*value);
    }

    void operator()(const Step& s) { take(s.body); }
    void operator()(const On& s) {
        take(s.hosts);
        take(s.body);
    }
    void operator()(const Parallel& s) { take(s.branches); }
    void operator()(const For& s) {
        take(s.list);
        take(s.body);
    }
    void operator()(const If& s) {
        take(s.condition);
        take(s.yes);
        take(s.no);
    }
    void operator()(const Require& s) { take(s.condition); }
    void operator()(const Wait& s) {
        take(s.condition);
        take(s.showing);
        take_block_of(s.otherwise);
    }
    void operator()(const Let& s) { take(s.value); }
    void operator()(const Find& s) {
        take(s.list);
        take(s.condition);
    }
    void operator()(const OnFailure& s) { take(s.body); }
    void operator()(const Action& s) {
        take(s.arguments);
        take(s.clauses);
    }
    void operator()(const RunDefine& s) {
        enter(s.define);
        take(s.arguments);
        take(s.clauses);
    }
    // What only says something, to the report or to a person; she is never asked for a host.
    void operator()(const Ask&) {}
    void operator()(const Confirm&) {}
    void operator()(const Note&) {}
    void operator()(const Mark&) {}
    void operator()(const Fail&) {}
    void operator()(const GoOn&) {}
    void operator()(const Commit&) {}
};

}  // namespace

std::set<const Host*> named_hosts(const Program& program) {
    Collector collector{program};
    for (const auto& parameter : program.parameters) collector.take(parameter.value);
    collector.take(program.body);
    return std::move(collector.found);
}

}  // namespace lang
