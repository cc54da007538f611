// Events as JSON, and the texts in them.
#include "runtime/event/types.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "runtime/event/texts.hpp"

using namespace runtime;

namespace {

/// One event of every kind, default made.
template <std::size_t... I>
std::vector<Event::Body> every_kind(std::index_sequence<I...>) {
    return {std::variant_alternative_t<I, Event::Body>{}...};
}
std::vector<Event::Body> every_kind() { return every_kind(std::make_index_sequence<std::variant_size_v<Event::Body>>()); }

/// Texts that JSON, terminals and UTF-8 have trouble with.
const std::string odd = "a \"quoted\" \\ line\nand \x1b[31m ünïcode ${x}";

/// Another value for every field, so that one that is lost on the way is seen.
Event::Body filled(Event::Body body) {
    int count = 0;
    each_text(body, [&](std::string& text) { text = odd + std::to_string(++count); });
    return body;
}

}  // namespace

TEST_CASE("an event of every kind goes through JSON and back, on one line") {
    std::set<std::string> kinds;
    for (const Event::Body& body : every_kind()) {
        Event event{.at = lang::Time(lang::Duration(1'772'402'400'123)), .step = "3.1", .host = "a", .body = filled(body)};
        // Values are stored as JSON in a text.
        if (auto* bound = std::get_if<event::Bound>(&event.body)) bound->stored = nlohmann::json(bound->stored).dump();
        if (auto* undo = std::get_if<event::UndoPending>(&event.body)) undo->frame = nlohmann::json(undo->frame).dump();
        CAPTURE(kind(event));
        const std::string json = to_json(event);
        CHECK(json.find('\n') == std::string::npos);
        const Event back = from_json(json);
        CHECK(back.body.index() == event.body.index());
        CHECK(back.at == event.at);
        CHECK(back.step == event.step);
        CHECK(back.host == event.host);
        CHECK(to_json(back) == json);
        kinds.insert(kind(event));
    }
    CHECK(kinds.size() == std::variant_size_v<Event::Body>);
}

TEST_CASE("what was not written so is not an event: nothing of it is read as something else") {
    const Event ended{.at = lang::Time(lang::Duration(1'772'402'400'123)),
                      .step = "3.1",
                      .host = "a",
                      .body = event::ActionEnded{.key = {.step = "3.1", .label = "lamp.light", .host = "a"},
                                                 .call = "lamp.light",
                                                 .effect = Effect::Changed,
                                                 .took = lang::Duration(7)}};
    const auto whole = nlohmann::json::parse(to_json(ended));
    CHECK(to_json(from_json(whole.dump())) == to_json(ended));
    const auto with = [&](const char* field, nlohmann::json value) {
        nlohmann::json damaged = whole;
        damaged[field] = std::move(value);
        return damaged.dump();
    };
    for (const std::string& damaged : {std::string(),
                                       std::string("{"),
                                       std::string("null"),
                                       std::string("[]"),
                                       std::string("7"),
                                       with("kind", "action endad"),
                                       with("kind", 7),
                                       with("effect", "chznged"),
                                       with("effect", 0),
                                       with("effect", nullptr),
                                       with("took", 7.5),
                                       with("took", 1e300),
                                       with("took", "7"),
                                       with("took", true),
                                       with("at", 1.5),
                                       with("at", -1e18),
                                       with("verified", 1),
                                       with("verified", "true"),
                                       with("call", nullptr),
                                       with("call", 7),
                                       with("hoxt", "a"),
                                       with("step", 3),
                                       with("key", nlohmann::json::array()),
                                       with("key", "3.1|lamp.light@a#1"),
                                       with("key", {{"label", "lamp.light"}}),
                                       with("key", {{"step", "3.1"},
                                                    {"path", {{{"kind", "elemant"}, {"text", "x"}, {"number", 1}, {"level", 0}}}},
                                                    {"label", "lamp.light"},
                                                    {"host", "a"},
                                                    {"ordinal", 1},
                                                    {"meaning", ""}})}) {
        CAPTURE(damaged);
        CHECK_THROWS_AS(from_json(damaged), std::exception);
    }
    for (const char* field : {"at", "kind", "key", "call", "effect", "why", "verified", "took"}) {
        CAPTURE(field);
        nlohmann::json damaged = whole;
        damaged.erase(field);
        CHECK_THROWS_AS(from_json(damaged.dump()), std::exception);
    }
}

TEST_CASE("values that are stored as a text in an event have to read") {
    const auto told = [](Event::Body body) { return to_json({.at = {}, .step = "1", .host = {}, .body = std::move(body)}); };
    const event::UndoPending undo{.key = {.label = "k"}, .call = "c", .undo = "u", .place = "0:1", .frame = R"({"slots":[)"};
    CHECK_THROWS_AS(from_json(told(event::Bound{.key = {.label = "k"}, .name = "n", .value = "v", .kept = false, .stored = "[1,"})),
                    std::exception);
    CHECK_THROWS_AS(from_json(told(undo)), std::exception);
    CHECK_THROWS_AS(from_json(told(event::Intent{.key = {.label = "k"}, .call = "c", .command = {}, .seen = {}, .undos = {undo}})),
                    std::exception);
    CHECK_NOTHROW(from_json(told(event::Bound{.key = {.label = "k"}, .name = "n", .value = "v", .kept = false, .stored = "[1]"})));
    CHECK_NOTHROW(from_json(told(event::Bound{.key = {.label = "k"}, .name = "n", .value = "***", .kept = false, .stored = ""})));
}

