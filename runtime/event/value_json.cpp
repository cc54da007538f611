#include "runtime/event/value_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace runtime {

using lang::Kind;
using lang::Value;
using nlohmann::json;

namespace {

json write(const Value& value);

struct Writer {
    json operator()(std::monostate) const { return nullptr; }
    json operator()(const std::shared_ptr<const lang::Unknown>& unknown) const {
        json written{{"unknown", unknown->why}};
        if (unknown->cause == lang::Unknown::Cause::NotSimulated) written["not_simulated"] = unknown->mend;
        return written;
    }
    json operator()(bool b) const { return b; }
    json operator()(std::int64_t i) const { return i; }
    json operator()(double d) const { return d; }
    json operator()(const lang::Text& text) const { return text.value; }
    json operator()(lang::Duration duration) const { return duration.count(); }
    json operator()(lang::Time time) const { return time.time_since_epoch().count(); }
    json operator()(const lang::Host* host) const { return host->name; }
    json operator()(const lang::EnumMember& member) const { return member.type->members[member.index]; }
    json operator()(const std::shared_ptr<const lang::Record>& record) const {
        json object = json::object();
        for (std::size_t i = 0; i < record->fields.size(); ++i) object[record->type->fields[i].name] = write(record->fields[i]);
        return object;
    }
    json operator()(const std::shared_ptr<const lang::List>& list) const {
        json array = json::array();
        for (const Value& item : list->items) array.push_back(write(item));
        return array;
    }
    json operator()(const std::shared_ptr<const lang::Secret>&) const { return nullptr; }
};

json write(const Value& value) { return std::visit(Writer{}, value.payload()); }

Value read(const json& j, const lang::Type& type, const lang::Site& site) {
    if (j.is_object() && j.contains("not_simulated") && j.contains("unknown"))
        return Value::not_simulated(j.at("unknown").get<std::string>(), j.at("not_simulated").get<std::string>());
    if (j.is_object() && j.contains("unknown") && type.kind() != Kind::Record) return Value::unknown(j.at("unknown").get<std::string>());
    switch (type.kind()) {
        case Kind::Bool:
            return j.get<bool>();
        case Kind::Int:
            return j.get<std::int64_t>();
        case Kind::Float:
            return j.get<double>();
        case Kind::Text:
        case Kind::Address:
            return j.get<std::string>();
        case Kind::Duration:
            return lang::Duration(j.get<std::int64_t>());
        case Kind::Time:
            return lang::Time(lang::Duration(j.get<std::int64_t>()));
        case Kind::Enum:
            return Value::member(type.enumeration(), j.get<std::string>());
        case Kind::Host: {
            const auto name = j.get<std::string>();
            if (const lang::Host* host = site.find_host(name)) return host;
            return Value::unknown(fmt::format("the site has no host {} any more", name));
        }
        case Kind::List: {
            std::vector<Value> items;
            for (const json& item : j) items.push_back(read(item, type.element(), site));
            return Value::list(std::move(items));
        }
        case Kind::Record: {
            lang::Record record{.type = type.record(), .fields = {}};
            for (const lang::FieldType& field : type.record()->fields) {
                record.fields.push_back(j.contains(field.name) ? read(j.at(field.name), field.type, site)
                                                               : Value::unknown("it was kept without " + field.name));
            }
            return record;
        }
        default:
            return Value::unknown(fmt::format("a value of type {} cannot be kept", type.name()));
    }
}

}  // namespace

std::string value_to_json(const Value& value) { return write(value).dump(-1, ' ', false, json::error_handler_t::replace); }

Value value_from_json(const std::string& text, const lang::Type& type, const lang::Site& site) {
    try {
        return read(json::parse(text), type, site);
    } catch (const json::exception& wrong) {
        return Value::unknown(fmt::format("what was kept is not a {}: {}", type.name(), wrong.what()), text);
    }
}

namespace {

/// Nothing where an empty list leaves it open.
struct TypeOf {
    lang::Type operator()(std::monostate) const { return Kind::Nothing; }
    lang::Type operator()(const std::shared_ptr<const lang::Unknown>&) const { return Kind::Nothing; }
    lang::Type operator()(bool) const { return Kind::Bool; }
    lang::Type operator()(std::int64_t) const { return Kind::Int; }
    lang::Type operator()(double) const { return Kind::Float; }
    lang::Type operator()(const lang::Text&) const { return Kind::Text; }
    lang::Type operator()(lang::Duration) const { return Kind::Duration; }
    lang::Type operator()(lang::Time) const { return Kind::Time; }
    lang::Type operator()(const lang::Host*) const { return Kind::Host; }
    lang::Type operator()(const lang::EnumMember& member) const { return lang::Type::of(member.type); }
    lang::Type operator()(const std::shared_ptr<const lang::Record>& record) const { return lang::Type::of(record->type); }
    lang::Type operator()(const std::shared_ptr<const lang::List>& list) const {
        if (list->items.empty()) return Kind::Nothing;
        return lang::Type::list_of(std::visit(*this, list->items.front().payload()));
    }
    lang::Type operator()(const std::shared_ptr<const lang::Secret>&) const { return Kind::Nothing; }
};

}  // namespace

Value value_from_json_like(const std::string& text, const Value& example, const lang::Site& site) {
    const lang::Type type = std::visit(TypeOf{}, example.payload());
    if (type.kind() == Kind::Nothing) return Value::unknown("its type is not known");
    return value_from_json(text, type, site);
}

}  // namespace runtime
