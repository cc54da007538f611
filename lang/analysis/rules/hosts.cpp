#include "lang/analysis/rules/hosts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lang/analysis/findings.hpp"
#include "lang/model/this_machine.hpp"

namespace lang::analysis {

namespace {

using namespace program;
using MaybeHosts = std::optional<Hosts>;

bool is_hosts(const Type& type) { return type.kind() == Kind::Host || (type.kind() == Kind::List && is_hosts(type.element())); }

const Scope* scope_of(const Expr& expression, const State& state, std::size_t& index) {
    if (const auto* slot = std::get_if<Slot>(&expression.node)) {
        index = static_cast<std::size_t>(slot->index);
        return state.scope;
    }
    if (const auto* global = std::get_if<Global>(&expression.node)) {
        index = static_cast<std::size_t>(global->index);
        return state.globals;
    }
    return nullptr;
}

void collect(const Value& value, std::vector<const Host*>& hosts) {
    if (const auto* host = std::get_if<const Host*>(&value.payload())) {
        hosts.push_back(*host);
    } else if (std::holds_alternative<std::shared_ptr<const List>>(value.payload())) {
        for (const Value& item : value.items()) collect(item, hosts);
    }
}

std::vector<const Host*> hosts_in(const Value& value) {
    std::vector<const Host*> hosts;
    collect(value, hosts);
    return hosts;
}

MaybeHosts both(MaybeHosts left, const MaybeHosts& right, bool exact) {
    if (!left || !right) return std::nullopt;
    for (const Host* host : right->all) left->all.push_back(host);
    left->exact = left->exact && right->exact && exact;
    return left;
}

MaybeHosts inexact(MaybeHosts hosts) {
    if (hosts) hosts->exact = false;
    return hosts;
}

/// Calls `look(body, state inside)` for a define with a value.
template <typename Look>
auto inside(const CallDefine& call, const State& state, Look look) -> decltype(look(std::declval<const Expr&>(), state)) {
    const Define& define = state.program.defines[call.define];
    const auto* body = std::get_if<Expr>(&define.body);
    if (body == nullptr || define.human || *state.steps == 0) return std::nullopt;
    Scope scope = entered(define, call.arguments, state);
    State within = state;
    within.scope = &scope;
    return look(*body, within);
}

// ---------------------------------------------------------------- why a `where` kept none

/// "1 on acd-store1 and 2 on acd-store2", "false on all of them"
std::string values_of(const std::string& fact, const std::vector<const Host*>& list) {
    std::vector<std::pair<std::string, std::vector<const Host*>>> by_value;
    for (const Host* host : list) {
        const auto it = host->facts.find(fact);
        const std::string shown = it == host->facts.end() ? "not set" : it->second.show();
        const auto same = std::find_if(by_value.begin(), by_value.end(), [&](const auto& entry) { return entry.first == shown; });
        if (same == by_value.end()) {
            by_value.push_back({shown, {host}});
        } else {
            same->second.push_back(host);
        }
    }
    if (by_value.size() == 1 && list.size() > 3) return fmt::format("{} on all {} hosts", by_value.front().first, list.size());
    std::vector<std::string> parts;
    for (const auto& [shown, hosts] : by_value) parts.push_back(fmt::format("{} on {}", shown, listed(hosts)));
    return fmt::format("{}", fmt::join(parts, ", "));
}

/// Of a parameter or binding.
std::string name_of(const Expr& expression) {
    if (const auto* slot = std::get_if<Slot>(&expression.node)) return slot->name;
    if (const auto* global = std::get_if<Global>(&expression.node)) return global->name;
    return {};
}

class Explanation {
  public:
    Explanation(const std::vector<const Host*>& list, int slot, const State& state) : list_(list), slot_(slot), state_(state) {}

    void look(const Expr& condition) {
        if (const auto* logic = std::get_if<Logic>(&condition.node)) {
            look(*logic->left);
            look(*logic->right);
        } else if (const auto* negation = std::get_if<Not>(&condition.node)) {
            look(*negation->operand);
        } else if (const auto* compare = std::get_if<Compare>(&condition.node)) {
            if (!compared(*compare->left, *compare->right)) compared(*compare->right, *compare->left);
        } else if (const std::string* fact = fact_of_element(condition)) {
            parts_.push_back(fmt::format("`{}` is {}", *fact, values_of(*fact, list_)));
        }
    }

    std::string text() const { return fmt::format("{}", fmt::join(parts_, "; ")); }

  private:
    const std::string* fact_of_element(const Expr& expression) const {
        const auto* fact = std::get_if<FactOf>(&expression.node);
        if (fact == nullptr) return nullptr;
        const auto* slot = std::get_if<Slot>(&fact->host->node);
        return slot != nullptr && slot->index == slot_ ? &fact->fact : nullptr;
    }

    bool compared(const Expr& side, const Expr& other) {
        const std::string* fact = fact_of_element(side);
        if (fact == nullptr) return false;
        std::string part = fmt::format("`{}` is {}", *fact, values_of(*fact, list_));
        const std::string name = name_of(other);
        if (const auto value = state_.known(other)) {
            part += name.empty() ? fmt::format(" (compared with {})", value->show())
                                 : fmt::format(" (compared with `{}`, which is {})", name, value->show());
        }
        parts_.push_back(std::move(part));
        return true;
    }

