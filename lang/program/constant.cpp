#include "lang/program/constant.hpp"

#include <fmt/format.h>

#include "lang/model/operators.hpp"
#include "lang/model/site.hpp"

namespace lang {

namespace {

using Known = std::optional<Value>;
using namespace program;

std::optional<std::vector<Value>> all_known(std::span<const Expr> expressions, const Frame& frame) {
    std::vector<Value> values;
    for (const Expr& expression : expressions) {
        Known value = constant(expression, frame);
        if (!value) return std::nullopt;
        values.push_back(std::move(*value));
    }
    return values;
}

Known slot(std::span<const Known> slots, int index) {
    const auto at = static_cast<std::size_t>(index);
    return at < slots.size() ? slots[at] : std::nullopt;
}

Known local(const Frame& frame, int index) {
    for (const Element* element = frame.element; element != nullptr; element = element->outer) {
        if (element->slot == index) return element->value;
    }
    return slot(frame.slots, index);
}

Known value_of(const Computed& computed) { return computed.failed() ? std::nullopt : Known(computed.value); }

/// What `body` is for one element of the list that it is asked of.
Known for_element(const Value& value, int slot, bool is_place, const Expr& body, const Frame& frame) {
    if (value.is_unknown()) return value;
    const Element element{.slot = slot, .value = value, .outer = frame.element};
    Frame inner = frame;
    inner.element = &element;
    if (is_place) inner.host = &value.host();
    return constant(body, inner);
}

class Evaluator {
  public:
    explicit Evaluator(const Frame& frame) : frame_(frame) {}

    Known operator()(const Literal& literal) const { return literal.value; }
    Known operator()(const Slot& use) const { return local(frame_, use.index); }
    Known operator()(const Global& use) const { return slot(frame_.globals, use.index); }
    Known operator()(const CurrentHost&) const { return frame_.host == nullptr ? std::nullopt : Known(Value(frame_.host)); }

    Known operator()(const FactOf& fact) const {
        const Known host = constant(*fact.host, frame_);
        if (!host || host->is_unknown()) return host;
        const auto& facts = host->host().facts;
        const auto it = facts.find(fact.fact);
        return it == facts.end() ? std::nullopt : Known(it->second);
    }

    Known operator()(const FieldOf& field) const {
        const Known record = constant(*field.record, frame_);
        if (!record || record->is_unknown()) return record;
        return record->record().fields[field.field];
    }

    Known operator()(const ListOf& list) const {
        auto items = all_known(list.items, frame_);
        if (!items) return std::nullopt;
        return list.flatten ? joined(*items) : Value::list(std::move(*items));
    }

    Known operator()(const Interpolated& text) const {
        const auto parts = all_known(text.parts, frame_);
        return parts ? Known(interpolate(*parts)) : std::nullopt;
    }

    Known operator()(const Not& node) const {
        const Known operand = constant(*node.operand, frame_);
        return operand ? Known(logical_not(*operand)) : std::nullopt;
    }

    Known operator()(const Negate& node) const {
        const Known operand = constant(*node.operand, frame_);
        return operand ? value_of(negate(*operand)) : std::nullopt;
    }

    /// A side that decides alone makes the whole constant, whatever the other side asks of the world.
    Known operator()(const Logic& logic) const {
        const Known left = constant(*logic.left, frame_);
        if (decides(left, logic.is_and)) return left;
        const Known right = constant(*logic.right, frame_);
        if (decides(right, logic.is_and)) return right;
        if (!left || !right) return std::nullopt;
        return logic.is_and ? logical_and(*left, *right) : logical_or(*left, *right);
    }

    Known operator()(const Compare& node) const {
        const Known left = constant(*node.left, frame_);
        const Known right = constant(*node.right, frame_);
        if (!left || !right) return std::nullopt;
        return compare(node.op, *left, *right);
    }

    Known operator()(const Arithmetic& node) const {
        const Known left = constant(*node.left, frame_);
        const Known right = constant(*node.right, frame_);
        if (!left || !right) return std::nullopt;
        return value_of(arithmetic(node.op, *left, *right));
    }

    Known operator()(const IsUnknown& node) const {
        const Known operand = constant(*node.operand, frame_);
        return operand ? Known(Value(operand->is_unknown() != node.negated)) : std::nullopt;
    }

    Known operator()(const Choice& choice) const {
        const Known condition = constant(*choice.condition, frame_);
        if (!condition || condition->is_unknown()) return condition;
        return constant(condition->boolean() ? *choice.yes : *choice.no, frame_);
    }

    Known operator()(const Quantified& node) const;
    Known operator()(const Filter& filter) const;

