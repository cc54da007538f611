#include "runtime/interpret/values/evaluator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "lang/model/operators.hpp"
#include "lang/model/this_machine.hpp"
#include "lang/program/constant.hpp"

namespace runtime {

using namespace lang::program;

// ---------------------------------------------------------------- one evaluation

std::vector<Observation> Evaluation::observations() const {
    const std::lock_guard lock(mutex_);
    return observations_;
}

bool Evaluation::asked() const {
    const std::lock_guard lock(mutex_);
    return !observations_.empty();
}

std::optional<Value> Evaluation::known(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto it = by_key_.find(key);
    if (it == by_key_.end()) return std::nullopt;
    return observations_[it->second].value;
}

void Evaluation::learn(const std::string& key, Observation observation) {
    const std::lock_guard lock(mutex_);
    by_key_.emplace(key, observations_.size());
    observations_.push_back(std::move(observation));
    computed_ = 0;
    computes_since_.reset();
}

void Evaluation::begin_anew() {
    const std::lock_guard lock(mutex_);
    computed_ = 0;
    computes_since_.reset();
}

/// By a real clock: in a rehearsal no time passes while something is computed.
void Evaluation::go_on(World& world) {
    using Steady = std::chrono::steady_clock;
    constexpr Duration longest = std::chrono::minutes(1);
    constexpr std::uint64_t noticeable = 1'000'000;  // parts: what ends sooner than that is not worth an interruption
    const std::lock_guard lock(mutex_);
    const bool is_long = computed_ > noticeable && !computing_.to_the_end;
    if (world.stop.stop_waiting() || (world.stop.no_new_action() && is_long))
        throw Failure{.end = End::Aborted, .message = "interrupted while it was computed"};
    if (!computes_since_) {
        computes_since_ = Steady::now();
        may_compute_ = std::clamp<Duration>(computing_.deadline.left(world.scheduler.now()), Duration{1}, longest);
    }
    if (Steady::now() - *computes_since_ <= may_compute_) return;
    throw Failure{.end = End::Failed,
                  .message = fmt::format("computing this took longer than {}: {}", lang::show(may_compute_),
                                         may_compute_ == longest ? "what takes so long without asking any machine is a mistake"
                                                                 : "all that was left of the time around it")};
}

// ---------------------------------------------------------------- texts for people

namespace {

/// A script as it was written, its values in place.
std::string script_text(const Value& script) {
    if (!std::holds_alternative<std::shared_ptr<const lang::List>>(script.payload())) return script.show();
    return lang::interpolate(script.items()).show();
}

}  // namespace

std::string call_text(const lang::Signature& signature, const std::vector<Value>& arguments) {
    std::string text;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const lang::Parameter& parameter = signature.parameters[i];
        if (parameter.default_value && parameter.default_value->show() == arguments[i].show()) continue;
        if (!text.empty()) text += ", ";
        if (parameter.default_value) text += parameter.name + ": ";
        text += parameter.script ? script_text(arguments[i]) : arguments[i].show();
    }
    return fmt::format("{}({})", signature.full_name(), text);
}

void refuse_unfit(const lang::Signature& signature, const std::vector<Value>& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (!std::holds_alternative<Duration>(arguments[i].payload())) continue;
        const std::string unfit = lang::unfit_as_limit(arguments[i].duration());
        if (unfit.empty()) continue;
        throw Failure{.end = End::Failed,
                      .message = fmt::format("`{}` of `{}` {}", signature.parameters[i].name, signature.full_name(), unfit)};
    }
}

std::string_view Evaluator::text_of(std::uint32_t file) const {
    return file < program_.parts.size() ? std::string_view(program_.parts[file].text) : std::string_view();
}

lang::Span Evaluator::whole_span(lang::Span span) const {
    const std::string_view text = text_of(span.file);
    if (span.begin > text.size()) return {span.begin, span.begin, span.file};
    std::string_view written = text.substr(span.begin, span.end - span.begin);
    const auto count = [&](char c) { return std::count(written.begin(), written.end(), c); };
    while (count('(') > count(')') && span.end < text.size() && text[span.end] == ')') {
        ++span.end;
        written = text.substr(span.begin, span.end - span.begin);
    }
    return span;
}

