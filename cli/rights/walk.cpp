#include "cli/rights/walk.hpp"

#include <algorithm>
#include <optional>

#include "runtime/outcome.hpp"

namespace cli::show {

namespace ir = lang::program;
using runtime::Frame;
using runtime::Value;

namespace {

/// What is found out may be one of so many things, together: the product of what each machine that is looked for may be.
constexpr std::size_t most_ways = 256;

using Values = std::vector<Value>;  ///< what it may be; empty where only the run knows
using Frames = std::vector<Frame>;

bool holds_list(const Value& value) { return std::holds_alternative<std::shared_ptr<const lang::List>>(value.payload()); }
bool holds_host(const Value& value) { return std::holds_alternative<const lang::Host*>(value.payload()); }

/// The parts that are read in the same frame.
std::vector<const ir::Expr*> parts_of(const ir::Expr& expression) {
    std::vector<const ir::Expr*> parts;
    const auto add = [&](const ir::ExprPtr& part) {
        if (part) parts.push_back(part.get());
    };
    const auto add_all = [&](const std::vector<ir::Expr>& all) {
        for (const ir::Expr& part : all) parts.push_back(&part);
    };
    std::visit(
        [&](const auto& node) {
            if constexpr (requires { node.operand; }) add(node.operand);
            if constexpr (requires { node.left; }) {
                add(node.left);
                add(node.right);
            }
            if constexpr (requires { node.yes; }) {
                add(node.condition);
                add(node.yes);
                add(node.no);
            }
            if constexpr (requires { node.record; }) add(node.record);
            if constexpr (requires { node.host; }) add(node.host);
            if constexpr (requires { node.list; }) add(node.list);
            if constexpr (requires { node.on; }) add(node.on);
            if constexpr (requires { node.items; }) add_all(node.items);
            if constexpr (requires { node.parts; }) add_all(node.parts);
            if constexpr (requires { node.arguments; }) add_all(node.arguments);
        },
        expression.node);
    return parts;
}

class Walk {
  public:
    Walk(const ir::Program& program, const ByHand& by_hand, Needs& needs) : program_(program), by_hand_(by_hand), needs_(needs) {}

    bool whole() {
        Frame frame;
        frame.slots.resize(static_cast<std::size_t>(program_.slots));
        for (const ir::Parameter& parameter : program_.parameters) frame[parameter.slot] = parameter.value;
        block(program_.body, {frame});
        for (const ir::Watch& watch : program_.watches) ask(watch.condition, frame);
        needs_.residues();
        return complete_;
    }

  private:
    // ------------------------------------------------------------ what a value may be

    Values may_be(const ir::Expr& expression, const Frame& frame) {
        if (auto value = by_hand_.computed(expression, frame)) return {std::move(*value)};
        if (const auto* filter = std::get_if<ir::Filter>(&expression.node)) return may_be(*filter->list, frame);  // at most all of it
        if (const auto* only = std::get_if<ir::OneOf>(&expression.node)) return elements(*only->list, frame);
        if (const auto* choice = std::get_if<ir::Choice>(&expression.node)) {
            Values values = may_be(*choice->yes, frame), others = may_be(*choice->no, frame);
            if (values.empty() || others.empty()) return {};
            values.insert(values.end(), others.begin(), others.end());
            return values;
        }
        if (const auto* list = std::get_if<ir::ListOf>(&expression.node)) return list_may_be(*list, frame);
        if (const auto* call = std::get_if<ir::CallDefine>(&expression.node)) {
            Values values;
            for (const Frame& inner : inside(*call, call->on, frame)) {
                const Values here = may_be(std::get<ir::Expr>(program_.defines[call->define].body), inner);
                if (here.empty()) return {};
                values.insert(values.end(), here.begin(), here.end());
            }
            return values;
        }
        return {};
    }

    /// One list, of all that may be in it.
    Values list_may_be(const ir::ListOf& list, const Frame& frame) {
        Values items;
        for (const ir::Expr& item : list.items) {
            const Values values = may_be(item, frame);
            if (values.empty()) return {};
            for (const Value& value : values) {
                if (list.flatten && holds_list(value)) {
                    items.insert(items.end(), value.items().begin(), value.items().end());
                } else {
                    items.push_back(value);
                }
            }
        }
        return {Value::list(std::move(items))};
    }

    /// What may be in a list, or the only thing, where it is none.
    Values elements(const ir::Expr& list, const Frame& frame) {
        Values all;
        for (const Value& value : may_be(list, frame)) {
            const Values items = holds_list(value) ? value.items() : Values{value};
            all.insert(all.end(), items.begin(), items.end());
        }
        return all;
    }

    std::vector<const lang::Host*> hosts(const ir::ExprPtr& on, const Frame& frame) {
        if (!on) return {frame.host};
        std::vector<const lang::Host*> found;
        for (const Value& value : elements(*on, frame)) {
            if (holds_host(value)) found.push_back(&value.host());
        }
        return found;
    }

