// A checked procedure: names are resolved to slots, builtins to indices, arguments put into order, every type known. Only
// `check` (lang/check/api.hpp) makes one, so whoever runs it need not ask again.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lang/model/operators.hpp"
#include "lang/model/signature.hpp"
#include "lang/model/site.hpp"

namespace lang::program {

struct Expr;
struct Stmt;
using ExprPtr = std::unique_ptr<Expr>;
using Block = std::vector<Stmt>;

// ---------------------------------------------------------------- expressions

struct Literal {
    Value value;
};
/// A binding of the running frame: of the program, or of the define that is being called.
struct Slot {
    int index = 0;
    std::string name;
};
/// A parameter or top-level binding, seen from inside a define.
struct Global {
    int index = 0;
    std::string name;
};
/// `host`: the machine that the enclosing `on` chose.
struct CurrentHost {};
/// A secret of the site: its bytes are fetched when first used.
struct SecretUse {
    std::size_t index = 0;  ///< into Site::secrets
};
struct FactOf {
    ExprPtr host;
    std::string fact;
};
struct FieldOf {
    ExprPtr record;
    std::size_t field = 0;
};
/// `kept.failover.before`: from the newest run of that procedure on this site; unknown where none kept it.
struct Kept {
    std::string procedure, name;
};
struct ListOf {
    std::vector<Expr> items;
    bool flatten = false;  ///< items that are lists are joined: `[tel, jb]`
};
/// A text with holes. A secret in a hole makes the whole text a secret.
struct Interpolated {
    std::vector<Expr> parts;
    /// A script: its value is a list of texts, written ones and values in turn, so that the host's shell can quote the values.
    bool script = false;
};
struct Not {
    ExprPtr operand;
};
struct Negate {
    ExprPtr operand;
};
struct Logic {
    bool is_and = true;
    ExprPtr left, right;
};
struct Compare {
    BinaryOp op;  ///< Equal … GreaterEqual
    ExprPtr left, right;
};
/// + - * over ints, floats, durations, times; + over texts and lists
struct Arithmetic {
    BinaryOp op;
    ExprPtr left, right;
};
struct IsUnknown {
    ExprPtr operand;
    bool negated = false;
};
struct Choice {
    ExprPtr condition, yes, no;
};
struct Quantified {
    Quantifier kind;
    std::int64_t count = 0;
    int slot = 0;
    std::string variable;
    ExprPtr list, body;
    bool on_element = false;  ///< the elements are hosts: the body is read there, all hosts together
};
/// `where`: keeps the elements for which the condition is true; unknown makes the list unknown
struct Filter {
    int slot = 0;
    ExprPtr list, condition;
};
/// `one of`: the only element; otherwise the statement fails
struct OneOf {
    ExprPtr list;
};
/// A pure function or a query. Arguments are in the order of the signature, defaults filled in.
struct Call {
    std::size_t builtin = 0;  ///< into the Catalog
    std::vector<Expr> arguments;
    ExprPtr on;  ///< null: the current host (or no host, for a pure function)
};
/// A define with a value.
struct CallDefine {
    std::size_t define = 0;  ///< into Program::defines
    std::vector<Expr> arguments;
    ExprPtr on;
};
/// `procedure` built from hosts that are the machine procrun itself runs on: `on here`
struct Here {};

struct Expr {
    using Node = std::variant<Literal, Slot, Global, CurrentHost, SecretUse, FactOf, FieldOf, Kept, ListOf, Interpolated, Not, Negate,
                              Logic, Compare, Arithmetic, IsUnknown, Choice, Quantified, Filter, OneOf, Call, CallDefine, Here>;
    Node node;
    Type type;
    Span span;
};

// ---------------------------------------------------------------- statements

/// What an `else` says: nothing, a message, or statements.
using Otherwise = std::variant<std::monostate, Expr, Block>;

struct Retry {
    std::int64_t times = 0;  ///< further attempts after the first
    ExprPtr every;
};
struct Step {
    Expr title;
    std::string number;  ///< "3" or "3.1", as written in the file; part of every call key
    ExprPtr within;
    std::optional<Retry> retry;
    Block body;
    std::vector<int> visible;  ///< slots of its own `let`s, which later steps may read
};
struct On {
    Expr hosts;  ///< a host or a list of hosts
    bool parallel = false;
    ExprPtr max;
    Block body;
};
struct Parallel {
    Block branches;
};
struct For {
    int slot = 0;
    std::string variable;
    Expr list;
    Block body;
};
struct If {
    Expr condition;
    Block yes, no;
};
struct Require {
    Expr condition;
    ExprPtr message;
};
struct Wait {
    Expr condition;
    ExprPtr within;  ///< never null
    ExprPtr every, each, holding, showing;
    Otherwise otherwise;
};
struct Let {
    int slot = 0;
    std::string name;
    bool keep = false;
    Expr value;
};
/// Exactly one host for which the condition is true, and none for which it is unknown.
struct Find {
    int slot = 0;
    std::string name;
    int variable_slot = 0;
    std::string variable;
    Expr list, condition;
    bool keep = false;
};
struct Ask {
    int slot = 0;
    std::string name;
    Type type;
    Expr question;
};
struct Confirm {
    Expr text;
    ExprPtr within;
};
struct Note {
    Expr text;
};
/// A moment that the report reckons from.
struct Mark {
    std::string what;  ///< "service down" or "service back"
};
struct Fail {
    Expr text;
};
struct GoOn {
    Expr reason;
};
struct Commit {
    Expr reason;
};
/// Runs when a later statement fails.
struct OnFailure {
    Block body;
};
/// What a call of an action carries besides its arguments.
struct Clauses {
    ExprPtr within;
    Otherwise otherwise;
    std::optional<Block> undo;
    ExprPtr leave;
};
struct Action {
    std::size_t builtin = 0;
    std::vector<Expr> arguments;
    Clauses clauses;
    ExprPtr done_when;  ///< of an action that cannot look itself (Signature::unverified, switches_off): the state that it is to reach
};
struct RunDefine {
    std::size_t define = 0;
    std::vector<Expr> arguments;
    Clauses clauses;
};

struct Stmt {
    using Node = std::variant<Step, On, Parallel, For, If, Require, Wait, Let, Find, Ask, Confirm, Note, Mark, Fail, GoOn, Commit,
                              OnFailure, Action, RunDefine>;
    Node node;
    Span span;
};

// ---------------------------------------------------------------- the whole

/// `define`, `define action`, or a `needs action` that the site leaves to a person.
struct Define {
    std::string name;
    std::vector<std::string> parameters;  ///< slots 0 … n-1 of its frame
    int slots = 0;
    std::vector<Type> slot_types;
    std::variant<Block, Expr> body;  ///< statements of an action; the value of a query
    std::optional<Expr> human;       ///< the text of the human step: then the body is empty
    Span span;

