#include "stdlib/support/shape.hpp"

#include <fmt/format.h>

#include <cassert>

#include "stdlib/support/scan.hpp"

namespace stdlib::support {

std::shared_ptr<const lang::EnumType> enumeration(std::string name, std::vector<std::string> members) {
    return std::make_shared<const lang::EnumType>(lang::EnumType{std::move(name), std::move(members)});
}

std::shared_ptr<const lang::RecordType> record_type(std::string name, std::vector<lang::FieldType> fields) {
    return std::make_shared<const lang::RecordType>(lang::RecordType{std::move(name), std::move(fields)});
}

Value record(const std::shared_ptr<const lang::RecordType>& type, std::initializer_list<std::pair<std::string_view, Value>> fields) {
    std::vector<Value> values(type->fields.size());
    assert(fields.size() == values.size() && "every field needs a value");
    for (const auto& [name, value] : fields) {
        const auto index = type->find(name);
        assert(index && "the type has no such field");
        values[*index] = value;
    }
    return lang::Record{type, std::move(values)};
}

runtime::Footprints everything(std::string system) {
    return [system = std::move(system)](const runtime::Context&) { return std::vector{runtime::Footprint{system, "*"}}; };
}

runtime::Footprints whole_machine() {
    return [](const runtime::Context&) { return std::vector<runtime::Footprint>{{"machine", "*"}, {"*", "*"}}; };
}

runtime::Footprints object(std::string system, std::string parameter) {
    return [system = std::move(system), parameter = std::move(parameter)](const runtime::Context& context) {
        return std::vector{runtime::Footprint{system, context.arguments.text(parameter)}};
    };
}

std::string quoted_output(std::string_view output) {
    const std::string line = said(output);
    return line.empty() ? "it says nothing" : fmt::format("it says '{}'", line);
}

std::vector<std::string> texts_in(const lang::Value& setting) {
    std::vector<std::string> texts;
    if (const auto* one = std::get_if<lang::Text>(&setting.payload())) texts.push_back(one->value);
    if (const auto* many = std::get_if<std::shared_ptr<const lang::List>>(&setting.payload())) {
        for (const lang::Value& item : (*many)->items) texts.push_back(item.text());
    }
    return texts;
}

}  // namespace stdlib::support
