// The syntax tree: what was written, nothing resolved. A closed set of nodes in a variant each, so that a pass that
// forgets one does not compile. The surface syntax stands above each node.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lang/model/operators.hpp"
#include "lang/model/value.hpp"
#include "lang/text/source.hpp"

namespace lang::ast {

struct Expr;
struct Stmt;
using ExprPtr = std::unique_ptr<Expr>;
using Block = std::vector<Stmt>;

/// A name with its place.
struct Name {
    std::string text;
    Span span;
};

/// `list of host`, `duration`, `drbd.Status`
struct TypeName {
    std::string text;  ///< without "list of"
    int lists = 0;     ///< how many times "list of"
    Span span;
};

// ---------------------------------------------------------------- expressions

/// `true  42  1.5  30s  1h30m`
struct Literal {
    Value value;
};
/// `"to ${host}"`: texts and expressions in turn; a text without holes is one part
struct TextLiteral {
    std::vector<std::variant<std::string, ExprPtr>> parts;
};
/// `UpToDate`
struct EnumName {
    std::string name;
};
/// `home_store  acd-tel1  stores  vm_host  host`
struct NameUse {
    std::string name;
};
/// `[a, b]`
struct ListLiteral {
    std::vector<Expr> items;
};
/// `x.name`
struct Member {
    ExprPtr of;
    Name name;
};
/// `if_missing: Skip` or a plain argument
struct Argument {
    std::optional<Name> name;
    ExprPtr value;
};
/// `drbd.status("r0")  no_sessions(a, b)  text.line(2)`
struct Call {
    ExprPtr callee;  ///< a NameUse or a Member
    std::vector<Argument> arguments;
    Span arguments_span;
};
/// `drbd.status("r0").role on away_store`
struct On {
    ExprPtr what;
    ExprPtr where;
};
/// `not a  -a`
struct Unary {
    enum class Op { Not, Minus } op;
    ExprPtr operand;
};
/// `a or b  a == b  a + b`
struct Binary {
    BinaryOp op;
    ExprPtr left, right;
    Span op_span;
};
/// `a is unknown  a is not unknown`
struct IsUnknown {
    ExprPtr operand;
    bool negated = false;
};
/// `if a then b else c`
struct Choice {
    ExprPtr condition, yes, no;
};
/// `all s in stores: …  any …  no …  exactly 1 …`
struct Quantified {
    Quantifier kind;
    std::int64_t count = 0;  ///< of Exactly
    Name variable;
    ExprPtr list, body;
};
/// `stores where vm_host == home`
struct Where {
    ExprPtr list, condition;
};
/// `one of stores where vm_host == home`
struct OneOf {
    ExprPtr list;
};

struct Expr {
    using Node = std::variant<Literal, TextLiteral, EnumName, NameUse, ListLiteral, Member, Call, On, Unary, Binary, IsUnknown, Choice,
                              Quantified, Where, OneOf>;
    Node node;
    Span span;
};

// ---------------------------------------------------------------- statements

/// `"a text"` or `{ … }` after `else`
using Otherwise = std::variant<std::monostate, Expr, Block>;

/// `retry 3 times every 20s`
struct Retry {
    std::int64_t times = 0;
    ExprPtr every;
};
/// `step "Title" within 5m retry 3 times every 20s { … }`
struct Step {
    Expr title;
    ExprPtr within;
    std::optional<Retry> retry;
    Block body;
};
/// `on tel, jb where vm_host == 1 in parallel max 10 { … }`
struct OnBlock {
    ExprPtr hosts;  ///< a ListLiteral where a comma was written
    bool parallel = false;
    ExprPtr max;
    Block body;
};
/// `parallel { … }`: each statement is a branch
struct Parallel {
    Block branches;
};
/// `for m in machines { … }`
struct For {
    Name variable;
    ExprPtr list;
    Block body;
};
/// `if c { … } else { … }`; `else if` is a block of one statement
struct If {
    Expr condition;
    Block yes, no;
};
/// `require c else "why"`
struct Require {
    Expr condition;
    ExprPtr message;
};
/// `wait_until c within 5m every 5s each 2s holding 10s showing x else …`
struct Wait {
    Expr condition;
    ExprPtr within, every, each, holding, showing;  ///< null where not written
    Otherwise otherwise;
};
/// `ask int "How many?"` as the value of a `let`
struct Ask {
    TypeName type;
    Expr question;
};
/// `find h in stores where …` as the value of a `let`
struct Find {
    Name variable;
    Expr list, condition;
};
/// `let x = …  keep x = …`
struct Let {
    bool keep = false;
    Name name;
    std::variant<Expr, Find, Ask> value;
};
/// `confirm "text" within 15m`
struct Confirm {
    Expr text;
    ExprPtr within;
};
/// `note "text"`
struct Note {
    Expr text;
};
/// `mark "service down"`
struct Mark {
    Expr text;
};
/// `fail "text"`
struct Fail {
    Expr text;
};
/// `go_on "reason"`
struct GoOn {
    Expr reason;
};
/// `commit "reason"`
struct Commit {
    Expr reason;
};
/// `on_failure { … }`
struct OnFailure {
    Block body;
};
/// `pcs.standby(a) within 5m undo pcs.unstandby(a) leave "until the failback"`, `shell.action("…") done_when serves(a)`
struct Action {
    Expr call;
    ExprPtr within;
    Otherwise otherwise;
    std::optional<Block> undo;
    ExprPtr leave;
    ExprPtr done_when;
};

struct Stmt {
    using Node =
        std::variant<Step, OnBlock, Parallel, For, If, Require, Wait, Let, Confirm, Note, Mark, Fail, GoOn, Commit, OnFailure, Action>;
    Node node;
    Span span;
};

// ---------------------------------------------------------------- declarations

struct Parameter {
    Name name;
    TypeName type;
};
/// `import "software.proc"`
struct Import {
    std::string path;
    Span path_span;
};
/// `site "jtel example"`
struct SiteName {
    std::string name;
};
/// `fact vm_host: int = 1`
struct Fact {
    Name name;
    TypeName type;
    ExprPtr default_value;
};
/// `secret mysql_password from file "/etc/…"`
struct SecretDecl {
    Name name;
    Name from;  ///< prompt, environment, file, command
    std::string argument;
};
/// One entry of a record: `address "10.1.1.1"`
struct Entry {
    Name key;
    Expr value;  ///< a literal, a list, a NameUse; several names with commas are a ListLiteral
};
/// `connect linux { … }  host acd-tel1 { … }  cluster storage { … }  notify night-shift { … }`
struct RecordDecl {
    enum class Kind { Connect, Host, Cluster, Notify } kind;
    Name name;
    std::vector<Entry> entries;
};
/// `group tel = acd-tel1, acd-tel2`; `nobody` is no hosts
struct GroupDecl {
    Name name;
    bool nobody = false;
    ExprPtr hosts;
};
/// `lock acd-lb1, acd-lb2 as "jtel"`: the hosts that hold the lock; an id only where other sites have theirs on these machines
struct LockDecl {
    ExprPtr hosts;
    std::optional<std::string> id;
};
/// `scene "split" = after "failover.proc", "acd-store1: drbd standalone"`
struct SceneDecl {
    std::string name;
    std::optional<std::string> after;
    std::vector<std::string> troubles;
};
/// `reply "psql -Atc …" on db2 = "t"  after "pg_ctl promote" = "f"`: what simulated machines say where no model knows it
struct ReplyDecl {
    /// `"t"`, `1 "no such server"`, `refused`
    struct Said {
        bool refused = false;
        std::optional<std::int64_t> status;
        std::string text;
        Span span;
    };
    struct Change {
        std::string after;
        Span after_span;
        ExprPtr hosts;  ///< null: on the machine that says it
        Said said;
    };
    std::string asked;
    Span asked_span;
    ExprPtr hosts;
    Said said;
    std::vector<Change> changes;
};
/// `invariant "never two Primaries" = …`
struct Invariant {
    std::string text;
    Expr condition;
};
struct NeedsFact {
    Name name;
    TypeName type;
};
struct NeedsGroup {
    std::vector<Name> names;
};
/// `needs action power_on(machine: host) "Switch ${machine} on"`, `needs query …: bool`
struct NeedsVerb {
    bool action = false;
    Name name;
    std::vector<Parameter> parameters;
    std::optional<TypeName> result;
    std::optional<Expr> text;
};
/// `needs scene "failed-over"`: where a rehearsal starts
struct NeedsScene {
    std::string name;
};
/// `param home: int = 1 "the VM host that comes back"`
struct Param {
    Name name;
    TypeName type;
    ExprPtr default_value;
    std::string doc;
};
/// `define action stop(side: int) { … }  define is_off(m: host): bool = …`
struct Define {
    bool action = false;
    Name name;
    std::vector<Parameter> parameters;
    std::optional<TypeName> result;
    std::variant<Block, Expr> body;
};
/// `watch "text" every 30s { require … after 3 failures run "failover.proc" }`
struct Watch {
    std::string text;
    Expr every;
    Expr condition;
    std::int64_t failures = 1;
    std::string run;
};

struct Item {
    using Node = std::variant<Import, SiteName, Fact, SecretDecl, RecordDecl, GroupDecl, LockDecl, SceneDecl, ReplyDecl, Invariant,
                              NeedsFact, NeedsGroup, NeedsVerb, NeedsScene, Param, Define, Watch, Stmt>;
    Node node;
    Span span;
};

struct Comment {
    std::string text;  ///< with its '#'
    Span span;
    bool own_line = false;
};

/// One file. Items that did not parse are missing here and named in the diagnostics.
struct File {
    std::uint32_t file = 0;
    std::vector<Item> items;
    std::vector<Comment> comments;
};

}  // namespace lang::ast
