// Events as JSON: the names of the fields are those of the structs, durations are milliseconds.
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "runtime/event/format_1.hpp"
#include "runtime/event/types.hpp"

namespace nlohmann {

template <>
struct adl_serializer<lang::Duration> {
    static void to_json(json& j, lang::Duration duration) { j = duration.count(); }
    static void from_json(const json& j, lang::Duration& duration) { duration = lang::Duration(j.get<std::int64_t>()); }
};

template <>
struct adl_serializer<lang::Time> {
    static void to_json(json& j, lang::Time time) { j = time.time_since_epoch().count(); }
    static void from_json(const json& j, lang::Time& time) { time = lang::Time(lang::Duration(j.get<std::int64_t>())); }
};

template <typename T>
struct adl_serializer<std::optional<T>> {
    static void to_json(json& j, const std::optional<T>& value) { value ? j = *value : j = nullptr; }
    static void from_json(const json& j, std::optional<T>& value) {
        if (j.is_null()) {
            value.reset();
        } else {
            value = j.get<T>();
        }
    }
};

}  // namespace nlohmann

namespace runtime {

NLOHMANN_JSON_SERIALIZE_ENUM(Effect, {{Effect::Changed, "changed"},
                                      {Effect::Unchanged, "unchanged"},
                                      {Effect::Failed, "failed"},
                                      {Effect::Unknown, "unknown outcome"},
                                      {Effect::NotSent, "not sent"},
                                      {Effect::SignedOff, "signed off"},
                                      {Effect::NotSimulated, "not simulated"}})

NLOHMANN_JSON_SERIALIZE_ENUM(End, {{End::Completed, "completed"},
                                   {End::Failed, "failed"},
                                   {End::Usage, "wrong usage"},
                                   {End::Refused, "refused"},
                                   {End::CompletedWithSkips, "completed with skips"},
                                   {End::Aborted, "aborted"},
                                   {End::UnknownOutcome, "unknown outcome"},
                                   {End::Locked, "locked"},
                                   {End::NoJournal, "cannot journal"}})

NLOHMANN_JSON_SERIALIZE_ENUM(Key::Part::Kind, {{Key::Part::Kind::Element, "element"},
                                               {Key::Part::Kind::Call, "call"},
                                               {Key::Part::Kind::Branch, "branch"},
                                               {Key::Part::Kind::Attempt, "attempt"},
                                               {Key::Part::Kind::Undo, "undo"},
                                               {Key::Part::Kind::OnFailure, "on_failure"},
                                               {Key::Part::Kind::Prompt, "prompt"}})
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Key::Part, kind, text, number, level)

/// Of no statement: null.
void to_json(nlohmann::json& j, const Key& key) {
    if (key.empty()) return void(j = nullptr);
    j = {{"step", key.step}, {"path", key.path},       {"label", key.label},
         {"host", key.host}, {"ordinal", key.ordinal}, {"meaning", key.meaning}};
}
void from_json(const nlohmann::json& j, Key& key) {
    if (j.is_null()) return void(key = {});
    j.at("step").get_to(key.step);
    j.at("path").get_to(key.path);
    j.at("label").get_to(key.label);
    j.at("host").get_to(key.host);
    j.at("ordinal").get_to(key.ordinal);
    j.at("meaning").get_to(key.meaning);
}

namespace event {

NLOHMANN_JSON_SERIALIZE_ENUM(CommandEnded::For, {{CommandEnded::For::Detection, "detection"},
                                                 {CommandEnded::For::Query, "query"},
                                                 {CommandEnded::For::Probe, "probe"},
                                                 {CommandEnded::For::Action, "action"},
                                                 {CommandEnded::For::Verify, "verify"},
                                                 {CommandEnded::For::Lock, "lock"}})

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Named, name, value)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Identity, where, module, residue, item)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Item, item, about, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Thing, identity, about, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Touched, host, system, object)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LeftBehind::Announced, thing, until)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunStarted, procedure, site, operator_name, machine, steps, parameters, simulated, texts)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunResumed, operator_name, machine, part, finished, run, undos, texts)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(StepStarted, title, attempt)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(StepEnded, title, done, took)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(DoneBefore, key, what, when)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PassedOver, title, by)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(UndoPending, key, call, undo, place, frame)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Intent, key, call, command, seen, undos)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ActionEnded, key, call, effect, why, verified, took)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ActionProgress, call, seen, elapsed, within)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CommandEnded, purpose, command, ending, ok, out, err, took)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CommandOutput, line)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WaitStarted, condition, within)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WaitProgress, condition, seen, elapsed, within, held, percent, showing, holding)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WaitEnded, key, condition, reached, took, probes, unknown)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Required, key, condition, holds, explanation, unknown)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Chosen, key, condition, yes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Asked, question)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Answered, key, question, answer, by)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Decided, about, choice, reason, by)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SignedOff, key, call, stake, by, person)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Noted, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Marked, what)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Bound, key, name, value, kept, stored, read)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(UndoStarted, key, undo)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(UndoEnded, key, undo, done, why)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Committed, reason, undos)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Left, call, until, touches)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Skipped, key, what, reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GapMet, key, what, place, why, mend)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LockSought, token, hosts)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LockTaken, hosts, again, without, before, other_run, not_told)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LockLost, why)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LockYielded, call)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LockReleased, hosts, kept)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SilentAtStart::Machine, host, why, needed_by)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SilentAtStart, machines, without)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FoundAtStart, where, module, residue, items, unknown)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LeftBehind, announced, others, still, taken_back, not_known, earlier, compared)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Failed, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Interrupted, level)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Rehearsed, gaps, mends, rested_on)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunEnded, end, took, changed, unchanged, unverified, signed_off, skipped, undone, pending_undos, left)

}  // namespace event

