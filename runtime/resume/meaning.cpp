#include "runtime/resume/meaning.hpp"

#include <fmt/format.h>

#include <utility>

namespace runtime {

namespace {

namespace ir = lang::program;
using lang::Host;
using lang::Value;

std::string address_of(const Host& host) {
    return fmt::format("{}={}:{} via {} {}", host.name, host.address, host.port, static_cast<int>(host.via), host.jump);
}

/// Writes a tree as one text. Every node begins with a word of its own and ends with a bracket, so that no two trees are written alike.
class Writer {
  public:
    Writer(const ir::Program& program, const lang::Catalog& catalog, const Host* here, bool whole, bool in_define = false)
        : program_(program), catalog_(catalog), here_(here), whole_(whole), in_define_(in_define) {}

    std::string text;
    std::set<int> slots, globals, own;  ///< `own`: variables that the expressions bind themselves

    void write(const ir::Stmt& stmt) {
        std::visit([&](const auto& one) { statement(one); }, stmt.node);
    }

    // ------------------------------------------------------------ statements

    void statement(const ir::Step& s) {
        word("step", s.title);
        if (!whole_) return close();
        write(s.within);
        if (s.retry) {
            text += std::to_string(s.retry->times);
            write(s.retry->every);
        }
        write(s.body);
        close();
    }
    void statement(const ir::On& s) {
        word(s.parallel ? "on in parallel" : "on", s.hosts);
        if (whole_) write(s.max);
        inner(s.body);
    }
    void statement(const ir::Parallel& s) {
        word("parallel");
        inner(s.branches);
    }
    void statement(const ir::For& s) {
        word("for", s.list);
        inner(s.body);
    }
    void statement(const ir::If& s) {
        word("if", s.condition);
        if (whole_) {
            write(s.yes);
            write(s.no);
        }
        close();
    }
    void statement(const ir::Require& s) {
        word("require", s.condition);
        if (whole_) write(s.message);
        close();
    }
    void statement(const ir::Wait& s) {
        word("wait", s.condition);
        write(s.holding);
        if (whole_) {
            for (const ir::ExprPtr* clause : {&s.within, &s.every, &s.each, &s.showing}) write(*clause);
            write_else(s.otherwise);
        }
        close();
    }
    void statement(const ir::Let& s) { word(s.keep ? "keep" : "let", s.value).named(s.name).close(); }
    void statement(const ir::Find& s) {
        own.insert(s.variable_slot);
        word(s.keep ? "keep one" : "find", s.list).named(s.name).named(s.variable);
        write(s.condition);
        close();
    }
    void statement(const ir::Ask& s) { word("ask", s.question).named(s.name).named(s.type.name()).close(); }
    void statement(const ir::Confirm& s) { word("confirm", s.text).close(); }
    void statement(const ir::Note& s) { word("note", s.text).close(); }
    void statement(const ir::Mark& s) { word("mark").named(s.what).close(); }
    void statement(const ir::Fail& s) { word("fail", s.text).close(); }
    void statement(const ir::GoOn& s) { word("go on", s.reason).close(); }
    void statement(const ir::Commit& s) { word("commit", s.reason).close(); }
    void statement(const ir::OnFailure& s) {
        word("on failure");
        inner(s.body);
    }
    void statement(const ir::Action& s) {
        word("do").named(catalog_[s.builtin].full_name());
        write(s.arguments);
        write(s.done_when);
        clauses(s.clauses);
        close();
    }
    void statement(const ir::RunDefine& s) {
        const ir::Define& define = program_.defines[s.define];
        word("run").named(define.name);
        write(s.arguments);
        if (define.human) inside([&] { write(*define.human); });
        // Its lines are known one by one; of a step they are a part.
        if (whole_) body_of(s.define);
        clauses(s.clauses);
        close();
    }

    // ------------------------------------------------------------ expressions

