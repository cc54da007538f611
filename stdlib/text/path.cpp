#include "stdlib/text/path.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "stdlib/support/scan.hpp"

namespace stdlib::text {

namespace {

using lang::Value;
using nlohmann::json;

using Step = std::variant<std::string, std::size_t>;  ///< a key or an index

/// A step in brackets: `[3]`, `["a key"]`; nothing where it is neither.
std::optional<Step> bracketed(std::string_view inside) {
    if (inside.size() >= 2 && inside.front() == '"' && inside.back() == '"') return std::string(inside.substr(1, inside.size() - 2));
    const auto index = support::integer(inside);
    if (!index || *index < 0) return std::nullopt;
    return static_cast<std::size_t>(*index);
}

std::optional<std::vector<Step>> steps(std::string_view path) {
    std::vector<Step> found;
    while (!path.empty()) {
        if (path.front() == '[') {
            const bool quoted = path.size() > 1 && path[1] == '"';
            const auto end = quoted ? path.find("\"]", 2) : path.find(']');
            if (end == std::string_view::npos) return std::nullopt;
            const auto step = bracketed(path.substr(1, end - (quoted ? 0 : 1)));
            if (!step) return std::nullopt;
            found.push_back(*step);
            path.remove_prefix(end + (quoted ? 2 : 1));
        } else {
            if (path.front() == '.') path.remove_prefix(1);
            const std::string_view key = path.substr(0, path.find_first_of(".["));
            if (key.empty()) return std::nullopt;
            found.emplace_back(std::string(key));
            path.remove_prefix(key.size());
        }
    }
    return found;
}

const json* follow(const json& at, const Step& step) {
    if (const auto* key = std::get_if<std::string>(&step)) {
        const auto it = at.is_object() ? at.find(*key) : at.end();
        return it == at.end() ? nullptr : &*it;
    }
    const std::size_t index = std::get<std::size_t>(step);
    return at.is_array() && index < at.size() ? &at[index] : nullptr;
}

Value xpath(const pugi::xml_document& document, std::string_view text, std::string_view path) {
    const pugi::xpath_query query{std::string(path).c_str()};
    if (query.return_type() != pugi::xpath_type_node_set) return query.evaluate_string(document);
    const pugi::xpath_node_set nodes = query.evaluate_node_set(document);
    if (nodes.empty()) return support::unreadable(fmt::format("the XML has nothing at '{}'", path), text);
    const pugi::xpath_node first = nodes.first();
    if (first.attribute()) return std::string(first.attribute().value());
    return pugi::xpath_query("string()").evaluate_string(first);
}

std::string is_no_xpath(std::string_view path, const pugi::xpath_exception& error) {
    return fmt::format("'{}' is not an XPath: {}", path, error.what());
}

}  // namespace

std::optional<std::string> no_json_path(std::string_view path) {
    if (steps(path)) return std::nullopt;
    return fmt::format("'{}' is not a path such as nodes[0].name", path);
}

std::optional<std::string> no_xpath(std::string_view path) {
    try {
        const pugi::xpath_query query{std::string(path).c_str()};
        return std::nullopt;
    } catch (const pugi::xpath_exception& error) {
        return is_no_xpath(path, error);
    }
}

Value from_json(std::string_view text, std::string_view path) {
    const auto way = steps(path);
    if (!way) return Value::unknown(no_json_path(path).value_or(""));
    const json all = json::parse(text, nullptr, false);
    if (all.is_discarded()) return support::unreadable("this is not JSON", text);
    const json* at = &all;
    for (const Step& step : *way) {
        at = follow(*at, step);
        if (at == nullptr) return support::unreadable(fmt::format("the JSON has nothing at '{}'", path), text);
    }
    if (at->is_string()) return at->get<std::string>();
    if (at->is_null()) return Value::unknown(fmt::format("the JSON has null at '{}'", path));
    if (at->is_structured()) return Value::unknown(fmt::format("the JSON has an {} at '{}', not one value", at->type_name(), path));
    return at->dump();
}

Value from_xml(std::string_view text, std::string_view path) {
    constexpr std::size_t longest = std::size_t{256} << 10;  // what a path costs may grow with the square of it
    if (text.size() > longest) return Value::unknown(fmt::format("{} bytes of XML are too many for a path", text.size()));
    pugi::xml_document document;
    if (!document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8)) {
        return support::unreadable("this is not XML", text);
    }
    try {
        return xpath(document, text, path);
    } catch (const pugi::xpath_exception& error) {
        return Value::unknown(is_no_xpath(path, error));
    }
}

}  // namespace stdlib::text