    /// By convention these switch the machines that they are given, however the site does it.
    bool switches_off() const { return name == "power_off"; }
    bool switches_on() const { return name == "power_on"; }
};

struct Parameter {
    std::string name;
    Type type;
    int slot = 0;
    Value value;
    std::string doc;
    bool given = false;  ///< on the command line
};

struct Invariant {
    std::string text;
    Expr condition;
};

struct Watch {
    std::string text;
    Expr every, condition;
    std::int64_t failures = 1;
    std::string run;
};

/// A file that took part, for the journal.
struct Part {
    std::string path;
    std::string text;
};

struct Program {
    std::string name;         ///< of the procedure: the file's name without ".proc"
    std::vector<Part> parts;  ///< every file that took part; a Span's `file` is an index into it
    std::shared_ptr<const Site> site;
    std::vector<Parameter> parameters;
    std::vector<Define> defines;
    std::vector<Invariant> invariants;
    std::vector<Watch> watches;
    std::string scene;  ///< of `needs scene`, may be empty
    Block body;
    int slots = 0;                      ///< of the program's frame, parameters first
    std::vector<Type> slot_types;       ///< of each of them; Nothing for those that live within one expression
    std::size_t steps = 0;              ///< how many steps there are, nested ones included
    bool asks_people = false;           ///< a confirm, an ask, a human step or a sign-off may be reached
    std::map<std::string, Type> keeps;  ///< what the procedure keeps
};

}  // namespace lang::program
