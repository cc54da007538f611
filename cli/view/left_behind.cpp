#include "cli/view/left_behind.hpp"

#include <fmt/format.h>

#include "cli/terminal/words.hpp"

namespace cli {

std::vector<std::string> texts_of(const std::vector<runtime::event::Thing>& things) {
    std::vector<std::string> texts;
    for (const runtime::event::Thing& thing : things) texts.push_back(thing.text);
    return texts;
}

std::vector<LeftBehindPart> parts_of(const runtime::event::LeftBehind& left) {
    using Weight = LeftBehindPart::Weight;
    std::vector<LeftBehindPart> parts;
    const auto add = [&](Weight weight, std::string title, std::vector<std::string> items) {
        if (!items.empty()) parts.push_back({.weight = weight, .title = std::move(title), .items = std::move(items)});
    };
    std::vector<std::string> announced;
    for (const auto& one : left.announced) announced.push_back(fmt::format("{}: {}", one.thing.text, one.until));
    add(Weight::Alarm, "LEFT CHANGED, and not declared with `leave`", texts_of(left.others));
    add(Weight::Alarm, fmt::format("Still there, left behind by {}", left.earlier), texts_of(left.still));
    add(Weight::Doubt, "Not known whether something is left behind", left.not_known);
    add(Weight::Plain, "Left changed, as declared", std::move(announced));
    return parts;
}

std::string in_short(const runtime::event::LeftBehind& left) {
    const std::string hosts = plural(left.compared, "host");
    std::string text = parts_of(left).empty() ? fmt::format("nothing is left behind: {} compared with the start", hosts)
                                              : fmt::format("{} compared with the start", hosts);
    if (!left.taken_back.empty()) {
        const auto count = static_cast<std::int64_t>(left.taken_back.size());
        text += fmt::format("; restored: {} declared with `leave` by {}", plural(count, "thing"), left.earlier);
    }
    return text;
}

}  // namespace cli
