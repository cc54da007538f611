// The keys of actions: by them a later run, or a resumed one, knows what was done before.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "runtime/event/key.hpp"
#include "tests/runtime/interpret/small_run.hpp"

namespace runtime_tests {

namespace {

namespace event = runtime::event;

using runtime::Key;
using Kind = Key::Part::Kind;

std::vector<Key> keys(const std::string& program, const std::vector<std::string>& script = {}) {
    const Played played = play(program, script);
    REQUIRE(played.findings.empty());
    std::vector<Key> keys;
    for (const auto& intent : played.all<event::Intent>()) keys.push_back(intent.key);
    return keys;
}

bool all_differ(const std::vector<Key>& keys) { return std::set(keys.begin(), keys.end()).size() == keys.size(); }

}  // namespace

TEST_CASE("two runs of the same text have the same keys, whichever branch is faster") {
    const std::string program = R"(step "A" { on a, b, c in parallel { for name in ["x", "y"] { lamp.flash(name) } } })";
    auto one = keys(program), other = keys(program, {"b$ lamp flash x: takes 5s", "a$ lamp flash x: takes 1s"});
    REQUIRE(one.size() == 6);
    CHECK(one != other);  // another order
    std::sort(one.begin(), one.end());
    std::sort(other.begin(), other.end());
    CHECK(one == other);
    CHECK(all_differ(one));
}

TEST_CASE("keys differ by host, loop element, statement, call of a define, and repetition") {
    CHECK(all_differ(keys(R"(on a, b { lamp.flash("x") })")));
    CHECK(all_differ(keys(R"(on a { for name in ["x", "y"] { lamp.flash("z") } })")));
    CHECK(all_differ(keys("on a {\n lamp.flash(\"x\")\n lamp.flash(\"x\")\n}")));
    CHECK(all_differ(keys("define action twice() { lamp.flash(\"x\") }\non a {\n twice()\n twice()\n}")));
    CHECK(all_differ(keys(R"(on a { for name in ["x", "x"] { lamp.flash("z") } })")));
    CHECK(all_differ(keys(R"(step "A" retry 2 times every 1s { on a { lamp.flash("x") } })", {"a$ lamp flash x: exit 3"})));
}

TEST_CASE("a key has its step, its host and its call in it") {
    const auto found = keys(R"(step "A" { note "1" }
step "B" { step "C" { on b { lamp.flash("x") } } })");
    REQUIRE(found.size() == 1);
    CHECK(found.front().step == "2.1");
    CHECK(found.front().outermost_step() == "2");
    CHECK(found.front().path.empty());
    CHECK(found.front().label == "lamp.flash(\"x\")");
    CHECK(found.front().host == "b");
}

TEST_CASE("what stands in a later step does not change the keys of an earlier one") {
    const std::string first = "step \"A\" { on a { lamp.flash(\"x\") } }\n";
    const auto before = keys(first + "step \"B\" { on a { lamp.flash(\"y\") } }");
    const auto after = keys(first + "step \"B\" {\n note \"new\"\n on b { lamp.flash(\"z\") }\n on a { lamp.flash(\"y\") }\n}");
    REQUIRE(before.size() == 2);
    REQUIRE(after.size() == 3);
    CHECK(before.front() == after.front());
}

TEST_CASE("texts that are masked alike are told apart by their order, in a step and in a loop") {
    const std::string two = std::string("[\"") + the_code + "\", \"" + the_other_code + "\"]";
    const auto found = keys("on a {\n for name in " + two + " { lamp.flash(name) }\n lamp.flash(\"" + the_code + "\")\n lamp.flash(\"" +
                            the_other_code + "\")\n}");
    REQUIRE(found.size() == 4);
    CHECK(all_differ(found));
    for (Key key : found) each_text(key, [](const std::string& text) { CHECK(text.find("sesame") == std::string::npos); });
}

TEST_CASE("no element of a loop is taken for what stands beside the walk") {
    for (const Key& key : keys(
             R"(on a { for name in ["<typed", "<undo of x", "/<on_failure of part 1", "typed", "a|b", "a@b#2~c"] { lamp.flash("z") } })")) {
        CHECK(key.by() == Key::By::Walk);
        REQUIRE(key.path.size() == 1);
        CHECK(key.path.front().kind == Kind::Element);
    }
    CHECK(Key{.path = {{.kind = Kind::Prompt}}, .label = "x", .host = "a"}.by() == Key::By::Prompt);
    CHECK(Key{.step = "2", .path = {{.kind = Kind::OnFailure}}, .label = "x", .host = "a"}.by() == Key::By::OnFailure);
    const Key key{.step = "2", .label = "x", .host = "a"};
    CHECK(Key{.step = "2", .path = key.undo_path(), .label = "y", .host = "a"}.by() == Key::By::Undo);
}

TEST_CASE("elements that only look like the way to another line do not lead there") {
    const auto found = keys(R"(on a {
    for name in ["x", "x/y", "x#2", "x", "x.1"] { for inner in ["y", ""] { lamp.flash("z") } }
})");
    REQUIRE(found.size() == 10);
    CHECK(all_differ(found));
    const Key x{.path = {{.text = "x"}}};
    int in_x = 0;
    for (const Key& key : found) in_x += key.goes_on_from(x);
    CHECK(in_x == 2);
}

TEST_CASE("what goes on from a line stands right behind it in the order of keys") {
    const Key line{.step = "3", .ordinal = 0}, loop{.step = "3", .path = {{.text = "x"}}, .ordinal = 0};
    const std::vector<Key> goes_on{{.step = "3", .label = "z"},
                                   {.step = "3", .path = {{.text = "x"}}, .label = "a"},
                                   {.step = "3", .path = {{.text = "x"}, {.kind = Kind::Call, .text = "f()"}}, .label = "a"},
                                   {.step = "3.1", .label = "a"},
                                   {.step = "3.10", .path = {{.text = "x"}}, .label = "a"}};
    const std::vector<Key> does_not{
        {.label = "a"}, {.step = "2", .label = "a"}, {.step = "30", .label = "a"}, {.step = "4", .label = "a"}, {.path = {{.text = "3"}}}};
    std::set<Key> all(goes_on.begin(), goes_on.end());
    all.insert(does_not.begin(), does_not.end());
    auto one = all.lower_bound(line);
    for (const Key& key : goes_on) {
        REQUIRE(one != all.end());
        CHECK(*one++ == key);
        CHECK(key.goes_on_from(line));
    }
    CHECK((one == all.end() || !one->goes_on_from(line)));
    for (const Key& key : does_not) CHECK_FALSE(key.goes_on_from(line));
    CHECK(goes_on[1].goes_on_from(loop));
    CHECK(goes_on[2].goes_on_from(loop));
    for (const Key& key : {goes_on[0], goes_on[3], goes_on[4]}) CHECK_FALSE(key.goes_on_from(loop));
}

TEST_CASE("a long element is cut between two characters, as the journal has it") {
    CHECK(runtime::short_part(std::string(79, 'x') + "\xc3\xa4\xc3\xb6") == std::string(79, 'x') + "\xc3\xa4");
    CHECK(runtime::short_part("short") == "short");
    CHECK(runtime::short_part(std::string(90, '\xff')).size() == 80);
}

TEST_CASE("intent and outcome of an action have the same key") {
    const Played played = play(R"(step "A" { on a, b in parallel { lamp.light("x") } })", {"b x is broken"});
    std::map<Key, int> seen;
    for (const auto& ended : played.all<event::ActionEnded>()) ++seen[ended.key];
    CHECK(seen.size() == 2);
    for (const auto& intent : played.all<event::Intent>()) CHECK(seen[intent.key] == 1);
}

}  // namespace runtime_tests
