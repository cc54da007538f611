#include "lang/analysis/branches.hpp"

#include <doctest/doctest.h>

#include "lang/model/site.hpp"

using namespace lang;
using analysis::Act;
using analysis::Branches;

namespace {

Act act(const Host& host, std::uint32_t place, std::vector<std::optional<Value>> arguments = {}) {
    return {&host, {place, place + 1, 0}, {}, std::move(arguments)};
}

}  // namespace

TEST_CASE("two branches conflict on the machines that both act on, told by the first pair of actions") {
    const Host one, two, three;
    Branches branches;
    branches.open();
    branches.next();
    for (const Host* host : {&one, &two}) branches.note(act(*host, 10));
    branches.next();
    for (const Host* host : {&three, &two, &one}) branches.note(act(*host, 20));
    const auto conflicts = branches.close();
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0].hosts == std::vector<const Host*>{&two, &one});
    CHECK(conflicts[0].first.span.begin == 10);
    CHECK(conflicts[0].second.span.begin == 20);
}

TEST_CASE("the same action with other arguments is about something else; with the same or unknown ones it is not") {
    const Host host;
    const auto conflicts = [&](std::optional<Value> first, std::optional<Value> second) {
        Branches branches;
        branches.open();
        branches.next();
        branches.note(act(host, 10, {std::move(first)}));
        branches.next();
        branches.note(act(host, 10, {std::move(second)}));
        return branches.close().size();
    };
    CHECK(conflicts("acd-jb1", "acd-jb2") == 0);
    CHECK(conflicts("acd-jb1", "acd-jb1") == 1);
    CHECK(conflicts("acd-jb1", std::nullopt) == 1);
    CHECK(conflicts("acd-jb1", Value::unknown("not read")) == 1);
}

TEST_CASE("what branches inside a branch do counts for the outer branches too") {
    const Host host;
    Branches branches;
    branches.open();
    branches.next();
    branches.open();
    branches.next();
    branches.note(act(host, 10));
    CHECK(branches.close().empty());
    branches.next();
    branches.note(act(host, 20));
    CHECK(branches.close().size() == 1);
}

TEST_CASE("nothing is collected outside of branches and while it is paused") {
    Branches branches;
    CHECK_FALSE(branches.collecting());
    branches.open();
    CHECK(branches.collecting());
    branches.pause();
    CHECK_FALSE(branches.collecting());
    branches.resume();
    CHECK(branches.collecting());
}
