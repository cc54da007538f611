// The keys of actions: by them a later run, or a resumed one, knows what was done before.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "runtime/journal/key.hpp"
#include "tests/runtime/interpret/stage.hpp"

namespace runtime_tests {

namespace {

namespace event = runtime::event;

std::vector<std::string> keys(const std::string& program, const std::vector<std::string>& script = {}) {
    const Played played = play(program, script);
    REQUIRE(played.findings.empty());
    std::vector<std::string> keys;
    for (const auto& intent : played.all<event::Intent>()) keys.push_back(intent.key);
    return keys;
}

bool all_differ(const std::vector<std::string>& keys) { return std::set(keys.begin(), keys.end()).size() == keys.size(); }

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
    CHECK(found.front().starts_with("2.1|"));
    CHECK(found.front().find("lamp.flash(\"x\")@b") != std::string::npos);
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
    for (const std::string& key : found) CHECK(key.find("sesame") == std::string::npos);
}

TEST_CASE("no element of a loop is taken for what stands beside the walk") {
    for (const std::string& key :
         keys(R"(on a { for name in ["<typed", "<undo of x", "/<on_failure of part 1", "typed"] { lamp.flash("z") } })"))
        CHECK(runtime::Key::read(key).by() == runtime::Key::By::Walk);
    CHECK(runtime::Key{.line = runtime::typed_line(), .label = "x", .host = "a"}.by() == runtime::Key::By::Prompt);
    CHECK(runtime::Key{.line = "2" + runtime::on_failure_line(1), .label = "x", .host = "a"}.by() == runtime::Key::By::OnFailure);
    const runtime::Key key{.line = "2", .label = "x", .host = "a"};
    CHECK(runtime::Key{.line = key.undo_line(), .label = "y", .host = "a"}.by() == runtime::Key::By::Undo);
}

TEST_CASE("intent and outcome of an action have the same key") {
    const Played played = play(R"(step "A" { on a, b in parallel { lamp.light("x") } })", {"b x is broken"});
    std::map<std::string, int> seen;
    for (const auto& ended : played.all<event::ActionEnded>()) ++seen[ended.key];
    CHECK(seen.size() == 2);
    for (const auto& intent : played.all<event::Intent>()) CHECK(seen[intent.key] == 1);
}

}  // namespace runtime_tests