namespace {

/// A step's number, a place in a file and the hash of the texts are ours.
void check_all_seen(const nlohmann::json& told) {
    const std::set<std::string> ours{"kind", "effect", "end", "purpose", "place", "step", "texts"};
    for (const auto& [name, value] : told.items()) {
        CAPTURE(name);
        if (value.is_structured()) check_all_seen(value);
        const bool is_ours = told.is_object() && ours.contains(name);
        if (value.is_string() && !is_ours) CHECK(value.get<std::string>().starts_with(odd));
    }
}

}  // namespace

TEST_CASE("every text of every kind of event is seen by those who look for secrets, but places in a file") {
    for (const Event::Body& body : every_kind()) {
        const Event event{.at = {}, .step = {}, .host = {}, .body = filled(body)};
        const auto json = nlohmann::json::parse(to_json(event));
        CAPTURE(json.dump());
        check_all_seen(json);
    }
}

TEST_CASE("an intent has the undos that it makes due, and no secret in them stays") {
    Event::Body body = event::Intent{
        .key = {.step = "1", .label = "a", .host = "a"},
        .call = "a",
        .command = "a",
        .seen = {},
        .undos = {{.key = {.step = "1", .label = "a", .host = "a"}, .call = "a", .undo = "b", .place = "0:7", .frame = "{}"}}};
    const Event back = from_json(to_json({.at = {}, .step = {}, .host = {}, .body = body}));
    const auto& undos = std::get<event::Intent>(back.body).undos;
    REQUIRE(undos.size() == 1);
    CHECK(undos.front().undo == "b");
    CHECK(undos.front().place == "0:7");
    each_text(body, [](std::string& text) { text = "seen"; });
    CHECK(std::get<event::Intent>(body).undos.front().undo == "seen");
    CHECK(std::get<event::Intent>(body).undos.front().frame == "seen");
}

TEST_CASE("what an earlier version has written without the fields of this one is read") {
    const Event resumed =
        from_json_of_format_1(R"({"at":0,"kind":"run resumed","operator_name":"kay","machine":"m","part":2,"finished":[]})");
    CHECK(std::get<event::RunResumed>(resumed.body).undos == 0);
    const Event intent = from_json_of_format_1(R"({"at":0,"kind":"intent","key":"k","call":"c","command":"x","seen":""})");
    CHECK(std::get<event::Intent>(intent.body).undos.empty());
    CHECK(std::get<event::Intent>(intent.body).key.label == "k");
}

TEST_CASE("values beside texts come back too") {
    const Event event{.at = {},
                      .step = {},
                      .host = {},
                      .body = event::RunEnded{.end = End::UnknownOutcome,
                                              .took = std::chrono::seconds(90),
                                              .changed = 3,
                                              .unchanged = 2,
                                              .unverified = 1,
                                              .signed_off = 4,
                                              .skipped = {"s"},
                                              .undone = {"u"},
                                              .pending_undos = {"p", "q"},
                                              .left = {}}};
    const auto back = std::get<event::RunEnded>(from_json(to_json(event)).body);
    CHECK(back.end == End::UnknownOutcome);
    CHECK(back.took == std::chrono::seconds(90));
    CHECK(back.changed + back.unchanged * 10 + back.unverified * 100 + back.signed_off * 1000 == 4123);
    CHECK(back.skipped == std::vector<std::string>{"s"});
    CHECK(back.undone == std::vector<std::string>{"u"});
    CHECK(back.pending_undos == std::vector<std::string>{"p", "q"});
    CHECK(back.left.empty());
    for (const Effect effect :
         {Effect::Changed, Effect::Unchanged, Effect::Failed, Effect::Unknown, Effect::NotSent, Effect::SignedOff, Effect::NotSimulated}) {
        const Event ended{.at = {}, .step = {}, .host = {}, .body = event::ActionEnded{.key = {}, .call = {}, .effect = effect, .why = {}}};
        CHECK(std::get<event::ActionEnded>(from_json(to_json(ended)).body).effect == effect);
    }
}

TEST_CASE("bytes that are no UTF-8 are replaced, and the line stays JSON") {
    const Event event{.at = {}, .step = {}, .host = {}, .body = event::Noted{"\xff\xfe half \xc3"}};
    CHECK(std::get<event::Noted>(from_json(to_json(event)).body).text.find("half") != std::string::npos);
}

TEST_CASE("what was typed at a prompt is told as that, and nothing else says anything of it") {
    const Event event{.at = {}, .step = "1", .host = {}, .body = event::Noted{"a"}};
    CHECK(to_json(event).find("typed") == std::string::npos);
    CHECK_FALSE(from_json(to_json(event)).typed);
    Event typed = event;
    typed.typed = true;
    CHECK(from_json(to_json(typed)).typed);
}

TEST_CASE("a line of an unknown kind is refused") { CHECK_THROWS_AS(from_json(R"({"at":0,"kind":"surprise"})"), std::invalid_argument); }