std::string Evaluator::source_of(lang::Span span) const {
    const lang::Span whole = whole_span(span);
    const std::string_view text = text_of(whole.file);
    return written_on_one_line(text.substr(std::min<std::size_t>(whole.begin, text.size()), whole.end - whole.begin));
}

std::string written_on_one_line(std::string_view written) {
    std::string out;
    for (const char c : written) {
        const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (!blank) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    return out;
}

std::string Evaluator::place_of(lang::Span span) const {
    if (span.file >= program_.parts.size()) return {};
    const lang::program::Part& part = program_.parts[span.file];
    const auto line = 1 + std::count(part.text.begin(), part.text.begin() + static_cast<std::ptrdiff_t>(span.begin), '\n');
    return fmt::format("{}:{}", part.path, line);
}

// ---------------------------------------------------------------- expressions

namespace {

Value unwrap(lang::Computed computed) {
    if (computed.failed()) throw Failure{.end = End::Failed, .message = std::move(computed.error)};
    return std::move(computed.value);
}

/// Two secrets print alike and are still two arguments.
std::string cache_key(std::size_t builtin, const lang::Host* host, const std::vector<Value>& arguments) {
    std::string key = fmt::format("{} {}", builtin, static_cast<const void*>(host));
    for (const Value& argument : arguments) {
        key += ' ';
        const bool secret = std::holds_alternative<std::shared_ptr<const lang::Secret>>(argument.payload());
        key += secret ? argument.secret_bytes() : argument.show();
    }
    return key;
}

}  // namespace

struct Evaluator::Visitor {
    Evaluator& self;
    Frame& frame;
    Evaluation& evaluation;
    const Expr& whole;

    Value eval(const ExprPtr& e) { return self.evaluate(*e, frame, evaluation); }

    Value operator()(const Literal& e) { return e.value; }
    Value operator()(const Slot& e) { return frame[e.index]; }
    Value operator()(const Global& e) { return frame.global(e.index); }
    Value operator()(const CurrentHost&) { return frame.host; }
    Value operator()(const Here&) { return Value(&lang::this_machine(*self.program_.site)); }
    Value operator()(const SecretUse& e) { return self.world_.secret(self.program_.site->secrets[e.index].name); }
    Value operator()(const Kept& e) { return self.world_.kept(e.procedure, e.name, whole.type); }

    Value operator()(const FactOf& e) {
        const Value host = eval(e.host);
        return host.is_unknown() ? host : lang::fact_of(host.host(), e.fact, *self.program_.site);
    }
    Value operator()(const FieldOf& e) {
        Value record = eval(e.record);
        return record.is_unknown() ? record : record.record().fields[e.field];
    }
    Value operator()(const ListOf& e) {
        std::vector<Value> items = self.evaluate_all(e.items, frame, evaluation);
        return e.flatten ? lang::joined(items) : Value::list(std::move(items));
    }
    Value operator()(const Interpolated& e) {
        std::vector<Value> parts = self.evaluate_all(e.parts, frame, evaluation);
        if (!e.script) return lang::interpolate(parts);
        if (const Value* unknown = lang::unknown_among(parts)) return *unknown;
        return Value::list(std::move(parts));
    }
    Value operator()(const Not& e) { return lang::logical_not(eval(e.operand)); }
    Value operator()(const Negate& e) { return unwrap(lang::negate(eval(e.operand))); }
    Value operator()(const Logic& e) {
        // The left side first; what it decides alone is not asked of the right.
        Value left = eval(e.left);
        if (!left.is_unknown() && left.boolean() != e.is_and) return left;
        const Value right = eval(e.right);
        return e.is_and ? lang::logical_and(left, right) : lang::logical_or(left, right);
    }
    Value operator()(const Compare& e) {
        const Value left = eval(e.left);
        return lang::compare(e.op, left, eval(e.right));
    }
    Value operator()(const Arithmetic& e) {
        const Value left = eval(e.left);
        return unwrap(lang::arithmetic(e.op, left, eval(e.right)));
    }
    Value operator()(const IsUnknown& e) {
        const Value operand = eval(e.operand);
        // Whether it would be unknown is not known either.
        const bool is_open = operand.is_later() || operand.is_not_simulated();
        return is_open ? operand : Value(operand.is_unknown() != e.negated);
    }
    Value operator()(const Choice& e) {
        Value condition = eval(e.condition);
        if (condition.is_unknown()) return condition;
        return eval(condition.boolean() ? e.yes : e.no);
    }
    Value operator()(const Quantified& e) { return self.quantified(e, frame, evaluation); }
    Value operator()(const Filter& e) { return self.filtered(e, frame, evaluation); }
    Value operator()(const OneOf& e) { return self.only_one(e, frame, evaluation, whole.span); }
    Value operator()(const Call& e) {
        Value said = self.query(e, frame, evaluation);
        return self.lists_failings(e) ? none_fails(said) : said;
    }
    Value operator()(const CallDefine& e) { return self.call(e, frame, evaluation); }
};

Value Evaluator::evaluate(const Expr& expr, Frame& frame, Evaluation& evaluation) {
    if (evaluation.counts()) evaluation.go_on(world_);
    return std::visit(Visitor{*this, frame, evaluation, expr}, expr.node);
}

std::vector<Value> Evaluator::evaluate_all(const std::vector<Expr>& exprs, Frame& frame, Evaluation& evaluation) {
    std::vector<Value> values;
    values.reserve(exprs.size());
    for (const Expr& expr : exprs) values.push_back(evaluate(expr, frame, evaluation));
    return values;
}

Value Evaluator::query(const Call& call, Frame& frame, Evaluation& evaluation) {
    const Builtin& builtin = world_.registry[call.builtin];
    const lang::Host* host = frame.host;
    if (call.on) {
        const Value on = evaluate(*call.on, frame, evaluation);
        if (on.is_unknown()) return on;
        host = &on.host();
    }
    std::vector<Value> values = evaluate_all(call.arguments, frame, evaluation);
    const bool is_pure = std::holds_alternative<Pure>(builtin.parts);
    for (Value& value : values) {
        if (!is_pure) value = lang::as_argument(std::move(value));
    }
    if (const Value* unknown = lang::unknown_among(values)) return *unknown;
    if (auto refused = lang::refusal(builtin.signature, values)) return Value::unknown(std::move(*refused));

    if (const auto* pure = std::get_if<Pure>(&builtin.parts)) {
        static const Detected nothing;
        const Arguments arguments(builtin.signature, std::move(values));
        return (*pure)(connections_.context(arguments, nullptr, nothing));
    }
    refuse_unfit(builtin.signature, values);
    const Query& query = std::get<Query>(builtin.parts);
    if (evaluation.filter()) {
        const Arguments arguments(builtin.signature, values);
        if (auto instead = evaluation.filter()(builtin, connections_.context(arguments, host, Detected{}))) return *instead;
    }
    const std::string key = cache_key(call.builtin, host, values);
    if (auto known = evaluation.known(key)) return *known;
    const std::string text = call_text(builtin.signature, values);
    const Arguments arguments(builtin.signature, std::move(values));
    const Duration patience = std::min(builtin.signature.deadline, evaluation.patience());
    const Detected detected = connections_.detect(*host, builtin.needs, patience, evaluation.step());
    std::string command;
    const Value* gap = not_simulated_among(detected);
    Value value = gap != nullptr ? *gap
                                 : connections_.read(query.read, connections_.context(arguments, host, detected), patience,
                                                     event::CommandEnded::For::Query, evaluation.step(), &command);
    evaluation.learn(key, {.call = text, .host = host->name, .command = command, .value = value, .at = world_.scheduler.now()});
    return value;
}

bool Evaluator::lists_failings(const Call& call) const {
    const auto* query = std::get_if<Query>(&world_.registry[call.builtin].parts);
    return query != nullptr && query->lists_failings;
}

Value Evaluator::call(const CallDefine& call, Frame& frame, Evaluation& evaluation) {
    std::optional<Frame> inner = inside(call, frame, evaluation);
    return inner ? evaluate(body_of(call), *inner, evaluation) : evaluate(*call.on, frame, evaluation);
}

std::optional<Frame> Evaluator::inside(const CallDefine& call, Frame& frame, Evaluation& evaluation) {
    Frame inner{.slots = evaluate_all(call.arguments, frame, evaluation),
                .globals = frame.globals != nullptr ? frame.globals : &frame,
                .host = frame.host};
    inner.slots.resize(static_cast<std::size_t>(program_.defines[call.define].slots));
    if (call.on) {
        const Value on = evaluate(*call.on, frame, evaluation);
        if (on.is_unknown()) return std::nullopt;
        inner.host = &on.host();
    }
    return inner;
}

const Expr& Evaluator::body_of(const CallDefine& call) const { return std::get<Expr>(program_.defines[call.define].body); }

std::vector<Value> Evaluator::on_each(const std::vector<Value>& hosts, const Frame& frame, const std::function<Value(Frame&)>& body) {
    std::vector<Value> values(hosts.size());
    std::vector<std::exception_ptr> failures(hosts.size());
    std::vector<std::function<void()>> branches;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        branches.emplace_back([&, i] {
            try {
                Frame own = frame;
                own.host = &hosts[i].host();
                values[i] = body(own);
            } catch (...) {
                failures[i] = std::current_exception();
            }
        });
    }
    if (branches.size() == 1) {
        branches.front()();
    } else {
        world_.scheduler.run_all(std::move(branches), 0);
    }
    for (const std::exception_ptr& failure : failures) {
        if (failure) std::rethrow_exception(failure);
    }
    return values;
}

