// Lists. An element that is unknown makes unknown what depends on it.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/module.hpp"

namespace stdlib::list {

namespace {

using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Parameter;
using lang::Type;
using lang::Value;
using runtime::Builtin;
using runtime::Context;

Builtin method(std::string name, std::vector<Parameter> others, Type result, std::string doc, std::string example,
               Value (*compute)(const std::vector<Value>&, const Context&)) {
    std::vector<Parameter> parameters{{.name = "items", .type = Type::list_of(Kind::Any), .doc = "the list", .takes_all = "of any list"}};
    parameters.insert(parameters.end(), others.begin(), others.end());
    return {{.name = std::move(name),
             .effect = Effect::Pure,
             .hosts = HostKind::None,
             .parameters = std::move(parameters),
             .result = std::move(result),
             .doc = std::move(doc),
             .example = std::move(example),
             .method = true},
            [compute](const Context& context) { return compute(context.arguments["items"].items(), context); },
            {}};
}

const Value* first_unknown(const std::vector<Value>& items) {
    const auto it = std::find_if(items.begin(), items.end(), [](const Value& item) { return item.is_unknown(); });
    return it == items.end() ? nullptr : &*it;
}

Value count(const std::vector<Value>& items, const Context&) {
    if (const Value* unknown = first_unknown(items)) return *unknown;
    return static_cast<std::int64_t>(items.size());
}

Value first(const std::vector<Value>& items, const Context&) {
    return items.empty() ? Value::unknown("the list is empty: it has no first element") : items.front();
}

Value contains(const std::vector<Value>& items, const Context& context) {
    Value found = false;
    for (const Value& item : items) found = logical_or(found, equal(item, context.arguments["item"]));
    return found;
}

Value join(const std::vector<Value>& items, const Context& context) {
    if (const Value* unknown = first_unknown(items)) return *unknown;
    std::string joined;
    for (const Value& item : items) {
        if (&item != &items.front()) joined += context.arguments.text("separator");
        joined += item.plain();
    }
    return joined;
}

constexpr std::int64_t longest_range = 10'000;

/// Why there are no such numbers; nothing where there are, none among them.
std::optional<std::string> too_long(std::int64_t from, std::int64_t to) {
    std::int64_t length = 0;
    if (from > to || (!__builtin_sub_overflow(to, from, &length) && length < longest_range)) return std::nullopt;
    return fmt::format("the numbers from {} to {} are more than {}", from, to, longest_range);
}

/// `last` is read together with `first`, which alone can be any number.
std::optional<lang::Refusal> read_last(const Value& last, const lang::Given& all) {
    const Value* first = all["first"];
    if (first == nullptr) return std::nullopt;
    if (auto why = too_long(first->integer(), last.integer())) return lang::Refusal{std::move(*why), "make the range shorter"};
    return std::nullopt;
}

Builtin range() {
    return {{.name = "range",
             .effect = Effect::Pure,
             .hosts = HostKind::None,
             .parameters = {{.name = "last", .type = Kind::Int, .doc = "the last number", .reads = read_last},
                            {.name = "first",
                             .type = Kind::Int,
                             .doc = "the first number",
                             .default_value = Value(1),
                             .takes_all = "`last` is read together with it"}},
             .result = Type::list_of(Kind::Int),
             .doc = "The whole numbers from first to last, both included; none where last comes before first. More than 10000 are unknown.",
             .example = "for n in list.range(3) { note \"acd-jb${n}\" }"},
            [](const Context& context) -> Value {
                const auto from = context.arguments.integer("first"), to = context.arguments.integer("last");
                if (auto why = too_long(from, to)) return Value::unknown(std::move(*why));
                std::vector<Value> numbers;
                for (std::int64_t i = 0; from <= to && i <= to - from; ++i) numbers.emplace_back(from + i);
                return Value::list(std::move(numbers));
            },
            {}};
}

}  // namespace

runtime::Module module() {
    return {
        .name = "list",
        .doc = "Lists. They are written as methods: `pcs.problems().count`.",
        .builtins = {method("count", {}, Kind::Int, "How many elements it has. Unknown where an element is.",
                            "require pcs.problems().count == 0", count),
                     method("first", {}, Kind::Any, "Its first element; unknown where it has none.",
                            "require pcs.status().nodes.first.online", first),
                     method("contains",
                            {{.name = "item", .type = Kind::Any, .doc = "what is looked for", .takes_all = "any value can be looked for"}},
                            Kind::Bool, "Is one of its elements equal to this one?",
                            "require pcs.node(acd-store2).resources.contains(\"vip\")", contains),
                     method("join",
                            {{.name = "separator",
                              .type = Kind::Text,
                              .doc = "what stands between them",
                              .default_value = Value(", "),
                              .takes_all = "it is written as it is"}},
                            Kind::Text, "All elements as one text.", "note \"${pcs.problems().join(\"; \")}\"", join),
                     range()},
        .detections = {},
        .residues = {},
        .sources = {}};
}

}  // namespace stdlib::list
