#include "stdlib/support/json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace stdlib::support {

namespace {

using lang::Value;
using nlohmann::json;

json tree_of(const Value& value) {
    const Value::Payload& payload = value.payload();
    if (const auto* truth = std::get_if<bool>(&payload)) return *truth;
    if (const auto* whole = std::get_if<std::int64_t>(&payload)) return *whole;
    if (const auto* number = std::get_if<double>(&payload)) return *number;
    if (const auto* moment = std::get_if<lang::Time>(&payload)) return rfc3339(*moment);
    if (const auto* secret = std::get_if<std::shared_ptr<const lang::Secret>>(&payload)) return (*secret)->bytes;
    if (std::holds_alternative<std::shared_ptr<const lang::List>>(payload)) {
        json list = json::array();
        for (const Value& item : value.items()) list.push_back(tree_of(item));
        return list;
    }
    if (const auto* record = std::get_if<std::shared_ptr<const lang::Record>>(&payload)) {
        json object = json::object();
        for (std::size_t i = 0; i < (*record)->fields.size(); ++i) object[(*record)->type->fields[i].name] = tree_of((*record)->fields[i]);
        return object;
    }
    return value.plain();
}

}  // namespace

Value to_json(const Value& value) {
    try {
        std::string text = tree_of(value).dump();
        if (std::holds_alternative<std::shared_ptr<const lang::Secret>>(value.payload())) return lang::Secret{std::move(text)};
        return text;
    } catch (const json::type_error&) {
        return Value::unknown("a text that is not UTF-8 cannot be written as JSON");
    }
}

std::string rfc3339(lang::Time moment) {
    std::string text = lang::show(moment);
    text.replace(text.find(' '), 1, "T");
    return text + "Z";
}

std::optional<std::string> no_json(std::string_view text) {
    if (json::accept(text)) return std::nullopt;
    return "it is not JSON: quotes stand around names and texts, and no comma behind the last element";
}

}  // namespace stdlib::support
