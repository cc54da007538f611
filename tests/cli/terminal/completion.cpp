// What the Tab key adds to a line.
#include "cli/terminal/completion.hpp"

#include <doctest/doctest.h>

using cli::complete;
using cli::name_at_end;
using Completed = std::vector<std::string>;

TEST_CASE("a name is completed as far as it is certain, then what fits is listed") {
    const Completed hosts{"acd-jb1", "acd-jb2", "acd-lb1"};
    CHECK(complete("a", hosts).insert == "cd-");
    CHECK(complete("acd-l", hosts).insert == "b1");
    CHECK(complete("acd-", hosts).choices == hosts);
    CHECK(complete("acd-", hosts).insert.empty());
    CHECK(complete("x", hosts).choices.empty());
    CHECK(complete("acd-lb1", hosts).insert.empty());
    CHECK(complete("acd-lb1", hosts).choices.empty());
}

TEST_CASE("a module comes before its builtins") {
    const Completed builtins{"haproxy.drain", "haproxy.ready", "http.answers"};
    CHECK(complete("h", builtins).choices == Completed{"haproxy.", "http."});
    CHECK(complete("ha", builtins).insert == "proxy.");
    CHECK(complete("haproxy.", builtins).choices == Completed{"haproxy.drain", "haproxy.ready"});
    CHECK(complete("haproxy.d", builtins).insert == "rain");
}

TEST_CASE("the name that is being typed ends at the cursor, and none stands in a text") {
    CHECK(name_at_end("on acd-l") == "acd-l");
    CHECK(name_at_end("drbd.status(\"r0\") on acd") == "acd");
    CHECK(name_at_end("note \"acd") == "");
    CHECK(name_at_end("on ") == "");
    CHECK(name_at_end("all s in [st") == "st");
}
