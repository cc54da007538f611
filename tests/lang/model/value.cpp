#include "lang/model/value.hpp"

#include <doctest/doctest.h>

using namespace lang;
using namespace std::chrono_literals;

TEST_CASE("logic is Kleene's: unknown is decided only by what decides alone") {
    const Value unknown = Value::unknown("acd-db1 does not answer");
    CHECK_FALSE(logical_and(unknown, false).boolean());
    CHECK_FALSE(logical_and(false, unknown).boolean());
    CHECK(logical_and(unknown, true).is_unknown());
    CHECK(logical_or(unknown, true).boolean());
    CHECK(logical_or(false, unknown).is_unknown());
    CHECK(logical_not(unknown).is_unknown());
}

TEST_CASE("a comparison with unknown is unknown, inside lists and records too, unless another part decides") {
    const Value unknown = Value::unknown("unreadable");
    CHECK(equal(unknown, 1).is_unknown());
    CHECK(equal(Value::list({1, unknown}), Value::list({1, 2})).is_unknown());
    CHECK_FALSE(equal(Value::list({1, unknown}), Value::list({2, 2})).boolean());
    CHECK_FALSE(equal(Value::list({unknown}), Value::list({})).boolean());
}

TEST_CASE("durations print as the language reads them") {
    CHECK(show(Duration(500ms)) == "500ms");
    CHECK(show(Duration(90s)) == "1m30s");
    CHECK(show(Duration(2h)) == "2h");
    CHECK(show(Duration(0ms)) == "0s");
    CHECK(show(Duration(-1500ms)) == "-1s500ms");
}

TEST_CASE("a secret never prints, and a text prints as a literal") {
    CHECK(Value(Secret{"hunter2"}).show() == "***");
    CHECK(Value::list({Value(Secret{"hunter2"})}).plain() == "[***]");
    CHECK(Value("a \"b\" ${c}\n").show() == R"("a \"b\" \${c}\n")");
}

TEST_CASE("a member that the type does not know is unknown and keeps the raw text") {
    const auto roles = std::make_shared<const EnumType>(EnumType{"Role", {"Primary", "Secondary"}});
    CHECK(Value::member(roles, "Primary").member_name() == "Primary");
    const Value odd = Value::member(roles, "Tertiary");
    REQUIRE(odd.is_unknown());
    CHECK(odd.why_unknown().raw == "Tertiary");
}

TEST_CASE("a list of which an element is unknown is unknown as an argument, and known as a list") {
    const Value untold = Value::unknown("nobody says");
    CHECK(as_argument(Value::list({"a", untold})).is_unknown());
    CHECK(as_argument(Value::list({Value::list({untold})})).is_unknown());
    CHECK(as_argument(Value::list({"a", "b"})).show() == "[\"a\", \"b\"]");
    CHECK_FALSE(Value::list({untold}).is_unknown());
}
