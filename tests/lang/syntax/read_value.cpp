#include "lang/syntax/read_value.hpp"

#include <doctest/doctest.h>

using namespace lang;
using namespace std::chrono_literals;

TEST_CASE("a duration has its unit, each unit once, the largest first") {
    CHECK(read_duration("1h30m") == Duration(90min));
    CHECK(read_duration("500ms") == Duration(500ms));
    CHECK(read_duration("876600h") == Duration(876600h));  // a hundred years
    for (const char* wrong :
         {"", "30", "s", "30s1m", "1m1m", "1.5s", "-3s", "3 s", "99999999999999999h", "876601h", "9223372036854775807ms"}) {
        CAPTURE(wrong);
        CHECK_FALSE(read_duration(wrong));
    }
}

TEST_CASE("an address is numbers or a host name; a mistyped number is neither") {
    for (const char* right : {"10.1.1.81", "2001:db8::1", "acd-store1", "acd-store1.example.org"}) {
        CAPTURE(right);
        CHECK(is_address(right));
    }
    for (const char* wrong : {"", "10.1.1.256", "10.1.1", "-a", "a..b", "a_b", "a b", "a;b"}) {
        CAPTURE(wrong);
        CHECK_FALSE(is_address(wrong));
    }
}

TEST_CASE("what is not a value of the type is refused, never bent") {
    CHECK(read_value("yes", Kind::Bool, nullptr)->boolean());
    CHECK(read_value("-7", Kind::Int, nullptr)->integer() == -7);
    CHECK_FALSE(read_value("7x", Kind::Int, nullptr));
    CHECK_FALSE(read_value("9223372036854775808", Kind::Int, nullptr));
    CHECK_FALSE(read_value("acd-db1", Kind::Host, nullptr));
}