    void write(const ir::Expr& expr) {
        std::visit([&](const auto& node) { expression(node); }, expr.node);
    }

    void expression(const ir::Literal& e) { named(meaning_of_value(e.value)); }
    void expression(const ir::Slot& e) {
        // Inside a define that is called, these are what it is called with.
        if (calls_ == 0) slots.insert(e.index);
        binding(e.index, e.name, !in_define_);
    }
    void expression(const ir::Global& e) {
        globals.insert(e.index);
        binding(e.index, e.name, true);
    }
    void expression(const ir::CurrentHost&) { word("host").close(); }
    void expression(const ir::SecretUse& e) { word("secret").named(program_.site->secrets[e.index].name).close(); }
    void expression(const ir::FactOf& e) {
        word("fact", *e.host).named(e.fact);
        const auto of = [&](const Host& host) {
            if (const auto fact = host.facts.find(e.fact); fact != host.facts.end()) named(host.name).named(meaning_of_value(fact->second));
        };
        const auto* literal = std::get_if<ir::Literal>(&e.host->node);
        if (literal != nullptr && std::holds_alternative<const Host*>(literal->value.payload())) {
            of(literal->value.host());
        } else if (here_ != nullptr && std::holds_alternative<ir::CurrentHost>(e.host->node)) {
            of(*here_);
        } else {
            for (const auto& host : program_.site->hosts) of(*host);  // which one it is the run will know
        }
        close();
    }
    void expression(const ir::FieldOf& e) { word("field", *e.record).named(std::to_string(e.field)).close(); }
    void expression(const ir::Kept& e) { word("kept").named(e.procedure).named(e.name).close(); }
    void expression(const ir::ListOf& e) {
        word(e.flatten ? "hosts" : "list");
        write(e.items);
        close();
    }
    void expression(const ir::Interpolated& e) {
        word("text");
        write(e.parts);
        close();
    }
    void expression(const ir::Not& e) { word("not", *e.operand).close(); }
    void expression(const ir::Negate& e) { word("minus", *e.operand).close(); }
    void expression(const ir::Logic& e) { both(e.is_and ? "and" : "or", e.left, e.right); }
    void expression(const ir::Compare& e) { both(fmt::format("compare {}", static_cast<int>(e.op)), e.left, e.right); }
    void expression(const ir::Arithmetic& e) { both(fmt::format("compute {}", static_cast<int>(e.op)), e.left, e.right); }
    void expression(const ir::IsUnknown& e) { word(e.negated ? "known" : "unknown", *e.operand).close(); }
    void expression(const ir::Choice& e) {
        word("choice", *e.condition);
        write(e.yes);
        write(e.no);
        close();
    }
    void expression(const ir::Quantified& e) {
        if (calls_ == 0) own.insert(e.slot);
        word(fmt::format("quantified {} {}", static_cast<int>(e.kind), e.count), *e.list).named(e.variable);
        write(e.body);
        close();
    }
    void expression(const ir::Filter& e) {
        if (calls_ == 0) own.insert(e.slot);
        both("where", e.list, e.condition);
    }
    void expression(const ir::OneOf& e) { word("one of", *e.list).close(); }
    void expression(const ir::Call& e) {
        word("call").named(catalog_[e.builtin].full_name());
        write(e.arguments);
        write(e.on);
        close();
    }
    void expression(const ir::CallDefine& e) {
        word("define").named(program_.defines[e.define].name);
        write(e.arguments);
        write(e.on);
        body_of(e.define);
        close();
    }
    void expression(const ir::Here&) { word("here").close(); }

  private:
    Writer& word(std::string_view word) {
        text += word;
        text += '(';
        return *this;
    }
    Writer& word(std::string_view name, const ir::Expr& expr) {
        word(name);
        write(expr);
        return *this;
    }
    /// Whatever is in it cannot be taken for what is around it.
    Writer& named(std::string_view name) {
        text += fmt::format("{}:{};", name.size(), name);
        return *this;
    }
    void close() { text += ')'; }

