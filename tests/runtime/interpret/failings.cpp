#include <doctest/doctest.h>

#include "runtime/module.hpp"

using lang::Value;

TEST_CASE("of a list of failings one that is known makes it false, one that could not be told unknown, none true") {
    const Value untold = Value::unknown("crm_mon does not say whether there is quorum");
    CHECK(runtime::none_fails(Value::list({})).show() == "true");
    CHECK(runtime::none_fails(Value::list({"store1 is offline"})).show() == "false");
    CHECK(runtime::none_fails(Value::list({untold, "store1 is offline"})).show() == "false");
    CHECK(runtime::none_fails(Value::list({untold})).why_unknown().why == untold.why_unknown().why);
    CHECK(runtime::none_fails(Value::unknown("no answer")).is_unknown());
}
