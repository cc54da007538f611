// From the flat tree of the grammar to the syntax tree. What the grammar cannot tell is found here: a clause that stands
// twice, a value where a statement should be, a number beyond 64 bits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lang/syntax/state.hpp"

namespace lang::parsing {

class Converter {
  public:
    Converter(const State& state, Diagnostics& diagnostics) : state_(state), diagnostics_(diagnostics) {}

    /// Would the tree be deeper than whoever walks it can bear? Asked before the rest.
    bool is_too_high();
    ast::Expr expression(const Node& node);
    ast::Stmt statement(const Node& node);
    ast::Item item(const Node& node);

  private:
    friend class Clauses;
    using Cursor = Children::Iterator;

    std::string_view text(const Node& node) const { return state_.text.substr(node.begin, node.end - node.begin); }
    Span span(const Node& node) const { return state_.span(node.begin, node.end); }
    Children children(const Node& node) const { return state_.tree.children(node); }
    const Node& only_child(const Node& node) const { return *children(node).begin(); }
    Diagnostic& wrong(const Node& node, std::string_view code, std::string message);

    // values (expression.cpp)
    ast::ExprPtr pointer(const Node& node) { return std::make_unique<ast::Expr>(expression(node)); }
    ast::Name name(const Node& node) const { return {std::string(text(node)), span(node)}; }
    std::int64_t integer(const Node& node);
    Value number(const Node& node);
    Value duration(const Node& node);
    ast::Expr::Node text_literal(const Node& node);
    ast::Expr binary(const Node& node);
    ast::Expr comparison(const Node& node);
    ast::Expr negative(const Node& node);
    ast::Expr call_chain(const Node& node);
    ast::Expr reading(const Node& node);
    ast::Expr::Node arguments(const Node& node, ast::ExprPtr callee);
    ast::Expr::Node quantified(const Node& node, Quantifier kind);
    ast::Expr hosts(const Node& node);
    /// A text without holes, as paths and names are written.
    std::string plain_text(const Node& node);

    // statements (statement.cpp)
    ast::Block block(const Node& node);
    ast::Stmt::Node statement_node(const Node& node);
    ast::Step step(const Node& node);
    ast::OnBlock on_block(const Node& node);
    ast::If if_statement(const Node& node);
    ast::Wait wait(const Node& node);
    ast::Let let(const Node& node);
    ast::Action action(const Node& node);
    ast::Retry retry(const Node& node);
    ast::Otherwise otherwise(const Node& node);
    ast::Block undo(const Node& node);
    /// A clause may stand once: another one is reported.
    void set_clause(ast::ExprPtr& place, const Node& clause);

    // declarations (declaration.cpp)
    ast::Item::Node item_node(const Node& node);
    ast::TypeName type_name(const Node& node);
    std::vector<ast::Parameter> parameters(const Node& node);
    ast::RecordDecl record(const Node& node, ast::RecordDecl::Kind kind);
    ast::GroupDecl group(const Node& node);
    ast::SceneDecl scene(const Node& node);
    ast::ReplyDecl reply(const Node& node);
    ast::ReplyDecl::Said said(const Node& node);
    ast::SecretDecl secret(const Node& node);
    ast::NeedsVerb needs_verb(const Node& node, bool action);
    ast::Param param(const Node& node);
    ast::Define define(const Node& node, bool action);
    ast::Watch watch(const Node& node);

    const State& state_;
    Diagnostics& diagnostics_;
};

}  // namespace lang::parsing
