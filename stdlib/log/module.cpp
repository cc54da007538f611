// Lines that a service wrote since a moment.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "stdlib/compose/project.hpp"
#include "stdlib/support/readers.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::log {

namespace {

using namespace std::chrono_literals;

using lang::Kind;
using lang::Value;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Reply;

/// All containers of the service are looked at, running or not, but for those that `compose run` has made.
/// Ends with 0 where a line has the words, with 1 where docker told all there is and none has them, with 2 where that cannot be said: a
/// docker that failed has written nothing, too.
constexpr const char* script = R"sh({
folder=$2 service=$3 since=$4 words=$5; shift 5; export words
[ -z "$folder" ] || cd -- "$folder" || exit 2
ids=$("$@" ps -a -q "$service") || case $("$@" version --short 2>/dev/null) in 1.*) ids=$("$@" ps -q "$service") || exit 2 ;; *) exit 2 ;; esac
[ -z "$ids" ] || ids=$(docker inspect --format '{{if ne (index .Config.Labels "com.docker.compose.oneoff") "True"}}{{.Id}}{{end}}' $ids) || exit 2
[ -n "$ids" ] || { echo "$service has no container" >&2; exit 2; }
for id in $ids; do
  { docker logs --since "$since" "$id" 2>&1; echo "ended with $?"; } | awk '
    NR > 1 && index(last, ENVIRON["words"]) { found = 1 }
    { last = $0 }
    END { exit found ? 0 : last == "ended with 0" ? 1 : 2 }'
  case $? in 0) exit 0 ;; 2) echo "docker logs failed" >&2; exit 2 ;; esac
done
exit 1
} </dev/null
)sh";

/// awk finds no empty text, and looks at one line at a time.
std::optional<std::string> no_words(std::string_view words) {
    if (!words.empty() && words.find('\n') == std::string_view::npos) return std::nullopt;
    return fmt::format("it is a part of one line, and {} stands in none", Value(words).show());
}

Command ask(const Context& context) {
    const auto since = std::chrono::floor<std::chrono::milliseconds>(context.arguments["since"].time());
    const auto second = std::chrono::floor<std::chrono::seconds>(since);
    return compose::script(
        context, "log-has", script,
        {context.arguments.text("service"), fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(second), (since - second).count()),
         context.arguments.text("words")},
        {"logs", context.arguments.text("service")});
}

Value found(std::span<const Reply> replies, const Context&) {
    const Reply& reply = replies.front();
    if (reply.code == 0 || reply.code == 1) return reply.code == 0;
    return support::unreadable(fmt::format("its log cannot be read: {}", reply.describe()), reply.err);
}

Builtin has() {
    std::vector<lang::Parameter> parameters = compose::parameters_of_tool();
    parameters.insert(parameters.begin(), {compose::service_parameter("of a docker compose project: `xuc`"),
                                           {.name = "words",
                                            .type = Kind::Text,
                                            .doc = "what stands somewhere in the line, letter by letter",
                                            .reads = support::text_reader(no_words)},
                                           {.name = "since",
                                            .type = Kind::Time,
                                            .doc = "only lines that were written then or later, by docker's clock",
                                            .takes_all = "docker takes any time, of which it has lines or has none"}});
    return {{.name = "has",
             .parameters = std::move(parameters),
             .result = Kind::Bool,
             .doc = "Has the service written a line with these words since the moment? With the moment at which its container was started "
                    "(`compose.service`) a line of its last run is not taken for one of this run. Unknown where it has no container and "
                    "where docker cannot read its log.",
             .example = "require log.has(\"xuc\", \"Listening for HTTP\", since: time.unix(1785000000), tool: \"xivocc-dcomp\")",
             .deadline = 30s},
            runtime::Query{{.commands = [](const Context& context) { return std::vector{ask(context)}; }, .value = found},
                           support::everything("compose")}};
}

}  // namespace

runtime::Module module() {
    return {.name = "log",
            .doc = "What services that docker runs have written.",
            .builtins = {has()},
            .sources = {"docs.docker.com: docker logs"},
            .evidence = {{runtime::Evidence::How::Manual, "Docker Engine 20.10"}},
            .rights = runtime::programs_only};
}

}  // namespace stdlib::log