    const std::vector<const Host*>& list_;
    int slot_;
    const State& state_;
    std::vector<std::string> parts_;
};

}  // namespace

void bind(Scope& to, int slot, const Expr& expression, const State& from) {
    const auto value = from.known(expression);
    to.bind(slot, value);
    const auto at = static_cast<std::size_t>(slot);
    if (!value) {
        if (is_hosts(expression.type)) to.hosts[at] = possible_hosts(expression, from);
    } else if (expression.type.kind() == Kind::List && !value->is_unknown() && value->items().empty()) {
        to.emptied[at] = emptied(expression, from);
    }
}

Scope entered(const Define& define, const std::vector<Expr>& arguments, const State& from) {
    Scope scope(std::max(define.slots, static_cast<int>(arguments.size())));
    for (std::size_t i = 0; i < arguments.size(); ++i) bind(scope, static_cast<int>(i), arguments[i], from);
    return scope;
}

MaybeHosts possible_hosts(const Expr& expression, const State& state) {
    if (std::holds_alternative<Here>(expression.node)) {
        const Host& machine = this_machine(*state.program.site);
        return is_of_no_site(machine) ? std::nullopt : MaybeHosts(Hosts{{&machine}});
    }
    if (const auto value = state.known(expression)) {
        if (value->is_unknown()) return std::nullopt;
        return Hosts{hosts_in(*value)};
    }
    std::size_t index = 0;
    if (const Scope* scope = scope_of(expression, state, index)) return index < scope->hosts.size() ? scope->hosts[index] : std::nullopt;
    if (const auto* one = std::get_if<OneOf>(&expression.node)) return inexact(possible_hosts(*one->list, state));
    if (const auto* filter = std::get_if<Filter>(&expression.node)) {
        const auto list = possible_hosts(*filter->list, state);
        return list ? inexact(narrowed(*list, filter->slot, *filter->condition, state, false)) : std::nullopt;
    }
    if (const auto* choice = std::get_if<Choice>(&expression.node)) {
        return both(possible_hosts(*choice->yes, state), possible_hosts(*choice->no, state), false);
    }
    if (const auto* sum = std::get_if<Arithmetic>(&expression.node)) {
        return both(possible_hosts(*sum->left, state), possible_hosts(*sum->right, state), true);
    }
    if (const auto* list = std::get_if<ListOf>(&expression.node)) {
        MaybeHosts all = Hosts{};
        for (const Expr& item : list->items) all = both(std::move(all), possible_hosts(item, state), true);
        return all;
    }
    if (const auto* call = std::get_if<CallDefine>(&expression.node)) return inexact(inside(*call, state, possible_hosts));
    return std::nullopt;
}

std::optional<Emptied> emptied(const Expr& expression, const State& state) {
    std::size_t index = 0;
    if (const Scope* scope = scope_of(expression, state, index))
        return index < scope->emptied.size() ? scope->emptied[index] : std::nullopt;
    if (const auto* filter = std::get_if<Filter>(&expression.node)) {
        const auto list = state.known(*filter->list);
        if (!list || list->is_unknown() || !is_hosts(filter->list->type)) return std::nullopt;
        if (list->items().empty()) return emptied(*filter->list, state);
        return Emptied{expression.span, explain(hosts_in(*list), filter->slot, *filter->condition, state)};
    }
    if (const auto* list = std::get_if<ListOf>(&expression.node)) {
        for (const Expr& item : list->items) {
            if (auto found = emptied(item, state)) return found;
        }
    }
    if (const auto* sum = std::get_if<Arithmetic>(&expression.node)) {
        auto found = emptied(*sum->left, state);
        return found ? found : emptied(*sum->right, state);
    }
    if (const auto* choice = std::get_if<Choice>(&expression.node)) {
        const auto condition = state.known(*choice->condition);
        if (condition && !condition->is_unknown()) return emptied(condition->boolean() ? *choice->yes : *choice->no, state);
    }
    if (const auto* call = std::get_if<CallDefine>(&expression.node)) return inside(*call, state, emptied);
    return std::nullopt;
}

std::string explain(const std::vector<const Host*>& list, int slot, const Expr& condition, const State& state) {
    Explanation explanation(list, slot, state);
    explanation.look(condition);
    return explanation.text();
}

Hosts narrowed(const Hosts& hosts, int slot, const Expr& condition, const State& state, bool on_element) {
    Hosts left{{}, hosts.exact};
    Scope scope = *state.scope;
    State turn = state;
    turn.scope = &scope;
    for (const Host* host : hosts.all) {
        scope.bind(slot, Value(host));
        if (on_element) turn.place = {Place::Kind::Machine, host, true, {}};
        const auto keeps = turn.known(condition);
        const bool decided = keeps && !keeps->is_unknown();
        if (!decided || keeps->boolean()) left.all.push_back(host);
        left.exact = left.exact && decided;
    }
    return left;
}

}  // namespace lang::analysis