    /// Every combination of what the arguments may be; what only the run knows is unknown in it.
    std::vector<Values> arguments(const std::vector<ir::Expr>& written, const Frame& frame) {
        std::vector<Values> all = {{}};
        for (const ir::Expr& argument : written) {
            Values values = may_be(argument, frame);
            if (values.empty()) values.push_back(Value::unknown("found out on the way"));
            std::vector<Values> longer;
            for (const Values& before : all) {
                for (const Value& value : values) {
                    longer.push_back(before);
                    longer.back().push_back(value);
                }
            }
            all = bounded(std::move(longer));
        }
        return all;
    }

    template <typename T>
    std::vector<T> bounded(std::vector<T> all) {
        if (all.size() <= most_ways) return all;
        complete_ = false;
        all.resize(most_ways);
        return all;
    }

    /// The frames in which a define may be read. They refer to `frame`.
    template <typename CallOfDefine>
    Frames inside(const CallOfDefine& call, const ir::ExprPtr& on, const Frame& frame) {
        Frames frames;
        Frame* globals = frame.globals != nullptr ? frame.globals : const_cast<Frame*>(&frame);  // a define only reads them
        for (const lang::Host* host : hosts(on, frame)) {
            for (Values& values : arguments(call.arguments, frame)) {
                Frame inner{.slots = std::move(values), .globals = globals, .host = host};
                inner.slots.resize(std::max(inner.slots.size(), static_cast<std::size_t>(program_.defines[call.define].slots)));
                frames.push_back(std::move(inner));
            }
        }
        return frames;
    }

    // ------------------------------------------------------------ what is asked

    void ask(const ir::ExprPtr& expression, const Frame& frame) {
        if (expression) ask(*expression, frame);
    }

    void ask(const ir::Expr& expression, const Frame& frame) {
        for (const ir::Expr* part : parts_of(expression)) ask(*part, frame);
        if (const auto* quantified = std::get_if<ir::Quantified>(&expression.node)) {
            ask_each(*quantified->list, *quantified->body, quantified->slot, quantified->on_element, frame);
        } else if (const auto* filter = std::get_if<ir::Filter>(&expression.node)) {
            ask_each(*filter->list, *filter->condition, filter->slot, false, frame);
        } else if (const auto* define = std::get_if<ir::CallDefine>(&expression.node)) {
            const ir::Define& defined = program_.defines[define->define];
            for (const Frame& inner : inside(*define, define->on, frame)) ask(std::get<ir::Expr>(defined.body), inner);
        } else if (const auto* query = std::get_if<ir::Call>(&expression.node)) {
            if (registry()[query->builtin].signature.effect == lang::Effect::Pure) return;
            for (const lang::Host* host : hosts(query->on, frame)) call(query->builtin, query->arguments, host, expression.span, frame);
        }
    }

    void ask_each(const ir::Expr& list, const ir::Expr& body, int slot, bool on_element, const Frame& frame) {
        Values all = elements(list, frame);
        if (all.empty()) all.push_back(Value::unknown("each in turn"));
        for (const Value& element : all) {
            Frame inner = frame;
            inner[slot] = element;
            if (on_element && holds_host(element)) inner.host = &element.host();
            ask(body, inner);
        }
    }

    void call(std::size_t builtin, const std::vector<ir::Expr>& written, const lang::Host* host, lang::Span span, const Frame& frame) {
        if (host == nullptr) return;
        for (const Values& values : arguments(written, frame)) {
            if (lang::unknown_among(values) != nullptr) {
                needs_.open_call(*host, by_hand_.source_of(span), step_);
            } else {
                needs_.call(builtin, values, *host, step_);
            }
        }
    }

    // ------------------------------------------------------------ statements: from what may be known before to what may be known after

    Frames block(const ir::Block& block, Frames frames) {
        for (const ir::Stmt& stmt : block) {
            Frames after;
            for (Frame& frame : frames) {
                Frames here = std::visit([&](const auto& node) { return go(node, stmt, frame); }, stmt.node);
                std::move(here.begin(), here.end(), std::back_inserter(after));
            }
            frames = bounded(std::move(after));
        }
        return frames;
    }

    Frames go(const ir::Step& step, const ir::Stmt&, Frame& frame) {
        const std::string outer = std::exchange(step_, step.number);
        ask(step.title, frame);
        Frames after;
        for (const Frame& inner : block(step.body, {frame})) {
            Frame left = frame;
            for (const int slot : step.visible) left[slot] = inner.slots[static_cast<std::size_t>(slot)];
            after.push_back(std::move(left));
            if (step.visible.empty()) break;
        }
        step_ = outer;
        return after.empty() ? Frames{frame} : after;
    }

    Frames go(const ir::On& on, const ir::Stmt&, Frame& frame) {
        ask(on.hosts, frame);
        for (const Value& host : elements(on.hosts, frame)) {
            if (!holds_host(host)) continue;
            Frame inner = frame;
            inner.host = &host.host();
            block(on.body, {inner});
        }
        return {frame};
    }

