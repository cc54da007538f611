// Expressions: names to slots, builtins to indices, arguments into order, a type for everything.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/check/environment.hpp"
#include "lang/check/lower/defines.hpp"
#include "lang/check/resolve/types.hpp"
#include "lang/program/tree.hpp"
#include "lang/syntax/ast.hpp"

namespace lang::checker {

/// What an expression may rely on at its place.
struct ExprContext {
    enum class Host {
        None,     ///< no `on` is around it
        Current,  ///< an `on`, or the element of a quantifier
        Callers,  ///< in a define: the host of whoever calls it
        Untold,   ///< perhaps an element of a list that is wrong
    };
    /// What chose the current host.
    struct Chooser {
        enum class Is {
            Block,    ///< an `on`
            Element,  ///< the variable of a quantifier or of `find`
            Caller,   ///< of the define
        } is = Is::Block;
        std::string variable = {};  ///< of Element
        Span span = {};
    };
    Host host = Host::None;
    std::string_view no_queries = {};           ///< why nothing may be asked of the world here; empty where it may
    std::optional<Chooser> chooser = {};        ///< of the current host; nothing where no text says it: at a prompt
    std::optional<Chooser> outer_chooser = {};  ///< in a quantifier or `find`: of the host that is current around it

    /// Inside of an `on` block at `span`.
    ExprContext on_block(Span span) const;
    /// Inside of a quantifier or `find` whose elements are hosts.
    ExprContext on_element(const ast::Name& variable) const;
    /// Inside a quantifier whose elements are not known.
    ExprContext on_wrong_element() const;
};

/// The call of a builtin or a define with its arguments in order.
struct CallParts {
    enum class What { Wrong, Builtin, Define } what = What::Wrong;
    std::size_t index = 0;
    std::vector<program::Expr> arguments = {};
    Type result = {};
};

class Expressions {
  public:
    /// `define` is the one whose body is read; null for the program's own statements.
    Expressions(Environment& environment, Scope& scope, DefineInfo* define, ExprContext expr_context)
        : environment_(environment), scope_(scope), define_(define), expr_context_(std::move(expr_context)) {}

    /// Whatever it is. `wanted` helps where the text alone does not tell: members of enumerations, empty lists.
    program::Expr value(const ast::Expr&, const Type* wanted = nullptr);
    /// A value of that type, or a finding that starts with `what`: "the condition of 'require'".
    program::Expr of_type(const ast::Expr&, const Type& wanted, std::string_view what);
    program::Expr condition(const ast::Expr& e, std::string_view what) { return of_type(e, Kind::Bool, what); }
    program::Expr duration(const ast::Expr& e, std::string_view what) { return of_type(e, Kind::Duration, what); }
    /// A text that people see: no secret in it.
    program::Expr shown_text(const ast::Expr&, std::string_view what);
    /// A value that people see, of any type.
    program::Expr shown(const ast::Expr&, std::string_view what);
    /// A list; a single host stands for a list of one.
    program::Expr list(const ast::Expr&, std::string_view what);
    /// What `on` takes: a host, hosts, or `here`.
    program::Expr on_hosts(const ast::Expr&);

    /// Name and arguments of a call; its effect is for the caller to judge.
    CallParts call(const ast::Call&);
    /// Reports the call of something that needs a host where there is none, or where two may be meant.
    void need_host(Span span, std::string_view name, const DefineInfo* because = nullptr, bool acts = false);
    /// After a define was read: in one that is called on a host, what is asked of an element may be meant for that host.
    void judge_callers_host();

    /// Declares the variable of a loop or quantifier.
    Binding& declare(const ast::Name& name, Type type, Binding::Kind kind);

    ExprContext& expr_context() { return expr_context_; }
    DefineInfo* define() { return define_; }
    Environment& environment() { return environment_; }
    Scope& scope() { return scope_; }

  private:
    /// The element of an enclosing `where`: its facts or fields are plain names.
    struct Element {
        Type type;
        int slot = 0;
    };
    /// `… on HOST`: meant for this call of the chain.
    struct On {
        const ast::Call* call = nullptr;
        program::ExprPtr host;
    };

