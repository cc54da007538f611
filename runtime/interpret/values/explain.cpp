#include "runtime/interpret/values/explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "runtime/interpret/values/named.hpp"
#include "runtime/shell/dialect.hpp"

namespace runtime {

using namespace lang::program;
using Op = lang::BinaryOp;

namespace {

Op opposite(Op op) {
    switch (op) {
        case Op::Equal:
            return Op::Unequal;
        case Op::Unequal:
            return Op::Equal;
        case Op::Less:
            return Op::GreaterEqual;
        case Op::LessEqual:
            return Op::Greater;
        case Op::Greater:
            return Op::LessEqual;
        default:
            return Op::Less;
    }
}

const char* written(Op op) {
    switch (op) {
        case Op::Equal:
            return "==";
        case Op::Unequal:
            return "!=";
        case Op::Less:
            return "<";
        case Op::LessEqual:
            return "<=";
        case Op::Greater:
            return ">";
        default:
            return ">=";
    }
}

bool is(const Value& value, bool wanted) { return !value.is_unknown() && value.boolean() == wanted; }

/// Long values (lists of twenty servers) would drown the sentence they stand in. The reason of an unknown tells the way out: it stays.
std::string brief(const Value& value) {
    const std::size_t enough = value.is_unknown() ? 1000 : 160;
    std::string text = value.show();
    if (text.size() > enough) {
        std::size_t cut = enough;
        while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
        text = text.substr(0, cut) + " …";
    }
    return text;
}

/// Of a long list the first ones are told, and how many more there are.
constexpr std::size_t most_elements = 20;

/// What is known of one: `user "jtel", machine "acd-jb1", time 12s`. Empty texts tell nothing.
std::string told(const Value& element) {
    const auto* record = std::get_if<std::shared_ptr<const lang::Record>>(&element.payload());
    if (record == nullptr) return brief(element);
    std::vector<std::string> fields;
    for (std::size_t i = 0; i < (*record)->fields.size(); ++i) {
        const Value& field = (*record)->fields[i];
        if (const auto* text = std::get_if<lang::Text>(&field.payload()); text != nullptr && text->value.empty()) continue;
        fields.push_back(fmt::format("{} {}", (*record)->type->fields[i].name, brief(field)));
    }
    return fmt::format("{}", fmt::join(fields, ", "));
}

/// The host that a read names: `on store1` behind `drbd.status("r0").role`. Null where it names none.
const Expr* named_host(const Expr& read) {
    if (const auto* field = std::get_if<FieldOf>(&read.node)) return named_host(*field->record);
    if (const auto* define = std::get_if<CallDefine>(&read.node)) return define->on.get();
    const auto* call = std::get_if<Call>(&read.node);
    if (call == nullptr || call->on) return call == nullptr ? nullptr : call->on.get();
    return call->arguments.empty() ? nullptr : named_host(call->arguments.front());  // `shell.query("…").line(2) on store1`
}

/// Walks down to the parts that decide. `wanted` is the truth value that the part should have had.
class Explainer {
  public:
    Explainer(Evaluator& evaluator, Frame& frame, Evaluation& evaluation)
        : evaluator_(evaluator), frame_(&frame), evaluation_(evaluation) {}

    struct Part {
        std::string text;
        std::vector<std::string> elements;  ///< of the list that was counted
    };
    std::vector<Part> parts;

    void visit(const Expr& expr, bool wanted) {
        if (is(value(expr), wanted)) return;
        if (const auto* e = std::get_if<Not>(&expr.node)) return visit(*e->operand, !wanted);
        if (const auto* e = std::get_if<Logic>(&expr.node)) {
            visit(*e->left, wanted);
            // The right side was not asked where the left side had decided.
            if (!is(value(*e->left), !e->is_and)) visit(*e->right, wanted);
            return;
        }
        if (const auto* e = std::get_if<Compare>(&expr.node)) return compared(*e, wanted);
        if (const auto* e = std::get_if<Quantified>(&expr.node); e != nullptr && elements(*e, wanted)) return;
        if (const auto* e = std::get_if<CallDefine>(&expr.node)) return defined(*e, wanted);
        if (const auto* e = std::get_if<Call>(&expr.node); e != nullptr && evaluator_.lists_failings(*e)) return failings(expr, *e);
        say(expr, value(expr));
    }

  private:
    Value value(const Expr& expr) { return evaluator_.evaluate(expr, *frame_, evaluation_); }

    void add(const std::string& text, std::vector<std::string> elements = {}) {
        parts.push_back({.text = prefix_ + text, .elements = std::move(elements)});
    }

    void say(const Expr& expr, const Value& seen) { add(fmt::format("{} is {}", asked(expr), brief(seen))); }

    /// As it is written, with the values of its names, and which host `on balancer` is today.
    std::string asked(const Expr& expr) {
        std::string text = with_values(evaluator_, expr, *frame_);
        const Expr* const on = named_host(expr);
        if (on == nullptr) return text;
        const Value host = value(*on);
        const bool tells_more = !host.is_unknown() && host.plain() != with_values(evaluator_, *on, *frame_);
        return tells_more ? fmt::format("{} ({})", text, host.plain()) : text;
    }