    Known operator()(const OneOf& node) const {
        const Known list = constant(*node.list, frame_);
        if (!list || list->is_unknown()) return list;
        return list->items().size() == 1 ? Known(list->items().front()) : std::nullopt;
    }

    Known operator()(const CallDefine& call) const {
        if (call.define >= frame_.defines.size()) return std::nullopt;
        const Define& define = frame_.defines[call.define];
        const auto* body = std::get_if<Expr>(&define.body);
        if (body == nullptr || define.human) return std::nullopt;
        std::vector<Known> slots(static_cast<std::size_t>(define.slots));
        for (std::size_t i = 0; i < call.arguments.size(); ++i) slots[i] = constant(call.arguments[i], frame_);
        Frame inner = frame_;
        inner.slots = slots;
        inner.element = nullptr;
        if (call.on) {
            const Known host = constant(*call.on, frame_);
            inner.host = host && !host->is_unknown() ? &host->host() : nullptr;
        }
        return constant(*body, inner);
    }

    // What only a run can tell.
    Known operator()(const SecretUse&) const { return std::nullopt; }
    Known operator()(const Kept&) const { return std::nullopt; }
    Known operator()(const Call&) const { return std::nullopt; }
    Known operator()(const Here&) const { return std::nullopt; }

  private:
    static bool decides(const Known& side, bool is_and) { return side && !side->is_unknown() && side->boolean() != is_and; }

    const Frame& frame_;
};

Known Evaluator::operator()(const Quantified& node) const {
    const Known list = constant(*node.list, frame_);
    if (!list || list->is_unknown()) return list;
    using enum Quantifier;
    std::int64_t yes = 0;
    std::int64_t open = 0;  // only a run can tell
    std::int64_t unknowns = 0;
    Known unknown;
    for (const Value& element : list->items()) {
        const Known body = for_element(element, node.slot, node.on_element, *node.body, frame_);
        if (!body) {
            ++open;
        } else if (body->is_unknown()) {
            ++unknowns;
            unknown = body;
        } else if (body->boolean()) {
            ++yes;
        } else if (node.kind == All) {
            return false;
        }
    }
    if (node.kind == Any && yes > 0) return true;
    if (node.kind == No && yes > 0) return false;
    if (node.kind == Exactly && (yes > node.count || yes + open + unknowns < node.count)) return false;
    if (open > 0) return std::nullopt;
    if (unknowns > 0) return unknown;
    return node.kind != Any;  // nobody spoke against it
}

Known Evaluator::operator()(const Filter& filter) const {
    const Known list = constant(*filter.list, frame_);
    if (!list || list->is_unknown()) return list;
    std::vector<Value> kept;
    for (const Value& element : list->items()) {
        const Known condition = for_element(element, filter.slot, false, *filter.condition, frame_);
        if (!condition || condition->is_unknown()) return condition;
        if (condition->boolean()) kept.push_back(element);
    }
    return Value::list(std::move(kept));
}

/// The checker has reported it: whatever stands there, it is not a value of any type.
bool is_refused(const Type& type) { return type.kind() == Kind::Nothing || (type.kind() == Kind::List && is_refused(type.element())); }

/// A text that doubles itself forty times is not a value that anybody needs beforehand.
bool is_huge(const Value& value) {
    constexpr std::size_t longest_text = 64 * 1024;
    constexpr std::size_t most_items = 10'000;
    if (const auto* text = std::get_if<Text>(&value.payload())) return text->value.size() > longest_text;
    const auto* list = std::get_if<std::shared_ptr<const List>>(&value.payload());
    return list != nullptr && (*list)->items.size() > most_items;
}

}  // namespace

std::optional<Value> constant(const Expr& expression, const Frame& frame) {
    if (frame.steps == nullptr) {
        std::size_t enough = 1'000'000;
        Frame counted = frame;
        counted.steps = &enough;
        return constant(expression, counted);
    }
    if (*frame.steps == 0 || is_refused(expression.type)) return std::nullopt;
    --*frame.steps;
    Known value = std::visit(Evaluator(frame), expression.node);
    const bool is_known = value && !value->is_nothing() && !is_huge(*value);  // nothing: of a parameter or fact that was refused
    return is_known ? value : std::nullopt;
}

std::string unfit_as_limit(Duration limit) {
    if (limit <= Duration::zero()) return fmt::format("needs a time longer than 0s, and this is {}", show(limit));
    if (limit > longest_duration) return fmt::format("needs a time of a hundred years at most, and this is {}", show(limit));
    return {};
}

}  // namespace lang