Value Evaluator::quantified(const Quantified& e, Frame& frame, Evaluation& evaluation) {
    const Value list = evaluate(*e.list, frame, evaluation);
    if (list.is_unknown()) return list;
    std::vector<Value> answers;
    if (e.on_element) {
        if (const Value* unknown = lang::unknown_among(list.items())) return *unknown;
        answers = on_each(list.items(), frame, [&](Frame& own) {
            own[e.slot] = own.host;
            return evaluate(*e.body, own, evaluation);
        });
    } else {
        for (const Value& item : list.items()) {
            frame[e.slot] = item;
            answers.push_back(item.is_unknown() ? item : evaluate(*e.body, frame, evaluation));
        }
    }
    using Of = lang::Quantifier;
    if (e.kind == Of::Exactly) {
        const auto yes = std::count_if(answers.begin(), answers.end(), [](const Value& v) { return !v.is_unknown() && v.boolean(); });
        const Value* unknown = lang::unknown_among(answers);
        // Too many stay too many, whatever the unknown ones turn out to be.
        return unknown != nullptr && yes <= e.count ? *unknown : Value(yes == e.count);
    }
    Value result = e.kind == Of::All;
    for (const Value& answer : answers) result = e.kind == Of::All ? lang::logical_and(result, answer) : lang::logical_or(result, answer);
    return e.kind == Of::No ? lang::logical_not(result) : result;
}

Value Evaluator::filtered(const Filter& e, Frame& frame, Evaluation& evaluation) {
    const Value list = evaluate(*e.list, frame, evaluation);
    if (list.is_unknown()) return list;
    std::vector<Value> kept;
    std::optional<Value> gap;  // another element may be unknown for a weightier reason
    for (const Value& item : list.items()) {
        frame[e.slot] = item;
        const Value condition = item.is_unknown() ? item : evaluate(*e.condition, frame, evaluation);
        if (condition.is_not_simulated()) {
            if (!gap) gap = condition;
        } else if (condition.is_unknown()) {
            return condition;
        } else if (condition.boolean()) {
            kept.push_back(item);
        }
    }
    return gap ? *gap : Value::list(std::move(kept));
}

Value Evaluator::only_one(const OneOf& e, Frame& frame, Evaluation& evaluation, lang::Span span) {
    const Value list = evaluate(*e.list, frame, evaluation);
    if (list.is_unknown()) return list;
    if (list.items().size() == 1) return list.items().front();
    throw Failure{
        .end = End::Failed,
        .message = fmt::format("`{}` must be exactly one, but there are {}: {}", source_of(span), list.items().size(), list.show())};
}

}  // namespace runtime