    void compared(const Compare& e, bool wanted) {
        const Value left = value(*e.left);
        const Value right = value(*e.right);
        const std::string expected = fmt::format("{} {}", written(wanted ? e.op : opposite(e.op)), evaluator_.source_of(*e.right));
        std::string text = fmt::format("{} is {}, expected {}", asked(*e.left), brief(left), expected);
        if (!std::holds_alternative<Literal>(e.right->node)) text += fmt::format(", which is {}", brief(right));
        add(text, elements_of(*e.left));
    }

    /// The elements of the list whose `count` or the like is compared: how many there are tells nobody which.
    std::vector<std::string> elements_of(const Expr& expr) {
        const auto* method = std::get_if<Call>(&expr.node);
        if (method == nullptr || method->on || method->arguments.empty()) return {};
        const Value list = value(method->arguments.front());
        if (!std::holds_alternative<std::shared_ptr<const lang::List>>(list.payload())) return {};
        std::vector<std::string> elements;
        for (const Value& element : list.items()) {
            if (elements.size() == most_elements) {
                elements.push_back(fmt::format("and {} more", list.items().size() - most_elements));
                break;
            }
            elements.push_back(told(element));
        }
        return elements;
    }

    /// What a define stands for: its own name tells nobody what is the matter.
    void defined(const CallDefine& call, bool wanted) {
        std::optional<Frame> inner = evaluator_.inside(call, *frame_, evaluation_);
        if (!inner) return say(*call.on, value(*call.on));
        Frame* const outer = std::exchange(frame_, &*inner);
        visit(evaluator_.body_of(call), wanted);
        frame_ = outer;
    }

    /// Everything that is wrong, an item a part: who mends one wants to see the others too.
    void failings(const Expr& expr, const Call& call) {
        const Value list = evaluator_.query(call, *frame_, evaluation_);
        // Wanted false, it has nothing to list; and what could not be read at all has its one reason.
        if (list.is_unknown() || list.items().empty()) return say(expr, value(expr));
        const std::string question = asked(expr);
        for (const Value& item : list.items()) add(fmt::format("{}: {}", question, item.is_unknown() ? item.show() : item.text()));
    }

    /// The elements that decide, each with its reasons. False where there is none to name.
    bool elements(const Quantified& e, bool wanted) {
        const Value list = value(*e.list);
        if (list.is_unknown()) {
            say(*e.list, list);
            return true;
        }
        using Of = lang::Quantifier;
        const bool body_wanted = (e.kind == Of::All || e.kind == Of::Any) == wanted;
        const std::size_t before = parts.size();
        const std::string outer = prefix_;
        const lang::Host* const outer_host = frame_->host;
        for (const Value& item : list.items()) {
            if (item.is_unknown()) continue;
            (*frame_)[e.slot] = item;
            if (e.on_element) frame_->host = &item.host();
            prefix_ = fmt::format("{}{}: ", outer, e.on_element ? item.plain() : brief(item));
            visit(*e.body, body_wanted);
        }
        frame_->host = outer_host;
        prefix_ = outer;
        return parts.size() > before;
    }

    Evaluator& evaluator_;
    Frame* frame_;  ///< of the define that is looked into, or of the condition itself
    Evaluation& evaluation_;
    std::string prefix_;
};

std::vector<Explainer::Part> parts_of(Evaluator& evaluator, const Expr& condition, Frame& frame, Evaluation& evaluation) {
    Frame scratch = frame;  // the walk binds variables of quantifiers
    Explainer explainer(evaluator, scratch, evaluation);
    explainer.visit(condition, true);
    return std::move(explainer.parts);
}

}  // namespace

std::vector<std::string> explain(Evaluator& evaluator, const Expr& condition, Frame& frame, Evaluation& evaluation) {
    std::vector<std::string> lines;
    for (Explainer::Part& part : parts_of(evaluator, condition, frame, evaluation)) {
        lines.push_back(std::move(part.text));
        for (const std::string& element : part.elements) lines.push_back("  " + element);
    }
    const Time now = evaluator.world().scheduler.now();
    std::set<std::string> told;
    for (const Observation& seen : evaluation.observations()) {
        if (seen.command.empty() || !told.insert(seen.host + '\n' + seen.command).second) continue;
        const Duration age = now - seen.at;
        const std::string when =
            age < std::chrono::seconds(1) ? "just now" : lang::show(std::chrono::floor<std::chrono::seconds>(age)) + " ago";
        lines.push_back(fmt::format("read on {} by: {} ({})", seen.host, without_base64(seen.command), when));
    }
    return lines;
}

std::string explain_briefly(Evaluator& evaluator, const Expr& condition, Frame& frame, Evaluation& evaluation) {
    std::vector<std::string> parts;
    for (Explainer::Part& part : parts_of(evaluator, condition, frame, evaluation)) {
        parts.push_back(std::move(part.text));
        if (part.elements.empty()) continue;
        parts.back() += fmt::format(" ({})", part.elements.front());
        if (part.elements.size() > 1) parts.back().insert(parts.back().size() - 1, "; …");
    }
    constexpr std::size_t enough = 3;
    if (parts.size() <= enough) return fmt::format("{}", fmt::join(parts, "; "));
    return fmt::format("{}; and {} more", fmt::join(parts.begin(), parts.begin() + enough, "; "), parts.size() - enough);
}

}  // namespace runtime
