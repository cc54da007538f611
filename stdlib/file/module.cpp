// Env files: NAME=value lines, as docker compose reads them.
#include "stdlib/file/definitions.hpp"
#include "stdlib/file/exchange.hpp"
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

Parameter path() { return {"path", Kind::Text, "the file, from the root: `/etc/docker/edge/.env`"}; }

Value value_of_variable(std::span<const Reply> replies, const Context& context) {
    const std::string &file = context.arguments.text("path"), &variable = context.arguments.text("variable");
    const Value seen = seen_from(replies, file, {variable});
    if (seen.is_unknown()) return seen;
    if (const auto why = no_plain_file(seen, file)) return Value::unknown(*why);
    const Value line = only_definition(seen, variable, file);
    return line.is_unknown() ? line : plain_value(line.field("text").text());
}

Builtin variable() {
    return {{.name = "variable",
             .parameters = {path(), {"variable", Kind::Text, "its name"}},
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
         .parameters = {path(),
                        {"variables", Type::list_of(Kind::Text), "the variables in whose values it is done; the file defines each once"},
                        {"from", addresses, "the addresses that are there now"},
                        {"to", addresses, "the address that takes the place of each, in the same order"}},
         .result = {},
         .doc =
             "Exchanges whole addresses in the values of these variables, all at once: who reads the file meanwhile reads the old or "
             "the new one. Owner, mode and label stay; the old file stays beside it, with the time (UTC) behind its name. Refused "
             "where a variable names neither side or both, is not defined just once, and where the file is a symbolic link or has another "
             "name, a hard link. The way back is the same call with `from` and `to` exchanged.",
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
        .evidence = {{runtime::Evidence::How::Real, "Debian 12, with ext4, overlayfs or tmpfs"}}};
}

}  // namespace stdlib::file
