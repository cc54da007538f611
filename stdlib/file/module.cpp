// Env files: NAME=value lines, as docker compose reads them.
#include "stdlib/file/definitions.hpp"
#include "stdlib/file/exchange.hpp"
#include "stdlib/support/readers.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::file {

namespace {

using namespace std::chrono_literals;
using lang::Effect;
using lang::Kind;
using lang::Parameter;
using lang::Type;
using lang::Value;
using runtime::Builtin;
using runtime::Context;
using runtime::Reply;

Parameter path() {
    return {.name = "path",
            .type = Kind::Text,
            .doc = "the file, from the root: `/etc/docker/edge/.env`",
            .reads = support::text_reader(no_path)};
}

std::optional<lang::Refusal> read_variables(const Value& variables, const lang::Given&) {
    if (variables.items().empty()) return lang::Refusal{"no variable is named", {}};
    for (const Value& name : variables.items()) {
        if (auto why = no_variable(name.text())) return lang::Refusal{std::move(*why), {}};
    }
    return std::nullopt;
}

/// `to` is read together with `from`.
std::optional<lang::Refusal> read_to(const Value& to, const lang::Given& all) {
    const Value* from = all["from"];
    if (from == nullptr) return std::nullopt;
    if (auto why = contradiction(support::texts_in(*from), support::texts_in(to))) return lang::Refusal{std::move(*why), {}};
    return std::nullopt;
}

Value value_of_variable(std::span<const Reply> replies, const Context& context) {
    const std::string &file = context.arguments.text("path"), &variable = context.arguments.text("variable");
    const Value seen = seen_from(replies, file, {variable});
    if (seen.is_unknown()) return seen;
    if (const auto why = no_plain_file(seen, file)) return Value::unknown(*why);
    const Value line = only_definition(seen, variable, file);
    return line.is_unknown() ? line : plain_value(line.field("text").text());
}

Builtin variable() {
    return {
        {.name = "variable",
         .parameters = {path(), {.name = "variable", .type = Kind::Text, .doc = "its name", .reads = support::text_reader(no_variable)}},
         .result = Kind::Text,
         .doc = "The value of a variable of an env file, without its quotes. Unknown where the file does not define it, defines it "
                "several times, or in a way that not every reader takes alike; and where the file is a symbolic link. No other line of "
                "the file is read.",
         .example = "require file.variable(\"/etc/docker/edge/.env\", \"XIVO_HOST\") == \"10.2.0.12\"",
         .deadline = 20s},
        runtime::Query{
            {.commands =
                 [](const Context& context) { return look_at(context.arguments.text("path"), {context.arguments.text("variable")}); },
             .value = value_of_variable},
            support::object("file", "path")}};
}

Builtin replace() {
    const Type addresses = Type::list_of(Kind::Address);
    return {
        {.name = "replace",
         .effect = Effect::Action,
         .parameters =
             {path(),
              {.name = "variables",
               .type = Type::list_of(Kind::Text),
               .doc = "the variables in whose values it is done; the file defines each once",
               .reads = read_variables},
              {.name = "from", .type = addresses, .doc = "the addresses that are there now", .takes_all = "`to` is read together with it"},
              {.name = "to", .type = addresses, .doc = "the address that takes the place of each, in the same order", .reads = read_to}},
         .result = {},
         .doc =
             "Exchanges whole addresses in the values of these variables, all at once: who reads the file meanwhile reads the old or "
             "the new one. Owner, mode and label stay; the old file stays beside it, with the time (UTC) behind its name. Refused "
             "where a variable names neither side or both, is not defined just once, and where the file is a symbolic link or has another "
             "name, a hard link. The way back is the same call with `from` and `to` exchanged.",
         .done = "each variable has the other addresses",
         .example = "file.replace(\"/etc/docker/edge/.env\", [\"XIVO_HOST\"], from: [\"10.2.0.11\"], to: [\"10.2.0.12\"])",
         .deadline = 1min},
        exchange()};
}

}  // namespace

runtime::Module module() {
    return {
        .name = "file",
        .doc = "Env files, with a variable on each line. Only the lines of the variables asked for are read: such files hold passwords.",
        .builtins = {variable(), replace()},
        .sources = {"Docker Compose: syntax of env files; POSIX rename(2); manual pages of GNU coreutils 9.1: cp, ln, sync"},
        .evidence = {{runtime::Evidence::How::Real, "Debian 12, with ext4, overlayfs or tmpfs"}},
        .rights = runtime::programs_only};
}

}  // namespace stdlib::file
