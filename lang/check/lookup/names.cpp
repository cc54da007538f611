#include "lang/check/lookup/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lang::checker {

std::string_view Meaning::kind() const {
    static constexpr std::array<std::string_view, 5> kinds{"host", "group", "secret", "define", "name"};
    return kinds[what.index()];
}

bool Names::declare(std::string_view name, Meaning meaning, Report& report) {
    if (!may_be_declared(name, meaning.span, report)) return false;
    const auto [it, is_new] = meanings_.try_emplace(std::string(name), meaning);
    if (is_new) return true;
    report.error("E0203", meaning.span, fmt::format("the name `{}` is taken", name))
        .label(fmt::format("a second `{}`", name))
        .see(it->second.span, fmt::format("the {} `{}` is first defined here", it->second.kind(), name))
        .help("hosts, groups, secrets, parameters, lets and defines share their names");
    return false;
}

void Names::forget(std::string_view name) {
    if (const auto it = meanings_.find(name); it != meanings_.end()) meanings_.erase(it);
}

std::vector<std::string> Names::all() const {
    std::vector<std::string> names;
    for (const auto& [name, meaning] : meanings_) names.push_back(name);
    return names;
}

bool is_reserved(std::string_view name) {
    static constexpr std::array<std::string_view, 4> reserved{"host", "here", "kept", "nobody"};
    return std::find(reserved.begin(), reserved.end(), name) != reserved.end();
}

bool may_be_declared(std::string_view name, Span span, Report& report) {
    if (!is_reserved(name)) return true;
    report.error("E0203", span, fmt::format("`{}` has a meaning of its own and cannot be defined", name)).label("choose another name");
    return false;
}

}  // namespace lang::checker
