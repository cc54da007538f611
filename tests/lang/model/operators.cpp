#include "lang/model/operators.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "lang/model/site.hpp"

using namespace lang;
using namespace std::chrono_literals;
using Op = BinaryOp;

namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();

std::string shown(const Computed& computed) { return computed.failed() ? "error: " + computed.error : computed.value.show(); }

const Value silent = Value::unknown("acd-db1 does not answer");

}  // namespace

TEST_CASE("a comparison orders ints, floats, texts, durations and times") {
    CHECK(compare(Op::Less, 1, 2).boolean());
    CHECK(compare(Op::LessEqual, 2, 2.0).boolean());
    CHECK_FALSE(compare(Op::Greater, "acd-db1", "acd-db2").boolean());
    CHECK(compare(Op::GreaterEqual, Duration(1min), Duration(60s)).boolean());
    CHECK(compare(Op::Less, Time(1s), Time(2s)).boolean());
    CHECK(compare(Op::Unequal, 1, 2).boolean());
}

TEST_CASE("a comparison with unknown is unknown, and the left reason comes first") {
    const Value other = Value::unknown("permission denied");
    for (const Op op : {Op::Equal, Op::Unequal, Op::Less, Op::LessEqual, Op::Greater, Op::GreaterEqual}) {
        CHECK(compare(op, silent, other).why_unknown().why == "acd-db1 does not answer");
        CHECK(compare(op, 1, other).why_unknown().why == "permission denied");
    }
}

TEST_CASE("arithmetic keeps ints exact and turns to floats with the first float") {
    CHECK(shown(arithmetic(Op::Plus, 2, 3)) == "5");
    CHECK(shown(arithmetic(Op::Minus, 2, 3)) == "-1");
    CHECK(shown(arithmetic(Op::Times, 2, 1.5)) == "3");
    CHECK(shown(arithmetic(Op::Plus, largest - 1, 1)) == std::to_string(largest));
}

TEST_CASE("durations and times compute with each other") {
    CHECK(shown(arithmetic(Op::Plus, Duration(1h), Duration(30min))) == "1h30m");
    CHECK(shown(arithmetic(Op::Times, 3, Duration(20s))) == "1m");
    CHECK(shown(arithmetic(Op::Times, Duration(20s), 3)) == "1m");
    CHECK(arithmetic(Op::Minus, Time(90s), Time(30s)).value.duration() == 60s);
    CHECK(arithmetic(Op::Minus, Time(90s), Duration(30s)).value.time() == Time(60s));
    CHECK(arithmetic(Op::Plus, Duration(30s), Time(30s)).value.time() == Time(60s));
}

TEST_CASE("what 64 bits do not hold is an error that shows the operands, never a wrap") {
    CHECK(shown(arithmetic(Op::Plus, largest, 1)) == "error: 9223372036854775807 + 1 is more than an int can hold");
    CHECK(arithmetic(Op::Minus, smallest, 1).failed());
    CHECK(arithmetic(Op::Times, Duration(Duration::max()), 2).error.ends_with("is more than a duration can hold"));
    CHECK(arithmetic(Op::Plus, Time(Duration::max()), Duration(1ms)).error.ends_with("is more than a time can hold"));
    CHECK(arithmetic(Op::Times, 1e308, 10.0).error.ends_with("is more than a float can hold"));
    CHECK(shown(negate(smallest)) == "error: -(-9223372036854775808) is more than an int can hold");
}

TEST_CASE("the sign turns ints, floats and durations") {
    CHECK(shown(negate(5)) == "-5");
    CHECK(shown(negate(1.5)) == "-1.5");
    CHECK(shown(negate(Duration(5s))) == "-5s");
    CHECK(negate(silent).value.is_unknown());
}

TEST_CASE("texts and lists are put together with +, and a secret stays one") {
    CHECK(shown(arithmetic(Op::Plus, "acd-", "db1")) == "\"acd-db1\"");
    CHECK(shown(arithmetic(Op::Plus, Value::list({1}), Value::list({2, 3}))) == "[1, 2, 3]");
    const Computed both = arithmetic(Op::Plus, "-p", Secret{"hunter2"});
    CHECK(both.value.secret_bytes() == "-phunter2");
    CHECK(shown(both) == "***");
}

TEST_CASE("a text or list that doubles itself ends before the memory does") {
    std::string half(9 << 20, 'x');
    CHECK(arithmetic(Op::Plus, half, half).error == "this would have more than 16777216 bytes");
    CHECK(arithmetic(Op::Plus, Secret{half}, half).error == "this would have more than 16777216 bytes");
    const std::vector<Value> parts{half, half};
    CHECK(interpolate(parts).why_unknown().why == "this would have more than 16777216 bytes");
    const Value items = Value::list(std::vector<Value>(600'000, Value(1)));
    CHECK(arithmetic(Op::Plus, items, items).error == "this would have more than 1000000 elements");
    const std::vector<Value> lists{items, items};
    CHECK(joined(lists).why_unknown().why == "this would have more than 1000000 elements");
}

TEST_CASE("arithmetic with unknown is unknown") {
    CHECK(arithmetic(Op::Plus, 1, silent).value.is_unknown());
    CHECK(arithmetic(Op::Times, silent, Duration(1s)).value.is_unknown());
}

TEST_CASE("a text with holes shows plain values, is secret with a secret and unknown with an unknown however deep") {
    Host store;
    store.name = "acd-store1";
    const std::vector<Value> plain{"to ", &store, " within ", Duration(90s)};
    CHECK(interpolate(plain).text() == "to acd-store1 within 1m30s");
    const std::vector<Value> secret{"password=", Secret{"hunter2"}};
    CHECK(interpolate(secret).secret_bytes() == "password=hunter2");
    const std::vector<Value> deep{"seen: ", Value::list({1, Value::list({silent})}), Secret{"hunter2"}};
    CHECK(interpolate(deep).why_unknown().why == "acd-db1 does not answer");
    CHECK(interpolate({}).text().empty());
}

TEST_CASE("joining flattens the lists among the items; an unknown item hides the length") {
    const std::vector<Value> items{Value::list({1, 2}), 3, Value::list({})};
    CHECK(joined(items).show() == "[1, 2, 3]");
    const std::vector<Value> hidden{1, silent};
    CHECK(joined(hidden).is_unknown());
}