    void write(const ir::ExprPtr& expr) {
        expr ? write(*expr) : void(text += '-');
        text += ',';
    }
    void write(const std::vector<ir::Expr>& all) {
        for (const ir::Expr& one : all) {
            write(one);
            text += ',';
        }
    }
    void write(const ir::Block& block) {
        word("block");
        for (const ir::Stmt& stmt : block) write(stmt);
        close();
    }
    void write_else(const ir::Otherwise& otherwise) {
        if (const auto* message = std::get_if<ir::Expr>(&otherwise)) write(*message);
        if (const auto* block = std::get_if<ir::Block>(&otherwise)) write(*block);
    }
    void inner(const ir::Block& block) {
        if (whole_) write(block);
        close();
    }
    void both(std::string_view name, const ir::ExprPtr& left, const ir::ExprPtr& right) {
        word(name);
        write(left);
        write(right);
        close();
    }
    void clauses(const ir::Clauses& clauses) {
        if (!whole_) return;
        write(clauses.within);
        write_else(clauses.otherwise);
        if (clauses.undo) write(*clauses.undo);
        write(clauses.leave);
    }
    void binding(int index, const std::string& name, bool of_program) {
        word("name").named(name);
        for (const ir::Parameter& parameter : program_.parameters) {
            if (of_program && parameter.slot == index) named(meaning_of_value(parameter.value));
        }
        close();
    }
    /// Once each: what it says does not depend on who calls it.
    void body_of(std::size_t define) {
        if (!written_.insert(define).second) return;
        inside([&] {
            const auto& body = program_.defines[define].body;
            if (const auto* value = std::get_if<ir::Expr>(&body)) write(*value);
            if (const auto* statements = std::get_if<ir::Block>(&body)) write(*statements);
        });
    }
    /// A define: its bindings are its own, and who calls it on which machine is not known in it.
    template <typename Write>
    void inside(const Write& write) {
        const bool outer = std::exchange(in_define_, true);
        const Host* const here = std::exchange(here_, nullptr);
        ++calls_;
        write();
        --calls_;
        in_define_ = outer;
        here_ = here;
    }

    const ir::Program& program_;
    const lang::Catalog& catalog_;
    const Host* here_;
    bool whole_;
    bool in_define_;
    int calls_ = 0;  ///< of defines that it is in
    std::set<std::size_t> written_;
};

}  // namespace

std::string meaning_of_value(const Value& value) {
    if (std::holds_alternative<const Host*>(value.payload())) return address_of(value.host());
    // A time is the same in every zone: a resume may be in another one.
    if (const auto* time = std::get_if<lang::Time>(&value.payload())) return lang::show(*time);
    const bool is_record = std::holds_alternative<std::shared_ptr<const lang::Record>>(value.payload());
    if (!is_record && !std::holds_alternative<std::shared_ptr<const lang::List>>(value.payload())) return value.show();
    std::string all = "[";
    for (const Value& part : is_record ? value.record().fields : value.items()) all += meaning_of_value(part) + ',';
    return all + ']';
}

Meaning line_of(const ir::Stmt& stmt, const ir::Program& program, const lang::Catalog& catalog, const Host* here, bool in_define) {
    Writer writer(program, catalog, here, false, in_define);
    if (here != nullptr) writer.text = address_of(*here) + '|';
    writer.write(stmt);
    Meaning line{.meaning = std::move(writer.text), .bindings = std::move(writer.slots), .globals = std::move(writer.globals)};
    for (const int slot : writer.own) line.bindings.erase(slot);
    return line;
}

std::string meaning_of_step(const ir::Step& step, const ir::Program& program, const lang::Catalog& catalog) {
    Writer writer(program, catalog, nullptr, true);
    writer.statement(step);
    return std::move(writer.text);
}

}  // namespace runtime
