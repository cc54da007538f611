#include "tests/runtime/interpret/lamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace runtime_tests {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Read;
using runtime::Verdict;
using State = runtime::Verdict::State;

constexpr std::array<std::string_view, 4> words{"off", "warming", "on", "broken"};
constexpr std::size_t off = 0, warming = 1, on = 2, broken = 3;

const std::shared_ptr<const lang::EnumType>& states() {
    static const auto type = std::make_shared<const lang::EnumType>(lang::EnumType{"lamp.State", {"Off", "Warming", "On", "Broken"}});
    return type;
}

struct Status {
    std::size_t state = 0;
    int level = 0;
};

std::optional<Status> read_status(const std::string& out) {
    std::istringstream in(out);
    std::string state;
    Status status;
    if (!(in >> state >> status.level)) return std::nullopt;
    const auto word = std::find(words.begin(), words.end(), state);
    if (word == words.end()) return std::nullopt;
    status.state = static_cast<std::size_t>(word - words.begin());
    return status;
}

Value unreadable(const runtime::Reply& reply) {
    return Value::unknown(reply.code != 0 ? "the lamp said: " + reply.describe()
                                          : "no state of a lamp: " + reply.out.substr(0, reply.out.find('\n')));
}

Builtin clock() {
    return {{.name = "clock",
             .effect = lang::Effect::Pure,
             .hosts = lang::HostKind::None,
             .parameters = {},
             .result = Kind::Time,
             .doc = "What time it is.",
             .example = "let now = lamp.clock()"},
            [](const Context& context) -> Value { return context.now; },
            {}};
}

/// `lamp status NAME`, and what `of` makes of it.
Read status(std::function<Value(const Status&)> of) {
    return {.commands =
                [](const Context& context) {
                    return std::vector{Command::program({"lamp", "status", context.arguments.text("name")})};
                },
            .value = [of = std::move(of)](std::span<const runtime::Reply> replies, const Context&) -> Value {
                const auto status = replies.front().ok() ? read_status(replies.front().out) : std::nullopt;
                return status ? of(*status) : unreadable(replies.front());
            }};
}

std::optional<lang::Refusal> read_name(const Value& name, const lang::Given&) {
    if (name.text() != "-") return std::nullopt;
    return lang::Refusal{"no lamp is called -", {}};
}

lang::Parameter name() { return {.name = "name", .type = Kind::Text, .doc = {}, .reads = read_name}; }
lang::Parameter code() { return {.name = "code", .type = Kind::Secret, .doc = {}}; }

lang::Signature signature(std::string name, lang::Effect effect, std::vector<lang::Parameter> parameters, Type result) {
    lang::Signature made;
    made.name = std::move(name);
    made.effect = effect;
    made.hosts = lang::HostKind::Linux;
    made.parameters = std::move(parameters);
    made.result = std::move(result);
    made.deadline = effect == lang::Effect::Action ? std::chrono::seconds(60) : std::chrono::seconds(20);
    return made;
}

Builtin query(std::string called, Type result, std::function<Value(const Status&)> of) {
    return {signature(std::move(called), lang::Effect::Query, {name()}, std::move(result)), runtime::Query{status(std::move(of)), {}}, {}};
}

/// What the lamp says in one line, whatever it is.
Builtin line(std::string called, std::vector<lang::Parameter> parameters, std::vector<std::string> needs) {
    const std::string verb = called;
    Read read{.commands =
                  [verb](const Context& context) {
                      Command command = Command::program({"lamp", verb, context.arguments.text("name")});
                      if (context.arguments.values().size() > 1) command.input_secret(context.arguments["code"]);
                      return std::vector{command};
                  },
              .value = [](std::span<const runtime::Reply> replies, const Context&) -> Value {
                  if (!replies.front().ok()) return unreadable(replies.front());
                  return replies.front().out.substr(0, replies.front().out.find('\n'));
              }};
    return {signature(std::move(called), lang::Effect::Query, std::move(parameters), Kind::Text), runtime::Query{std::move(read), {}},
            std::move(needs)};
}

Verdict towards(std::size_t wanted, const Value& seen, bool sent) {
    const std::string& now = seen.member_name();
    const std::size_t state = seen.member().index;
    if (state == wanted) return {State::Reached, now};
    if (state == warming) return {State::Moving, now};
    if (state == broken) return {sent ? State::Failed : State::Refused, "the bulb is broken: put in another one"};
    return {State::Needed, now};
}

Builtin reach(std::string called, std::string verb, std::size_t wanted) {
    Action parts{.probe = status([](const Status& s) -> Value {
                     return lang::EnumMember{states(), s.state};
                 }),
                 .judge = [wanted](const Value& seen, const Context&) { return towards(wanted, seen, false); },
                 .command =
                     [verb](const Value&, const Context& context) {
                         return Command::program({"lamp", verb, context.arguments.text("name")});
                     },
                 .complaint = {},
                 .arrived = [wanted](const Value&, const Value& now, const Context&) { return towards(wanted, now, true); },
                 .touches =
                     [](const Context& context) {
                         return std::vector{runtime::Footprint{"lamp", context.arguments.text("name")}};
                     }};
    return {signature(std::move(called), lang::Effect::Action, {name()}, {}), std::move(parts), {}};
}

