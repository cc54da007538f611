#include "lang/check/lookup/scope.hpp"

#include <algorithm>

namespace lang::checker {

Binding* Scope::find(std::string_view name) {
    Binding** found = look_up(visible_, name);
    return found == nullptr ? nullptr : *found;
}

Binding& Scope::declare(std::string name, Type type, Span span, Binding::Kind kind) {
    Binding& binding =
        bindings_.emplace_back(Binding{.name = std::move(name), .type = std::move(type), .span = span, .kind = kind, .slot = add_slot()});
    visible_.emplace(binding.name, &binding);
    if (kind == Binding::Kind::BlockLet || kind == Binding::Kind::Variable) open_.push_back(&binding);
    return binding;
}

void Scope::close(std::size_t begin) {
    for (; open_.size() > begin; open_.pop_back()) {
        const auto it = visible_.find(open_.back()->name);
        if (it == visible_.end() || it->second != open_.back()) continue;
        ended_.insert_or_assign(open_.back()->name, open_.back()->span);
        visible_.erase(it);
    }
}

void Scope::hide_since(std::size_t mark) {
    for (std::size_t i = mark; i < bindings_.size(); ++i) bindings_[i].in_other_branch = true;
}

void Scope::reveal_since(std::size_t mark) {
    for (std::size_t i = mark; i < bindings_.size(); ++i) bindings_[i].in_other_branch = false;
}

void Scope::forget_since(std::size_t mark) {
    for (; bindings_.size() > mark; bindings_.pop_back()) {
        const auto it = visible_.find(bindings_.back().name);
        if (it != visible_.end() && it->second == &bindings_.back()) visible_.erase(it);
    }
}

std::vector<Type> Scope::slot_types() const {
    std::vector<Type> types(static_cast<std::size_t>(slots_));
    for (const Binding& binding : bindings_) types[static_cast<std::size_t>(binding.slot)] = binding.type;
    return types;
}

std::vector<std::string> Scope::visible() const {
    std::vector<std::string> names;
    for (const auto& [name, binding] : visible_) names.push_back(name);
    return names;
}

}  // namespace lang::checker