    Frames go(const ir::Parallel& parallel, const ir::Stmt&, Frame& frame) { return block(parallel.branches, {frame}); }

    Frames go(const ir::For& loop, const ir::Stmt&, Frame& frame) {
        ask(loop.list, frame);
        Values all = elements(loop.list, frame);
        if (all.empty()) all.push_back(Value::unknown("each in turn"));
        for (const Value& element : all) {
            Frame inner = frame;
            inner[loop.slot] = element;
            block(loop.body, {inner});
        }
        return {frame};
    }

    Frames go(const ir::If& choice, const ir::Stmt&, Frame& frame) {
        ask(choice.condition, frame);
        const auto known = by_hand_.computed(choice.condition, frame);
        if (!known || known->boolean()) block(choice.yes, {frame});
        if (!known || !known->boolean()) block(choice.no, {frame});
        return {frame};
    }

    Frames go(const ir::OnFailure& answer, const ir::Stmt&, Frame& frame) {
        block(answer.body, {frame});
        return {frame};
    }

    Frames go(const ir::Require& require, const ir::Stmt&, Frame& frame) {
        ask(require.condition, frame);
        ask(require.message, frame);
        return {frame};
    }

    Frames go(const ir::Wait& wait, const ir::Stmt&, Frame& frame) {
        ask(wait.condition, frame);
        ask(wait.showing, frame);
        otherwise(wait.otherwise, frame);
        return {frame};
    }

    void otherwise(const ir::Otherwise& otherwise, const Frame& frame) {
        if (const auto* message = std::get_if<ir::Expr>(&otherwise)) ask(*message, frame);
        if (const auto* statements = std::get_if<ir::Block>(&otherwise)) block(*statements, {frame});
    }

    Frames each_of(int slot, Values values, const Frame& frame) {
        if (values.empty()) values.push_back(Value::unknown("found out on the way"));
        Frames after;
        for (Value& value : values) {
            after.push_back(frame);
            after.back()[slot] = std::move(value);
        }
        return after;
    }

    Frames go(const ir::Let& let, const ir::Stmt&, Frame& frame) {
        ask(let.value, frame);
        return each_of(let.slot, may_be(let.value, frame), frame);
    }

    Frames go(const ir::Find& find, const ir::Stmt&, Frame& frame) {
        ask(find.list, frame);
        ask_each(find.list, find.condition, find.variable_slot, true, frame);
        return each_of(find.slot, elements(find.list, frame), frame);
    }

    Frames go(const ir::Ask& question, const ir::Stmt&, Frame& frame) {
        ask(question.question, frame);
        return each_of(question.slot, {}, frame);
    }

    Frames go(const ir::Confirm& confirm, const ir::Stmt&, Frame& frame) { return says(confirm.text, frame); }
    Frames go(const ir::Note& note, const ir::Stmt&, Frame& frame) { return says(note.text, frame); }
    Frames go(const ir::Fail& fail, const ir::Stmt&, Frame& frame) { return says(fail.text, frame); }
    Frames go(const ir::GoOn& go_on, const ir::Stmt&, Frame& frame) { return says(go_on.reason, frame); }
    Frames go(const ir::Commit& commit, const ir::Stmt&, Frame& frame) { return says(commit.reason, frame); }
    Frames go(const ir::Mark&, const ir::Stmt&, Frame& frame) { return {frame}; }
    Frames says(const ir::Expr& text, const Frame& frame) {
        ask(text, frame);
        return {frame};
    }

    Frames go(const ir::Action& action, const ir::Stmt& stmt, Frame& frame) {
        for (const ir::Expr& argument : action.arguments) ask(argument, frame);
        call(action.builtin, action.arguments, frame.host, stmt.span, frame);
        ask(action.done_when, frame);
        clauses(action.clauses, frame);
        return {frame};
    }

    Frames go(const ir::RunDefine& run, const ir::Stmt&, Frame& frame) {
        for (const ir::Expr& argument : run.arguments) ask(argument, frame);
        const ir::Define& define = program_.defines[run.define];
        for (const Frame& inner : inside(run, nullptr, frame)) {
            if (define.human) {
                ask(*define.human, inner);
            } else {
                block(std::get<ir::Block>(define.body), {inner});
            }
        }
        clauses(run.clauses, frame);
        return {frame};
    }

    void clauses(const ir::Clauses& clauses, const Frame& frame) {
        if (clauses.undo) block(*clauses.undo, {frame});
        ask(clauses.leave, frame);
        otherwise(clauses.otherwise, frame);
    }

    const ir::Program& program_;
    const ByHand& by_hand_;
    Needs& needs_;
    std::string step_;
    bool complete_ = true;
};

}  // namespace

bool find_needs(const ir::Program& program, const ByHand& by_hand, Needs& needs) { return Walk(program, by_hand, needs).whole(); }

}  // namespace cli::show
