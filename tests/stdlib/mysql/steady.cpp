#include <doctest/doctest.h>

#include "stdlib/mysql/read/replica.hpp"
#include "stdlib/mysql/verdict.hpp"
#include "tests/support/golden.hpp"

TEST_CASE("two readings of the same channels are compared channel by channel, in whatever order a server tells them") {
    const std::string told = support::read(PROCRUN_SOURCE_DIR "/tests/stdlib/mysql/two-sources.all-slaves.txt");
    const auto first = told.find('\n') + 1, second = told.find('\n', first) + 1;
    const std::string swapped = told.substr(0, first) + told.substr(second) + told.substr(first, second - first);
    REQUIRE(swapped.size() == told.size());
    const auto running = [](const lang::Value& replicas) {
        std::map<std::string, std::string> found;
        for (const lang::Value& replica : replicas.items()) found[replica.field("channel").text()] = replica.field("running").show();
        return found;
    };
    using stdlib::mysql::replicas_from;
    const std::map<std::string, std::string> right{{"", "true"}, {"reports", "false"}};
    CHECK(running(stdlib::mysql::steady(replicas_from(told), replicas_from(told))) == right);
    CHECK(running(stdlib::mysql::steady(replicas_from(told), replicas_from(swapped))) == right);

    std::string renamed = told;
    renamed.replace(renamed.find("\nreports"), 8, "\nReports");
    CHECK(stdlib::mysql::steady(replicas_from(told), replicas_from(renamed)).is_unknown());
}
