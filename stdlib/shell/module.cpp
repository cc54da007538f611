// Commands of the site's own. What they mean is the site's business: only their exit status and output are known here.
#include <fmt/format.h>

#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::shell {

namespace {

using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Parameter;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Reply;

/// Every shell takes a script of blanks, and ends with 0.
std::optional<lang::Refusal> read_script(const Value& script, const lang::Given&) {
    const auto* text = std::get_if<lang::Text>(&script.payload());
    if (text == nullptr || !support::trimmed(text->value).empty()) return std::nullopt;
    return lang::Refusal{"there is no command in it, and it would succeed without doing anything", {}};
}

std::vector<Parameter> parameters() {
    return {{.name = "script",
             .type = Kind::Text,
             .doc = "for the host's usual shell: sh on Linux, cmd on Windows; a value in a hole becomes one quoted word",
             .script = true,
             .reads = read_script},
            {.name = "input",
             .type = Kind::Secret,
             .doc = "written to its standard input; never shown",
             .default_value = Value(""),
             .takes_all = "what it means, the script alone knows"}};
}

/// A text without holes, or written texts and values in turn.
std::vector<runtime::Part> parts(const Value& script) {
    if (const auto* text = std::get_if<lang::Text>(&script.payload())) return {runtime::Verbatim{text->value}};
    std::vector<runtime::Part> parts;
    for (std::size_t i = 0; i < script.items().size(); ++i) {
        std::string bytes = script.items()[i].plain();
        if (i % 2 == 0) {
            parts.emplace_back(runtime::Verbatim{std::move(bytes)});
        } else {
            parts.emplace_back(runtime::Quoted{std::move(bytes)});
        }
    }
    return parts;
}

Command command(const Context& context) {
    Command made = Command::script(parts(context.arguments["script"]));
    const Value& input = context.arguments["input"];
    if (const auto* plain = std::get_if<lang::Text>(&input.payload())) {
        if (!plain->value.empty()) made.input({runtime::Hidden{plain->value}});
    } else {
        made.input_secret(input);
    }
    return made.as_the_account_speaks();
}

/// It may read anything on the host; what it asks is its script: two scripts are two questions.
std::vector<runtime::Footprint> footprint(const Context& context) {
    std::vector<runtime::Footprint> all = support::whole_machine()(context);
    all.push_back({"shell", context.arguments["script"].show()});
    return all;
}

Builtin query(std::string name, lang::Type result, std::string doc, std::string example,
              std::function<Value(std::span<const Reply>, const Context&)> value) {
    return {{.name = std::move(name),
             .effect = Effect::Query,
             .hosts = HostKind::Any,
             .parameters = parameters(),
             .result = std::move(result),
             .doc = std::move(doc),
             .example = std::move(example),
             .deadline = std::chrono::seconds(30)},
            runtime::Query{{.commands = [](const Context& context) { return std::vector{command(context)}; },
                            .value = std::move(value),
                            .reads_silence = false},
                           footprint},
            {}};
}

Value output(std::span<const Reply> replies, const Context&) {
    const Reply& reply = replies.front();
    if (reply.truncated) return Value::unknown("it wrote more than can be read");
    if (reply.code != 0) return support::unreadable(reply.describe(), reply.out);
    std::string_view text = reply.out;
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

Value succeeded(std::span<const Reply> replies, const Context&) {
    const Reply& reply = replies.front();
    if (reply.code == 0 || reply.code == 1) return reply.code == 0;
    return support::unreadable(reply.describe() + "; only exit 0 and 1 are an answer", reply.out);
}

Builtin act() {
    return {
        {.name = "action",
         .effect = Effect::Action,
         .hosts = HostKind::Any,
         .parameters = parameters(),
         .result = Kind::Nothing,
         .doc =
             "Runs a script that changes something. An exit status other than 0 is a failure. Whether it has done its work is not known "
             "here: `done_when` says what it is to reach. Without that it is not verified, and resuming after a lost link asks a person.",
         .example = "shell.action(\"vim-cmd vmsvc/power.on 13\")  within 1m",
         .deadline = std::chrono::minutes(5),
         .unverified = true},
        Action{.probe = {},
               .judge = {},
               .command = [](const Value&, const Context& context) { return command(context); },
               .complaint = {},
               .arrived = {},
               .poll = std::chrono::seconds(1),
               .ends_link = false,
               .touches = support::whole_machine()},
        {}};
}

}  // namespace

runtime::Module module() {
    return {
        .name = "shell",
        .doc =
            "Scripts of the site's own, run by the host's usual shell with the host's rights. A script in `query` or `succeeds` must only "
            "read: it is also run by `plan`, and as often as a condition is looked at.",
        .builtins =
            {query("query", Kind::Text,
                   "What a script writes to standard output, without the line ends at its end. Unknown where its exit status is not 0.",
                   "require shell.query(\"virsh domstate acd-store1\").line(1) == \"shut off\"", output),
             query("succeeds", Kind::Bool, "True where the script's exit status is 0, false where it is 1, unknown for any other.",
                   "require shell.succeeds(\"test -f /srv/data/.mounted\")", succeeded),
             act()},
        .detections = {},
        .residues = {},
        .sources = {},
        .evidence = {{runtime::Evidence::How::Real, "sh (dash 0.5.12)"}, {runtime::Evidence::How::Manual, "Windows PowerShell 5.1"}},
        .rights = runtime::programs_only};
}

}  // namespace stdlib::shell
