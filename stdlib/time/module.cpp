// The clock of the machine on which procrun runs.
#include "runtime/module.hpp"
#include "lang/model/operators.hpp"

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
             .example = "let begun = time.now()"},
            [](const Context& context) -> Value { return context.now; },
            {}};
}

Builtin since() {
    return {{.name = "since",
             .effect = Effect::Pure,
             .hosts = HostKind::None,
             .parameters = {{"moment", Kind::Time, "a time in the past; one in the future gives a negative duration"}},
             .result = Kind::Duration,
             .doc = "How long ago a moment was, by the clock of this machine.",
             .example = "require time.since(time.unix(1785000000)) > 24h"},
            [](const Context& context) -> Value {
                lang::Computed passed = lang::arithmetic(lang::BinaryOp::Minus, context.now, context.arguments["moment"]);
                return passed.failed() ? Value::unknown(std::move(passed.error)) : std::move(passed.value);
            },
            {}};
}

/// Years 0 to 9999: what can be shown, and what milliseconds hold without overflow.
constexpr std::int64_t earliest = -62'167'219'200;
constexpr std::int64_t latest = 253'402'300'799;

Builtin unix_time() {
    return {
        {.name = "unix",
         .effect = Effect::Pure,
         .hosts = HostKind::None,
         .parameters = {{"seconds", Kind::Int, "seconds since 1970-01-01 00:00:00 UTC"}},
         .result = Kind::Time,
         .doc = "The time that a number of seconds since 1970 stands for, as `stat -c %Y` and `date +%s` print it. Beyond the year 9999 it "
                "is unknown.",
         .example = "require time.since(time.unix(shell.query(\"stat -c %Y /backup/latest.sql.gz\").as_int())) < 24h"},
        [](const Context& context) -> Value {
            const auto seconds = context.arguments.integer("seconds");
            if (seconds < earliest || seconds > latest) return Value::unknown("so many seconds are no time between the years 0 and 9999");
            return lang::Time(std::chrono::seconds(seconds));
        },
        {}};
}

}  // namespace

runtime::Module module() {
    return {.name = "time",
            .doc = "Moments and how long ago they were.",
            .builtins = {now(), since(), unix_time()},
            .detections = {},
            .residues = {},
            .sources = {}};
}

}  // namespace stdlib::time
