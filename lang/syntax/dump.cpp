#include "lang/syntax/dump.hpp"

#include <fmt/format.h>

#include <array>

#include "lang/text/overloaded.hpp"

namespace lang {

namespace {

constexpr std::array operators{"or", "and", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*"};
constexpr std::array quantifiers{"all", "any", "no", "exactly"};
constexpr std::array records{"connect", "host", "cluster", "notify"};

std::string quoted(const std::string& text) { return Value(text).show(); }

std::string expression(const ast::Expr& expr);

std::string text_of(const ast::TextLiteral& literal) {
    if (literal.parts.size() == 1 && std::holds_alternative<std::string>(literal.parts[0]))
        return quoted(std::get<std::string>(literal.parts[0]));
    std::string out = "(text";
    for (const auto& part : literal.parts) {
        const auto* fixed = std::get_if<std::string>(&part);
        out += " " + (fixed != nullptr ? quoted(*fixed) : expression(*std::get<ast::ExprPtr>(part)));
    }
    return out + ")";
}

std::string arguments_of(const ast::Call& call) {
    std::string out;
    for (const ast::Argument& argument : call.arguments) {
        out += argument.name ? fmt::format(" {}: {}", argument.name->text, expression(*argument.value)) : " " + expression(*argument.value);
    }
    return out;
}

std::string expression(const ast::Expr& expr) {
    const auto inner = [](const ast::ExprPtr& e) { return expression(*e); };
    return std::visit(
        Overloaded{
            [](const ast::Literal& e) { return e.value.show(); },
            [](const ast::TextLiteral& e) { return text_of(e); },
            [](const ast::EnumName& e) { return e.name; },
            [](const ast::NameUse& e) { return e.name; },
            [](const ast::ListLiteral& e) {
                std::string out = "[";
                for (const ast::Expr& item : e.items) out += (out.size() == 1 ? "" : " ") + expression(item);
                return out + "]";
            },
            [&](const ast::Member& e) { return fmt::format("(. {} {})", inner(e.of), e.name.text); },
            [&](const ast::Call& e) { return fmt::format("(call {}{})", inner(e.callee), arguments_of(e)); },
            [&](const ast::On& e) { return fmt::format("(on {} {})", inner(e.what), inner(e.where)); },
            [&](const ast::Unary& e) { return fmt::format("({} {})", e.op == ast::Unary::Op::Not ? "not" : "-", inner(e.operand)); },
            [&](const ast::Binary& e) {
                return fmt::format("({} {} {})", operators[static_cast<std::size_t>(e.op)], inner(e.left), inner(e.right));
            },
            [&](const ast::IsUnknown& e) { return fmt::format("({} {})", e.negated ? "is-not-unknown" : "is-unknown", inner(e.operand)); },
            [&](const ast::Choice& e) { return fmt::format("(if {} {} {})", inner(e.condition), inner(e.yes), inner(e.no)); },
            [&](const ast::Quantified& e) {
                const std::string count = e.kind == Quantifier::Exactly ? fmt::format(" {}", e.count) : "";
                return fmt::format("({}{} {} {} {})", quantifiers[static_cast<std::size_t>(e.kind)], count, e.variable.text, inner(e.list),
                                   inner(e.body));
            },
            [&](const ast::Where& e) { return fmt::format("(where {} {})", inner(e.list), inner(e.condition)); },
            [&](const ast::OneOf& e) { return fmt::format("(one-of {})", inner(e.list)); },
        },
        expr.node);
}

std::string type_of(const ast::TypeName& type) {
    std::string out;
    for (int i = 0; i < type.lists; ++i) out += "list of ";
    return out + type.text;
}

std::string parameters_of(const std::vector<ast::Parameter>& parameters) {
    std::string out;
    for (const ast::Parameter& parameter : parameters) {
        out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", parameter.name.text, type_of(parameter.type));
    }
    return "(" + out + ")";
}

/// ` WORD VALUE`, or nothing where the clause was not written.
std::string clause(const char* word, const ast::ExprPtr& value) { return value ? fmt::format(" {} {}", word, expression(*value)) : ""; }

class Dumper {
  public:
    std::string out;

    void item(const ast::Item& item) {
        std::visit(
            Overloaded{
                [&](const ast::Stmt& s) { statement(s); },
                [&](const ast::Import& i) { line("import " + quoted(i.path)); },
                [&](const ast::SiteName& i) { line("site " + quoted(i.name)); },
                [&](const ast::Fact& i) { line(fmt::format("fact {}: {}{}", i.name.text, type_of(i.type), clause("=", i.default_value))); },
                [&](const ast::SecretDecl& i) { line(fmt::format("secret {} from {} {}", i.name.text, i.from.text, quoted(i.argument))); },
                [&](const ast::RecordDecl& i) { record(i); },
                [&](const ast::GroupDecl& i) {
                    line(fmt::format("group {} = {}", i.name.text, i.nobody ? "nobody" : expression(*i.hosts)));
                },
                [&](const ast::LockDecl& i) { line("lock " + expression(*i.hosts) + (i.id ? " as " + quoted(*i.id) : "")); },
                [&](const ast::SceneDecl& i) { scene(i); },
                [&](const ast::ReplyDecl& i) { reply(i); },
                [&](const ast::Invariant& i) { line(fmt::format("invariant {} = {}", quoted(i.text), expression(i.condition))); },
                [&](const ast::NeedsFact& i) { line(fmt::format("needs fact {}: {}", i.name.text, type_of(i.type))); },
                [&](const ast::NeedsGroup& i) {
                    std::string names;
                    for (const ast::Name& name : i.names) names += " " + name.text;
                    line("needs group" + names);
                },
                [&](const ast::NeedsVerb& i) {
                    line(fmt::format("needs {} {}{}{}{}", i.action ? "action" : "query", i.name.text, parameters_of(i.parameters),
                                     i.result ? ": " + type_of(*i.result) : "", i.text ? " " + expression(*i.text) : ""));
                },
                [&](const ast::NeedsScene& i) { line("needs scene " + quoted(i.name)); },
                [&](const ast::Param& i) {
                    line(fmt::format("param {}: {}{}{}", i.name.text, type_of(i.type), clause("=", i.default_value),
                                     i.doc.empty() ? "" : " " + quoted(i.doc)));
                },
                [&](const ast::Define& i) { define(i); },
                [&](const ast::Watch& i) {
                    line(fmt::format("watch {} every {} require {} after {} run {}", quoted(i.text), expression(i.every),
                                     expression(i.condition), i.failures, quoted(i.run)));
                },
            },
            item.node);
    }

  private:
    void line(const std::string& text) { out += std::string(indent_, ' ') + text + "\n"; }

    void block(const ast::Block& block) {
        indent_ += 2;
        for (const ast::Stmt& stmt : block) statement(stmt);
        indent_ -= 2;
    }
    /// A block with a word above it.
    void block(const char* word, const ast::Block& statements) {
        line(word);
        block(statements);
    }

    void record(const ast::RecordDecl& record) {
        line(fmt::format("{} {}", records[static_cast<std::size_t>(record.kind)], record.name.text));
        indent_ += 2;
        for (const ast::Entry& entry : record.entries) line(entry.key.text + " " + expression(entry.value));
        indent_ -= 2;
    }

    void scene(const ast::SceneDecl& scene) {
        std::string text = "scene " + quoted(scene.name);
        if (scene.after) text += " after " + quoted(*scene.after);
        for (const std::string& trouble : scene.troubles) text += " " + quoted(trouble);
        line(text);
    }

    void reply(const ast::ReplyDecl& reply) {
        const auto said = [](const ast::ReplyDecl::Said& one) {
            return one.refused ? "refused" : (one.status ? fmt::format("{} ", *one.status) : "") + quoted(one.text);
        };
        std::string text = fmt::format("reply {} on {} = {}", quoted(reply.asked), expression(*reply.hosts), said(reply.said));
        for (const ast::ReplyDecl::Change& change : reply.changes) {
            const std::string on = change.hosts == nullptr ? "" : " on " + expression(*change.hosts);
            text += fmt::format(" after {}{} = {}", quoted(change.after), on, said(change.said));
        }
        line(text);
    }

    void define(const ast::Define& define) {
        const std::string head = fmt::format("define {}{}{}{}", define.action ? "action " : "", define.name.text,
                                             parameters_of(define.parameters), define.result ? ": " + type_of(*define.result) : "");
        if (const auto* value = std::get_if<ast::Expr>(&define.body)) {
            line(head + " = " + expression(*value));
        } else {
            line(head);
            block(std::get<ast::Block>(define.body));
        }
    }

    /// What stands after `else`: a text on the line of its statement, a block below it.
    static std::string else_text(const ast::Otherwise& otherwise) {
        const auto* text = std::get_if<ast::Expr>(&otherwise);
        return text != nullptr ? " else " + expression(*text) : "";
    }
    void else_block(const ast::Otherwise& otherwise) {
        if (const auto* statements = std::get_if<ast::Block>(&otherwise)) block("else", *statements);
    }

    void statement(const ast::Stmt& stmt) {
        std::visit(
            Overloaded{
                [&](const ast::Step& s) {
                    const std::string retry = s.retry ? fmt::format(" retry {} every {}", s.retry->times, expression(*s.retry->every)) : "";
                    line("step " + expression(s.title) + clause("within", s.within) + retry);
                    block(s.body);
                },
                [&](const ast::OnBlock& s) {
                    line(fmt::format("on {}{}{}", expression(*s.hosts), s.parallel ? " in parallel" : "", clause("max", s.max)));
                    block(s.body);
                },
                [&](const ast::Parallel& s) { block("parallel", s.branches); },
                [&](const ast::For& s) {
                    line(fmt::format("for {} in {}", s.variable.text, expression(*s.list)));
                    block(s.body);
                },
                [&](const ast::If& s) {
                    line("if " + expression(s.condition));
                    block(s.yes);
                    if (!s.no.empty()) block("else", s.no);
                },
                [&](const ast::Require& s) { line("require " + expression(s.condition) + clause("else", s.message)); },
                [&](const ast::Wait& s) {
                    line("wait_until " + expression(s.condition) + clause("within", s.within) + clause("every", s.every) +
                         clause("each", s.each) + clause("holding", s.holding) + clause("showing", s.showing) + else_text(s.otherwise));
                    else_block(s.otherwise);
                },
                [&](const ast::Let& s) { let(s); },
                [&](const ast::Confirm& s) { line("confirm " + expression(s.text) + clause("within", s.within)); },
                [&](const ast::Note& s) { line("note " + expression(s.text)); },
                [&](const ast::Mark& s) { line("mark " + expression(s.text)); },
                [&](const ast::Fail& s) { line("fail " + expression(s.text)); },
                [&](const ast::GoOn& s) { line("go_on " + expression(s.reason)); },
                [&](const ast::Commit& s) { line("commit " + expression(s.reason)); },
                [&](const ast::OnFailure& s) { block("on_failure", s.body); },
                [&](const ast::Action& s) {
                    line(expression(s.call) + clause("within", s.within) + clause("done_when", s.done_when) + clause("leave", s.leave) +
                         else_text(s.otherwise));
                    else_block(s.otherwise);
                    if (s.undo) block("undo", *s.undo);
                },
            },
            stmt.node);
    }

    void let(const ast::Let& let) {
        const std::string value =
            std::visit(Overloaded{
                           [](const ast::Expr& e) { return expression(e); },
                           [](const ast::Find& f) {
                               return fmt::format("(find {} {} {})", f.variable.text, expression(f.list), expression(f.condition));
                           },
                           [](const ast::Ask& a) { return fmt::format("(ask {} {})", type_of(a.type), expression(a.question)); },
                       },
                       let.value);
        line(fmt::format("{} {} = {}", let.keep ? "keep" : "let", let.name.text, value));
    }

    std::size_t indent_ = 0;
};

}  // namespace

std::string dump(const ast::File& file) {
    Dumper dumper;
    for (const ast::Item& item : file.items) dumper.item(item);
    for (const ast::Comment& comment : file.comments)
        dumper.out += fmt::format("comment{} {}\n", comment.own_line ? "" : " after", comment.text);
    return dumper.out;
}

std::string dump(const ast::Expr& expr) { return expression(expr); }

}  // namespace lang
