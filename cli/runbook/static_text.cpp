#include "cli/runbook/static_text.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "cli/report/escape.hpp"
#include "lang/analysis/nodes.hpp"
#include "lang/model/this_machine.hpp"
#include "lang/program/constant.hpp"
#include "lang/text/utf8.hpp"

namespace cli::show {

namespace ir = lang::program;
using runtime::Frame;
using runtime::Value;

std::string code(const std::string& text) {
    const std::string shown = lang::printable(text);
    const std::string fence(report::longest_run(shown, '`') + 1, '`');
    const char* const apart = fence.size() > 1 ? " " : "";
    return fence + apart + shown + apart + fence;
}

std::optional<Value> StaticText::value(const ir::Expr& expression, const Frame& frame) const {
    const auto optional = [](const std::vector<Value>& values) {
        std::vector<std::optional<Value>> slots;
        for (const Value& value : values) {
            slots.push_back(value.is_nothing() || value.is_unknown() ? std::nullopt : std::optional(value));
        }
        return slots;
    };
    if (std::holds_alternative<ir::Here>(expression.node)) return Value(&lang::this_machine(*program_.site));
    const auto slots = optional(frame.slots);
    const auto globals = frame.globals != nullptr ? optional(frame.globals->slots) : slots;
    auto value = lang::constant(expression, {.slots = slots, .globals = globals, .host = frame.host, .defines = program_.defines});
    if (!value) value = by_hand_.computed(expression, frame);
    if (value && value->is_unknown()) return std::nullopt;
    return value;
}

std::optional<Value> StaticText::value(const ir::ExprPtr& expression, const Frame& frame) const {
    return expression ? value(*expression, frame) : std::nullopt;
}

std::string StaticText::text(const ir::Expr& expression, const Frame& frame) const {
    if (const auto known = value(expression, frame)) return known->plain();
    const auto* parts = std::get_if<ir::Interpolated>(&expression.node);
    if (parts == nullptr) return "‹" + by_hand_.source_of(expression.span) + "›";
    std::string whole;
    for (const ir::Expr& part : parts->parts) whole += text(part, frame);
    return whole;
}

std::string StaticText::condition(const ir::Expr& expression, const Frame& frame) const {
    std::string names;
    std::set<std::string> told;
    lang::analysis::any_node(expression, [&](const ir::Expr& part) {
        const auto* slot = std::get_if<ir::Slot>(&part.node);
        const auto* global = std::get_if<ir::Global>(&part.node);
        const std::string name = slot != nullptr ? slot->name : global != nullptr ? global->name : std::string();
        if (name.empty() || !told.insert(name).second) return false;
        if (const auto known = value(part, frame)) names += (names.empty() ? "" : ", ") + name + " = " + known->show();
        return false;
    });
    const std::string written = source(expression.span);
    return names.empty() ? written : fmt::format("{} where {}", written, report::markdown(names));
}

std::string StaticText::time(const ir::ExprPtr& expression, const Frame& frame) const {
    const auto known = value(expression, frame);
    return known ? known->show() : by_hand_.source_of(expression->span);
}

}  // namespace cli::show