    program::Expr lower(const ast::Literal&, Span, const Type*);
    program::Expr lower(const ast::TextLiteral&, Span, const Type*);
    program::Expr lower(const ast::EnumName&, Span, const Type*);
    program::Expr lower(const ast::NameUse&, Span, const Type*);
    program::Expr lower(const ast::ListLiteral&, Span, const Type*);
    program::Expr lower(const ast::Member&, Span, const Type*);
    program::Expr lower(const ast::Call&, Span, const Type*);
    program::Expr lower(const ast::On&, Span, const Type*);
    program::Expr lower(const ast::Unary&, Span, const Type*);
    program::Expr lower(const ast::Binary&, Span, const Type*);
    program::Expr lower(const ast::IsUnknown&, Span, const Type*);
    program::Expr lower(const ast::Choice&, Span, const Type*);
    program::Expr lower(const ast::Quantified&, Span, const Type*);
    program::Expr lower(const ast::Where&, Span, const Type*);
    program::Expr lower(const ast::OneOf&, Span, const Type*);

    // expressions.cpp
    program::Expr checked(program::Expr value, const Type& wanted, std::string_view what);
    program::Expr mismatch(const program::Expr& value, const Type& wanted, std::string_view what);
    program::Expr list_of(program::Expr value, std::string_view what);

    // operators.cpp
    program::Expr comparison(const ast::Binary&, Span);
    program::Expr arithmetic(const ast::Binary&, Span);

    // names.cpp
    std::optional<program::Expr> element_member(const std::string& name, Span);
    std::optional<program::Expr> bound(const std::string& name, Span);
    program::Expr use(Binding&, bool global, Span);
    program::Expr meaning(const Meaning&, const std::string& name, Span);
    /// What may have been meant besides names: of a value of type `wanted`, or before a point.
    program::Expr unknown_name(const std::string& name, Span, const Type* wanted = nullptr, bool before_point = false);
    bool follows_of_no_site();
    std::string owner_of(const std::string& name);
    bool is_value(std::string_view name);
    program::Expr current_host(Span);
    program::Expr property(program::Expr of, const ast::Name&, Span);
    program::Expr method_without_arguments(std::size_t method, program::Expr of, Span);
    std::optional<program::Expr> kept(const ast::Member&, Span);

    // calls.cpp
    struct Callee {
        CallParts::What what = CallParts::What::Wrong;
        std::size_t index = 0;
        std::optional<program::Expr> receiver;
        Span span;  ///< of the name
    };
    Callee callee(const ast::Call&);
    Callee module_function(const std::string& module, const ast::Name& function);
    Callee method(program::Expr receiver, const ast::Name& name);
    program::Expr builtin_call(CallParts, const ast::Call* written, Span);
    program::Expr define_call(CallParts, const ast::Call* written, Span);
    program::ExprPtr take_on(const ast::Call*);
    /// Something is asked of the world; false, and a finding, where that cannot be.
    bool asks(Span);
    const ast::Call* root_of_chain(const ast::Expr&);

    // asked_host.cpp
    /// Something that needs a host and stands where two are current.
    struct TwoHosts {
        Span span;
        std::string name;
        ExprContext::Chooser inner, outer;
    };
    void report_two_hosts(const TwoHosts&);

    // arguments.cpp
    std::vector<program::Expr> arguments(const std::vector<Parameter>&, std::string_view callee, std::optional<Span> declared,
                                         std::optional<program::Expr> receiver, const ast::Call&, AnyType&);
    program::Expr argument(const Parameter&, std::string_view callee, const ast::Expr&, AnyType&);
    void read_only(const ast::Call&);

    // written_out.cpp
    program::Expr written_by(std::string_view function, program::Expr given, std::string_view what);
    // scripts.cpp
    program::Expr script(program::Expr given, std::string_view what);
    void own_variables(const ast::Expr& written);
    void names_without_braces(const ast::Expr& written);
    std::string named_at(std::string_view text);
    bool names_a_value(std::string_view name);
    std::string fact_behind(const std::string& name, std::string_view text);

    Environment& environment_;
    Scope& scope_;
    DefineInfo* define_;
    ExprContext expr_context_;
    std::vector<Element> elements_;  // innermost last
    On on_;
    std::vector<TwoHosts> perhaps_callers_;  ///< in a define: two are current if it is called on a host
};

/// An expression that was reported: it fits everywhere.
program::Expr wrong(Span span);
program::ExprPtr boxed(program::Expr expression);
/// "a duration", "an int", "a list of host"
std::string with_article(const Type& type);
/// "drbd.status(resource: text)"
std::string usage(std::string_view name, const std::vector<Parameter>& parameters);

}  // namespace lang::checker