/// What its manual warns of.
Builtin turn() {
    Builtin made = reach("turn", "turn", on);
    auto& parts = std::get<Action>(made.parts);
    parts.judge = [](const Value&, const Context&) -> Verdict { return {State::Needed, "nobody sees where it shines"}; };
    parts.arrived = [](const Value&, const Value&, const Context&) -> Verdict { return {State::Unclear, "nobody sees where it shines"}; };
    parts.says_done = [](const runtime::Reply& reply, const Context&) { return reply.out == "turned"; };
    return made;
}

Builtin dangerous(Builtin builtin, std::string danger) {
    builtin.signature.danger = std::move(danger);
    return builtin;
}

Builtin just_do(std::string called, std::vector<lang::Parameter> parameters) {
    const std::string verb = called;
    Action parts{.probe = {},
                 .judge = {},
                 .command =
                     [verb](const Value&, const Context& context) {
                         Command command = Command::program({"lamp", verb, context.arguments.text("name")});
                         if (context.arguments.values().size() > 1) command.input_secret(context.arguments["code"]);
                         return command;
                     },
                 .complaint = {},
                 .arrived = {},
                 .touches = {}};
    lang::Signature made = signature(std::move(called), lang::Effect::Action, std::move(parameters), {});
    made.unverified = true;
    return {std::move(made), std::move(parts), {}};
}

Builtin restart() {
    Action parts{
        .probe = Read{.commands =
                          [](const Context&) {
                              return std::vector{Command::program({"lamp", "boots"})};
                          },
                      .value = [](std::span<const runtime::Reply> replies, const Context&) -> Value {
                          return replies.front().ok() ? Value(replies.front().out) : unreadable(replies.front());
                      }},
        .judge =
            [](const Value&, const Context&) {
                return Verdict{State::Needed, {}};
            },
        .command =
            [](const Value&, const Context&) {
                return Command::program({"lamp", "restart"});
            },
        .complaint = {},
        .arrived =
            [](const Value& before, const Value& now, const Context&) {
                return before.text() == now.text() ? Verdict{State::Needed, "it has not gone down yet"} : Verdict{State::Reached, {}};
            },
        .poll = std::chrono::seconds(2),
        .ends_link = true,
        .touches = {}};
    return {signature("restart", lang::Effect::Action, {}, {}), std::move(parts), {}};
}

runtime::Detection version() {
    return {"lamp.version",
            {.commands =
                 [](const Context&) {
                     return std::vector{Command::program({"lamp", "version"})};
                 },
             .value = [](std::span<const runtime::Reply> replies, const Context&) -> Value {
                 return replies.front().ok() ? Value(replies.front().out) : unreadable(replies.front());
             }}};
}

/// Only of the hosts of side 3, so that the cases that are not about it need not show it.
runtime::Residue lit() {
    Read read{.commands =
                  [](const Context&) {
                      return std::vector{Command::program({"lamp", "lit"})};
                  },
              .value = [](std::span<const runtime::Reply> replies, const Context& context) -> Value {
                  if (!replies.front().ok()) return unreadable(replies.front());
                  std::vector<Value> found;
                  std::istringstream out(replies.front().out);
                  for (std::string name; std::getline(out, name);)
                      found.push_back(runtime::thing(name + " is lit on " + context.host->name, name, {name}));
                  return Value::list(std::move(found));
              }};
    return {.name = "lit lamps",
            .query = {std::move(read),
                      [](const Context&) {
                          return std::vector{runtime::Footprint{"lamp", "*"}};
                      }},
            .needs = {"lamp.version"},
            .applies = [](const lang::Host& host, const lang::Site&) {
                const auto side = host.facts.find("side");  // not every site of a test has it
                return side != host.facts.end() && side->second.integer() == 3;
            }};
}

}  // namespace

runtime::Module lamp() {
    return {.name = "lamp",
            .doc = {},
            .builtins = {clock(), query("is_on", Kind::Bool, [](const Status& s) -> Value { return s.state == on; }),
                         query("state", Type::of(states()),
                               [](const Status& s) -> Value {
                                   return lang::EnumMember{states(), s.state};
                               }),
                         query("level", Kind::Int, [](const Status& s) -> Value { return s.level; }),
                         query("percent", Kind::Float, [](const Status& s) -> Value { return double(s.level); }),
                         line("label", {name()}, {"lamp.version"}), line("code", {name(), code()}, {}), reach("light", "on", on),
                         reach("dim", "off", off), dangerous(reach("burn", "on", on), "may set fire to the house"),
                         just_do("flash", {name()}), just_do("unlock", {name(), code()}), turn(), restart()},
            .detections = {version()},
            .residues = {lit()},
            .sources = {}};
}

const runtime::Registry& registry() {
    static const runtime::Registry registry({lamp()});
    return registry;
}

}  // namespace runtime_tests
