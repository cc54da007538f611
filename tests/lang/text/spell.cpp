#include "lang/text/spell.hpp"

#include <doctest/doctest.h>

using namespace lang;

TEST_CASE("a slip of the keyboard finds the name that was meant") {
    const std::vector<std::string> states{"UpToDate", "Outdated", "Inconsistent", "Diskless"};
    CHECK(nearest("UpTodate", states) == "UpToDate");
    CHECK(nearest("Outdatet", states) == "Outdated");
    CHECK(nearest("up-to-date", states) == "UpToDate");
    CHECK(nearest("Inconsitsent", states) == "Inconsistent");
    CHECK(did_you_mean("Diskles", states) == "did you mean `Diskless`?");
}

TEST_CASE("what is not near is not suggested, and a name is not its own suggestion") {
    CHECK(nearest("Primary", {"UpToDate", "Outdated"}) == std::nullopt);
    CHECK(nearest("a", {"b"}) == std::nullopt);
    CHECK(nearest("stores", {"stores"}) == std::nullopt);
    CHECK(nearest("stores", {}) == std::nullopt);
    CHECK(did_you_mean("Primary", {"UpToDate"}).empty());
    CHECK(nearest(std::string(100'000, 'a'), {std::string(100'000, 'a') + "b"}) == std::nullopt);
}

TEST_CASE("the nearest one wins, and the first of those that are as near") {
    CHECK(nearest("dbs", {"dbm", "lbs", "jb"}) == "dbm");
    CHECK(nearest("home_stor", {"home_dbm", "home_store"}) == "home_store");
}

TEST_CASE("two letters that changed places are one slip") {
    CHECK(distance("requier", "require") == 1);
    CHECK(distance("", "abc") == 3);
    CHECK(distance("abc", "abc") == 0);
    CHECK(distance("kitten", "sitting") == 3);
}
