#include "runtime/event/format_1.hpp"

#include <string>
#include <string_view>

namespace runtime {

namespace {

using nlohmann::json;

/// A key was one text. It is shown as it is; nothing is read out of it.
void key_of_1(json& event) {
    const auto found = event.find("key");
    if (found == event.end()) return;
    const auto text = found->get<std::string>();
    if (text.empty()) {
        *found = nullptr;
    } else {
        *found = {{"step", ""}, {"path", json::array()}, {"label", text}, {"host", ""}, {"ordinal", 1}, {"meaning", ""}};
    }
}

/// What there was had words, and nothing that it could be known by.
json thing_of_1(const json& text) {
    return {{"identity", {{"where", ""}, {"module", ""}, {"residue", ""}, {"item", ""}}},
            {"about", json::array()},
            {"text", text.get<std::string>()}};
}

void things_of_1(json& event, const char* name) {
    for (json& one : event.at(name)) one = thing_of_1(one);
}

/// "drbd: roles" and "drbd r0" were two words in one text.
std::pair<std::string, std::string> halves(const std::string& text, std::string_view between) {
    const std::size_t at = text.find(between);
    if (at == std::string::npos) return {text, {}};
    return {text.substr(0, at), text.substr(at + between.size())};
}

void found_of_1(json& event) {
    const auto [module, residue] = halves(event.at("residue").get<std::string>(), ": ");
    event["module"] = module;
    event["residue"] = residue;
    event["where"] = event.value("host", "");
    for (json& item : event.at("items")) item = {{"item", ""}, {"about", json::array()}, {"text", item.get<std::string>()}};
}

void left_behind_of_1(json& event) {
    for (json& one : event.at("announced")) one = {{"thing", thing_of_1(one.at("name"))}, {"until", one.at("value")}};
    for (const char* name : {"others", "still", "taken_back"}) things_of_1(event, name);
}

/// The first procrun that wrote it did not know what came later.
void add_where_missing(json& event, const char* name, json standard) {
    if (!event.contains(name)) event[name] = std::move(standard);
}

}  // namespace

void upgrade_from_1(json& event) {
    const auto kind = event.at("kind").get<std::string>();
    key_of_1(event);
    if (kind == "run started") event["texts"] = "";
    if (kind == "run resumed") {
        event["texts"] = "";
        add_where_missing(event, "run", 0);
        add_where_missing(event, "undos", 0);
    }
    if (kind == "intent") {
        add_where_missing(event, "seen", "");
        add_where_missing(event, "undos", json::array());
        for (json& undo : event.at("undos")) key_of_1(undo);
    }
    if (kind == "required") add_where_missing(event, "unknown", false);
    if (kind == "left") {
        add_where_missing(event, "touches", json::array());
        for (json& one : event.at("touches")) {
            const auto [system, object] = halves(one.at("value").get<std::string>(), " ");
            one = {{"host", one.at("name")}, {"system", system}, {"object", object}};
        }
    }
    if (kind == "found at start") found_of_1(event);
    if (kind == "left behind") left_behind_of_1(event);
}

}  // namespace runtime
