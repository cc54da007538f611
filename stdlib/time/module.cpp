// The clock of the machine on which procrun runs.
#include <fmt/format.h>

#include "lang/model/operators.hpp"
#include "runtime/module.hpp"
#include "stdlib/support/json.hpp"

namespace stdlib::time {

namespace {

using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Value;
using runtime::Builtin;
using runtime::Context;

Builtin now() {
    return {{.name = "now",
             .effect = Effect::Pure,
             .hosts = HostKind::None,
             .parameters = {},
             .result = Kind::Time,
             .doc = "The time now, by the clock of this machine. One evaluation of a condition sees one time.",
             .example = "let begun = time.now()",
             .reads_clock = true},
            [](const Context& context) -> Value { return context.now; },
            {}};
}

Builtin since() {
    return {{.name = "since",
             .effect = Effect::Pure,
             .hosts = HostKind::None,
             .parameters = {{.name = "moment",
                             .type = Kind::Time,
                             .doc = "a time in the past; one in the future gives a negative duration",
                             .takes_all = "any two times have a distance"}},
             .result = Kind::Duration,
             .doc = "How long ago a moment was, by the clock of this machine.",
             .example = "require time.since(time.unix(1785000000)) > 24h",
             .reads_clock = true},
            [](const Context& context) -> Value {
                lang::Computed passed = lang::arithmetic(lang::BinaryOp::Minus, context.now, context.arguments["moment"]);
                return passed.failed() ? Value::unknown(std::move(passed.error)) : std::move(passed.value);
            },
            {}};
}

/// Years 0 to 9999: what can be shown, and what milliseconds hold without overflow.
constexpr std::int64_t earliest = -62'167'219'200;
constexpr std::int64_t latest = 253'402'300'799;

std::optional<std::string> no_time(std::int64_t seconds) {
    if (seconds >= earliest && seconds <= latest) return std::nullopt;
    return fmt::format("{} seconds since 1970 are no time between the years 0 and 9999", seconds);
}

std::optional<lang::Refusal> read_seconds(const Value& seconds, const lang::Given&) {
    if (auto why = no_time(seconds.integer())) return lang::Refusal{std::move(*why), "milliseconds are divided by 1000 first"};
    return std::nullopt;
}

Builtin unix_time() {
    return {
        {.name = "unix",
         .effect = Effect::Pure,
         .hosts = HostKind::None,
         .parameters = {{.name = "seconds", .type = Kind::Int, .doc = "seconds since 1970-01-01 00:00:00 UTC", .reads = read_seconds}},
         .result = Kind::Time,
         .doc = "The time that a number of seconds since 1970 stands for, as `stat -c %Y` and `date +%s` print it. Beyond the year 9999 it "
                "is unknown.",
         .example = "require time.since(time.unix(shell.query(\"stat -c %Y /backup/latest.sql.gz\").as_int())) < 24h"},
        [](const Context& context) -> Value {
            const auto seconds = context.arguments.integer("seconds");
            if (auto why = no_time(seconds)) return Value::unknown(std::move(*why));
            return lang::Time(std::chrono::seconds(seconds));
        },
        {}};
}

Builtin of_moment(std::string name, Kind result, std::string doc, std::string example, Value (*compute)(lang::Time)) {
    return {{.name = std::move(name),
             .effect = Effect::Pure,
             .hosts = HostKind::None,
             .parameters = {{.name = "moment", .type = Kind::Time, .doc = "a time", .takes_all = "every time can be written"}},
             .result = result,
             .doc = std::move(doc),
             .example = std::move(example)},
            [compute](const Context& context) { return compute(context.arguments["moment"].time()); },
            {}};
}

Builtin epoch() {
    return of_moment("epoch", Kind::Int, "The seconds since 1970-01-01 00:00:00 UTC, as monitoring takes the beginning of a downtime.",
                     "let ends = time.epoch(time.now() + 2h)", [](lang::Time moment) -> Value {
                         return std::int64_t{std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count()};
                     });
}

Builtin iso() {
    return of_moment("iso", Kind::Text, "The time as ISO 8601 and RFC 3339 write it, in UTC: 2026-01-31T23:59:59Z.",
                     "let begins = time.iso(time.now())", [](lang::Time moment) -> Value { return support::rfc3339(moment); });
}

}  // namespace

runtime::Module module() {
    return {.name = "time",
            .doc = "Moments and how long ago they were.",
            .builtins = {now(), since(), unix_time(), epoch(), iso()},
            .detections = {},
            .residues = {},
            .sources = {"RFC 3339, section 5.6 (a time as text)"}};
}

}  // namespace stdlib::time