namespace {

using nlohmann::json;

/// In the order of the alternatives of Event::Body.
constexpr std::array kinds{"run started",    "run resumed",  "step started",    "step ended",    "done before",    "passed over",
                           "intent",         "action ended", "action progress", "command ended", "command output", "wait started",
                           "wait progress",  "wait ended",   "required",        "chosen",        "asked",          "answered",
                           "decided",        "signed off",   "noted",           "marked",        "bound",          "undo pending",
                           "undo started",   "undo ended",   "committed",       "left",          "skipped",        "gap met",
                           "lock sought",    "lock taken",   "lock lost",       "lock yielded",  "lock released",  "silent at start",
                           "found at start", "left behind",  "failed",          "interrupted",   "rehearsed",      "run ended"};
static_assert(kinds.size() == std::variant_size_v<Event::Body>);

template <std::size_t I = 0>
Event::Body read_body(std::string_view kind, const json& fields) {
    if constexpr (I < kinds.size()) {
        if (kind == kinds[I]) return fields.get<std::variant_alternative_t<I, Event::Body>>();
        return read_body<I + 1>(kind, fields);
    } else {
        throw std::invalid_argument("an event of an unknown kind: " + std::string(kind));
    }
}

}  // namespace

const char* kind(const Event& event) { return kinds[event.body.index()]; }

std::string to_json(const Event& event) {
    json line = std::visit([](const auto& body) { return json(body); }, event.body);
    line["at"] = event.at.time_since_epoch().count();
    line["kind"] = kind(event);
    if (!event.step.empty()) line["step"] = event.step;
    if (!event.host.empty()) line["host"] = event.host;
    if (event.typed) line["typed"] = true;
    // Outputs may hold any bytes: what is not UTF-8 becomes U+FFFD.
    return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

namespace {

/// Is everything that was read in what would be written of it? A word that stands for no value, a number that is not a whole one, an
/// unknown field: each would have been read as something else without a complaint. Fields that are new may be missing in what is old.
void refuse_misread(const json& read, const json& written, const std::string& name) {
    const auto shown = [&] { return read.dump(-1, ' ', false, json::error_handler_t::replace); };
    if (read.is_object() && written.is_object()) {
        for (const auto& [field, value] : read.items()) {
            if (!written.contains(field)) throw std::invalid_argument("it has a field that no event of its kind has: " + field);
            refuse_misread(value, written.at(field), field);
        }
    } else if (read.is_array() && written.is_array() && read.size() == written.size()) {
        for (std::size_t i = 0; i < read.size(); ++i) refuse_misread(read[i], written[i], name);
    } else if (read.type() != written.type() || read != written) {
        const bool are_whole = read.is_number_integer() && written.is_number_integer();  // with and without a sign are two types
        if (!are_whole || read != written) throw std::invalid_argument(name + " is " + shown());
    }
}

/// No event has numbers so large that are not whole, and no integer could take one.
void refuse_huge(const json& read) {
    constexpr double largest = 9.0e15;
    if (read.is_number_float() && !(std::abs(read.get<double>()) < largest))
        throw std::invalid_argument("it has the number " + read.dump());
    if (!read.is_structured()) return;
    for (const json& inner : read) refuse_huge(inner);
}

/// Values are stored as JSON in a text.
void refuse_unreadable(const std::string& stored, const char* what) {
    if (!stored.empty() && !json::accept(stored)) throw std::invalid_argument(std::string("the values in ") + what + " do not read");
}

void refuse_unreadable(const Event& event) {
    if (const auto* bound = std::get_if<event::Bound>(&event.body)) refuse_unreadable(bound->stored, "stored");
    if (const auto* undo = std::get_if<event::UndoPending>(&event.body)) refuse_unreadable(undo->frame, "frame");
    if (const auto* intent = std::get_if<event::Intent>(&event.body)) {
        for (const event::UndoPending& undo : intent->undos) refuse_unreadable(undo.frame, "frame");
    }
}

Event event_of(const json& line) {
    refuse_huge(line);
    Event event{.at = Time(Duration(line.at("at").get<std::int64_t>())),
                .step = line.value("step", ""),
                .host = line.value("host", ""),
                .body = read_body(line.at("kind").get<std::string>(), line),
                .typed = line.value("typed", false)};
    refuse_misread(line, json::parse(to_json(event)), {});
    refuse_unreadable(event);
    return event;
}

}  // namespace

Event from_json(const std::string& text) { return event_of(json::parse(text)); }

Event from_json_of_format_1(const std::string& text) {
    json line = json::parse(text);
    upgrade_from_1(line);
    return event_of(line);
}

}  // namespace runtime
