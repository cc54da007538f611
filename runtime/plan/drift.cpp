#include "runtime/plan/drift.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

namespace runtime {

using nlohmann::ordered_json;

namespace {

void add_lines(const std::vector<PlanItem>& items, const std::string& way, std::vector<std::string>& lines) {
    for (const PlanItem& item : items) {
        if (item.kind == PlanItem::Kind::Way) {
            add_lines(item.children, way + (way.empty() ? "" : " ") + item.text, lines);
            continue;
        }
        ordered_json line{
            {"kind", name(item.kind)}, {"outlook", name(item.outlook)}, {"step", item.step}, {"host", item.host}, {"text", item.text}};
        const auto set = [&](const char* key, const std::string& value) {
            if (!value.empty()) line[key] = value;
        };
        set("why", item.why);
        set("command", item.command);
        if (!item.preview.empty()) line["foreseen"] = item.preview;
        set("undo", item.undo);
        set("leave", item.leave);
        if (item.within) line["within"] = item.within->count();
        set("way", way);
        lines.push_back(line.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
        const bool open = item.kind == PlanItem::Kind::If && item.outlook != Outlook::Holds && item.outlook != Outlook::DoesNotHold;
        // Two ways that are open are told apart; one that is decided is simply gone.
        add_lines(item.children, open ? way + (way.empty() ? "" : " ") + item.text + ":" : way, lines);
    }
}

/// The items of a plan by what they are, each of several that are alike by its number.
std::map<std::string, std::size_t> by_key(const std::vector<ordered_json>& items) {
    std::map<std::string, std::size_t> found;
    std::map<std::string, int> ordinals;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& item = items[i];
        const std::string base = fmt::format("{}\n{}\n{}\n{}\n{}", item.value("step", ""), item.value("kind", ""), item.value("host", ""),
                                             item.value("text", ""), item.value("way", ""));
        found.emplace(fmt::format("{}\n{}", base, ++ordinals[base]), i);
    }
    return found;
}

std::string standing(const ordered_json& item) {
    const std::string kind = item.value("kind", "");
    std::string text = item.value("outlook", "");
    if (const auto command = item.value("command", ""); !command.empty()) text += fmt::format(" ($ {})", command);
    const std::string why = item.value("why", "");
    const bool passing = kind == "let" || kind == "keep" || text == name(Outlook::Waiting);
    const bool plain = text == name(Outlook::Holds) || text == name(Outlook::AlreadySo);
    if (!why.empty() && !passing && !plain) text += ": " + why;
    return text;
}

std::vector<ordered_json> read_lines(const std::vector<std::string>& lines) {
    std::vector<ordered_json> items;
    for (const std::string& line : lines) {
        ordered_json item = ordered_json::parse(line, nullptr, false);
        if (item.is_object() && item.value("kind", "") != "plan ended") items.push_back(std::move(item));
    }
    return items;
}

}  // namespace

std::vector<std::string> to_lines(const Plan& plan) {
    std::vector<std::string> lines;
    add_lines(plan.items, {}, lines);
    const Plan::Totals totals = plan.totals();
    lines.push_back(ordered_json{{"kind", "plan ended"},
                                 {"procedure", plan.procedure},
                                 {"site", plan.site},
                                 {"would_change", totals.would_change},
                                 {"already_so", totals.already_so},
                                 {"known_later", totals.known_later},
                                 {"cannot_tell", totals.cannot_tell},
                                 {"would_be_refused", totals.refused},
                                 {"would_wait", totals.waiting},
                                 {"sign_offs", totals.sign_offs},
                                 {"exit_code", static_cast<int>(end_of(plan))}}
                        .dump(-1, ' ', false, ordered_json::error_handler_t::replace));
    return lines;
}

std::vector<Difference> differences(const std::vector<std::string>& before, const std::vector<std::string>& now) {
    const auto old_items = read_lines(before), new_items = read_lines(now);
    auto old_keys = by_key(old_items);
    const auto new_keys = by_key(new_items);
    std::map<std::size_t, std::string> key_of;
    for (const auto& [key, index] : new_keys) key_of.emplace(index, key);

    std::vector<Difference> all;
    const auto add = [&](Difference::What what, const ordered_json& item, std::string was, std::string is) {
        all.push_back({.what = what,
                       .step = item.value("step", ""),
                       .host = item.value("host", ""),
                       .text = item.value("text", ""),
                       .before = std::move(was),
                       .now = std::move(is),
                       .line = item.dump(-1, ' ', false, ordered_json::error_handler_t::replace)});
    };
    for (const auto& [index, key] : key_of) {
        const ordered_json& item = new_items[index];
        const auto old = old_keys.find(key);
        if (old == old_keys.end()) {
            add(Difference::What::New, item, {}, standing(item));
            continue;
        }
        const std::string was = standing(old_items[old->second]), is = standing(item);
        if (was != is) add(Difference::What::Changed, item, was, is);
        old_keys.erase(old);
    }
    std::map<std::size_t, std::string> gone;
    for (const auto& [key, index] : old_keys) gone.emplace(index, key);
    for (const auto& [index, key] : gone) add(Difference::What::Gone, old_items[index], standing(old_items[index]), {});
    return all;
}

}  // namespace runtime
