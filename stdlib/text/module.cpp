// Taking texts apart. What is not there, or is not what it should be, is unknown.
#include <fmt/format.h>

#include "runtime/module.hpp"
#include "stdlib/support/json.hpp"
#include "stdlib/support/readers.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/text/path.hpp"
#include "stdlib/text/pattern.hpp"

namespace stdlib::text {

namespace {

using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Parameter;
using lang::Type;
using lang::Value;
using runtime::Builtin;
using runtime::Context;
using Parts = std::vector<std::string_view>;

Builtin method(std::string name, std::vector<Parameter> others, Type result, std::string doc, std::string example,
               Value (*compute)(const std::string&, const Context&)) {
    std::vector<Parameter> parameters{
        {.name = "text", .type = Kind::Text, .doc = "the text", .takes_all = "whatever a command has written"}};
    parameters.insert(parameters.end(), others.begin(), others.end());
    return {{.name = std::move(name),
             .effect = Effect::Pure,
             .hosts = HostKind::None,
             .parameters = std::move(parameters),
             .result = std::move(result),
             .doc = std::move(doc),
             .example = std::move(example),
             .method = true},
            [compute](const Context& context) { return compute(context.arguments.text("text"), context); },
            {}};
}

Value list_of(const Parts& parts) {
    std::vector<Value> values;
    for (const std::string_view part : parts) values.emplace_back(part);
    return Value::list(std::move(values));
}

/// Lines and fields alike.
std::optional<lang::Refusal> read_place(const Value& n, const lang::Given&) {
    if (n.integer() != 0) return std::nullopt;
    return lang::Refusal{"the first is 1, the last is -1, and none is 0", {}};
}

std::optional<lang::Refusal> read_group(const Value& group, const lang::Given& all) {
    const Value* pattern = all["pattern"];
    if (pattern == nullptr) return std::nullopt;
    if (auto why = no_group(pattern->text(), group.integer()))
        return lang::Refusal{std::move(*why), "put what is wanted into parentheses, or take group 0, all that matched"};
    return std::nullopt;
}

/// The n-th, from 1; from the end where n is negative.
Value nth(const Parts& parts, std::int64_t n, const std::string& text, const char* what) {
    const auto count = static_cast<std::int64_t>(parts.size());
    if (n == 0 || n > count || n < -count) return support::unreadable(fmt::format("it has {} {}s, no {} {}", count, what, what, n), text);
    return parts[static_cast<std::size_t>(n > 0 ? n - 1 : count + n)];
}

/// Cut at blanks, or at every one of the separator.
Parts fields_of(const std::string& text, const std::string& separator) {
    if (separator.empty()) return support::words(text);
    Parts parts;
    std::string_view rest = text;
    for (auto at = rest.find(separator); at != std::string_view::npos; at = rest.find(separator)) {
        parts.push_back(support::trimmed(rest.substr(0, at)));
        rest.remove_prefix(at + separator.size());
    }
    parts.push_back(support::trimmed(rest));
    return parts;
}

Value lines(const std::string& text, const Context&) { return list_of(support::lines(text)); }
Value line(const std::string& text, const Context& context) {
    return nth(support::lines(text), context.arguments.integer("n"), text, "line");
}
Value fields(const std::string& text, const Context& context) { return list_of(fields_of(text, context.arguments.text("separator"))); }
Value field(const std::string& text, const Context& context) {
    return nth(fields_of(text, context.arguments.text("separator")), context.arguments.integer("n"), text, "field");
}
Value trim(const std::string& text, const Context&) { return support::trimmed(text); }
Value contains(const std::string& text, const Context& context) { return text.find(context.arguments.text("part")) != std::string::npos; }
Value matches(const std::string& text, const Context& context) { return text::matches(text, context.arguments.text("pattern")); }
Value capture(const std::string& text, const Context& context) {
    return text::capture(text, context.arguments.text("pattern"), context.arguments.integer("group"));
}
Value as_int(const std::string& text, const Context&) { return support::integer_value(support::trimmed(text), "whole number"); }
Value as_float(const std::string& text, const Context&) {
    if (const auto number = support::real(support::trimmed(text))) return *number;
    return support::unreadable(fmt::format("'{}' is not a number", support::said(text)), text);
}
Value json_at(const std::string& text, const Context& context) { return text::from_json(text, context.arguments.text("path")); }
Value xml_at(const std::string& text, const Context& context) { return text::from_xml(text, context.arguments.text("path")); }

Builtin to_json() {
    return {
        {.name = "to_json",
         .effect = Effect::Pure,
         .hosts = HostKind::None,
         .parameters = {{.name = "value", .type = Kind::Any, .doc = "any value but a secret", .takes_all = "each has its form in JSON"}},
         .result = Kind::Text,
         .doc = "The value as JSON writes it: a list as an array, a record as an object, a time as RFC 3339 has it, a name or a "
                "duration as a text. What stands in a `json` of `http.action` is written so by itself.",
         .example = "let names = text.to_json([\"acd-jb1\", \"acd-jb2\"])"},
        [](const Context& context) -> Value { return support::to_json(context.arguments["value"]); },
        {}};
}

}  // namespace

runtime::Module module() {
    const Parameter n{.name = "n", .type = Kind::Int, .doc = "counted from 1, or from the end where negative", .reads = read_place};
    const Parameter separator{.name = "separator",
                              .type = Kind::Text,
                              .doc = "what separates fields; empty: any run of blanks",
                              .default_value = Value(""),
                              .takes_all = "any text can stand between fields"};
    const Parameter pattern{
        .name = "pattern",
        .type = Kind::Text,
        .doc = "a regular expression (ECMAScript without back-references); ^ and $ are the start and the end of the text",
        .reads = support::text_reader(no_pattern)};
    const Parameter group{.name = "group",
                          .type = Kind::Int,
                          .doc = "number of the group in parentheses; 0 is all that matched",
                          .default_value = Value(1),
                          .reads = read_group};
    return {.name = "text",
            .doc = "Texts, mostly of a command's output. The functions are written as methods: `shell.query(\"…\").line(1)`.",
            .builtins =
                {method("lines", {}, Type::list_of(Kind::Text), "Its lines, without their ends.",
                        "let names = shell.query(\"ls /backup\").lines()", lines),
                 method("line", {n}, Kind::Text, "One of its lines.",
                        "require shell.query(\"virsh domstate acd-store1\").line(1) == \"shut off\"", line),
                 method("fields", {separator}, Type::list_of(Kind::Text), "Its parts between the separators, blanks around them removed.",
                        "let addresses = shell.query(\"hostname -I\").fields()", fields),
                 method("field", {n, separator}, Kind::Text, "One of its fields.", "let user = shell.query(\"id -un\").field(1)", field),
                 method("trim", {}, Kind::Text, "Without blanks and line ends on both sides.",
                        "let name = shell.query(\"hostname\").trim()", trim),
                 method("contains",
                        {{.name = "part",
                          .type = Kind::Text,
                          .doc = "what is looked for, letter by letter",
                          .takes_all = "any text can be a part, and the empty one is a part of every text"}},
                        Kind::Bool, "Is the part anywhere in it?", "require shell.query(\"xivo-service status all\").contains(\"running\")",
                        contains),
                 method("matches", {pattern}, Kind::Bool, "Is the pattern found anywhere in it? Texts beyond 64 KiB are unknown.",
                        "require shell.query(\"uname -r\").matches(\"^5[.]\")", matches),
                 method("capture", {pattern, group}, Kind::Text, "What a group of the first match holds; unknown where nothing matches.",
                        "let major = shell.query(\"pcs --version\").capture(\"^([0-9]+)[.]\")", capture),
                 method("as_int", {}, Kind::Int, "The whole number that it is.", "require shell.query(\"cat /srv/calls\").as_int() == 0",
                        as_int),
                 method("as_float", {}, Kind::Float, "The number that it is.",
                        "require shell.query(\"cat /proc/loadavg\").field(1).as_float() < 4.0", as_float),
                 method("json",
                        {{.name = "path",
                          .type = Kind::Text,
                          .doc = "such as nodes[0].name; keys with dots or blanks as [\"a key\"]",
                          .reads = support::text_reader(no_json_path)}},
                        Kind::Text, "One text, number or truth value out of JSON, as text.",
                        "require shell.query(\"curl -s http://127.0.0.1/health\").json(\"status\") == \"UP\"", json_at),
                 method("xml", {{.name = "path", .type = Kind::Text, .doc = "an XPath 1.0", .reads = support::text_reader(no_xpath)}},
                        Kind::Text, "What an XPath finds first in XML, as text. Beyond 256 KiB unknown.",
                        "require shell.query(\"virsh dumpxml acd-store1\").xml(\"/domain/name\") == \"acd-store1\"", xml_at),
                 to_json()},
            .detections = {},
            .residues = {},
            .sources = {}};
}

}  // namespace stdlib::text
