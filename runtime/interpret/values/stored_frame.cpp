#include "runtime/interpret/values/stored_frame.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/event/value_json.hpp"

namespace runtime {

namespace {

using nlohmann::json;

json slots_to_json(const std::vector<Value>& slots) {
    json array = json::array();
    for (const Value& slot : slots) array.push_back(slot.is_nothing() ? json() : json::parse(value_to_json(slot)));
    return array;
}

std::vector<Value> slots_from_json(const json& array, const std::vector<lang::Type>& types, const lang::Site& site) {
    std::vector<Value> slots(types.size());
    for (std::size_t i = 0; i < std::min(types.size(), array.size()); ++i) {
        if (array[i].is_null() || types[i].kind() == lang::Kind::Nothing) continue;
        slots[i] = value_from_json(array[i].dump(), types[i], site);
    }
    return slots;
}

}  // namespace

std::string stored_frame(const FrameToStore& stored) {
    json object{{"define", stored.define}, {"step_title", stored.step_title}, {"slots", slots_to_json(stored.frame.slots)}};
    if (stored.frame.globals != nullptr) object["globals"] = slots_to_json(stored.frame.globals->slots);
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<RestoredFrame> restored_frame(const std::string& stored, const lang::program::Program& program) {
    const json object = json::parse(stored, nullptr, false);
    const auto has_array = [&](const char* name) { return object.contains(name) && object.at(name).is_array(); };
    const bool is_frame = object.is_object() && object.contains("define") && object.at("define").is_number_integer() &&
                          object.contains("step_title") && object.at("step_title").is_string() && has_array("slots");
    if (!is_frame) return std::nullopt;
    RestoredFrame restored;
    const auto define = object.at("define").get<std::int64_t>();
    const bool inside = define >= 0;
    if (inside && (static_cast<std::size_t>(define) >= program.defines.size() || !has_array("globals"))) return std::nullopt;
    restored.define = inside ? static_cast<int>(define) : -1;
    restored.step_title = object.at("step_title").get<std::string>();
    const auto& types = inside ? program.defines[static_cast<std::size_t>(define)].slot_types : program.slot_types;
    restored.frame.slots = slots_from_json(object.at("slots"), types, *program.site);
    if (inside) {
        restored.globals = std::make_shared<Frame>();
        restored.globals->slots = slots_from_json(object.at("globals"), program.slot_types, *program.site);
    }
    return restored;
}

}  // namespace runtime
