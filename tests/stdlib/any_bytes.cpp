// Output is hostile: whatever bytes come, a reader answers, and what was cut off is never taken for the whole.
#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "stdlib/compose/project.hpp"
#include "stdlib/compose/verdict.hpp"
#include "stdlib/file/definitions.hpp"
#include "stdlib/haproxy/read/server.hpp"
#include "stdlib/mysql/end_sessions.hpp"
#include "stdlib/mysql/read/link.hpp"
#include "stdlib/mysql/read/replica.hpp"
#include "stdlib/mysql/read/server.hpp"
#include "stdlib/mysql/read/session.hpp"
#include "stdlib/mysql/verdict.hpp"
#include "stdlib/systemd/status.hpp"
#include "stdlib/winsvc/status.hpp"
#include "tests/support/mutation/mutate.hpp"

namespace {

using lang::Value;
using Reader = std::function<Value(std::string_view)>;

std::string recorded(const std::string& file) {
    std::ifstream in(std::string(PROCRUN_SOURCE_DIR) + "/tests/stdlib/" + file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    REQUIRE_FALSE(text.empty());
    return text;
}

/// Shows it as well, so that every part of the value is looked at.
void survives_damage(const std::string& text, const Reader& read) {
    support::with_damage({text}, [&](const std::string& damaged) { CHECK_FALSE(read(damaged).show().empty()); });
}

}  // namespace

TEST_CASE("readers of mysql answer to any bytes") {
    survives_damage(recorded("mysql/sql-error.all-slaves.txt"), stdlib::mysql::replicas_from);
    survives_damage(recorded("mysql/two-sources.all-slaves.txt"), [](std::string_view output) {
        return stdlib::mysql::only_replica(
            stdlib::mysql::steady(stdlib::mysql::replicas_from(output), stdlib::mysql::replicas_from(output)));
    });
    survives_damage(recorded("mysql/client.sessions.txt"), [](std::string_view output) {
        return stdlib::mysql::clients_of(stdlib::mysql::sessions_from(output), Value::list({"monitor"}));
    });
    survives_damage(recorded("mysql/follows-dbm1.all-slaves.txt"), [](std::string_view output) {
        const auto links = stdlib::mysql::links_from(output);
        return links ? Value(static_cast<std::int64_t>(links->size())) : Value::unknown("no table");
    });
    const std::string sessions = recorded("mysql/writing.sessions.txt");
    survives_damage(recorded("mysql/writing.writes.txt"), [&](std::string_view output) {
        return stdlib::mysql::sessions_to_end(stdlib::mysql::sessions_from(sessions), output, Value::list({"jtel"}), Value::list({}));
    });
    survives_damage(recorded("mysql/version.txt"), [](std::string_view output) {
        const Value version = stdlib::mysql::version_from(output);
        return Value(stdlib::mysql::server_from(version).show_replication());
    });
}

TEST_CASE("readers of haproxy answer to any bytes") {
    const std::string stat = recorded("haproxy/drain-down.show-stat.txt"), state = recorded("haproxy/drain-down.show-servers-state.txt");
    survives_damage(stat, [&](std::string_view output) { return stdlib::haproxy::servers_from(output, state); });
    survives_damage(state, [&](std::string_view output) { return stdlib::haproxy::servers_from(stat, output); });
}

TEST_CASE("readers of systemd and winsvc answer to any bytes") {
    survives_damage(recorded("systemd/u-failer.show.txt"), [](std::string_view output) {
        const Value status = stdlib::systemd::status_from(output);
        return Value::list({status, stdlib::systemd::running(status)});
    });
    const std::string service =
        R"({"exists":true,"name":"robot5","display":"8-Server","status":4,"start":"Auto","exit":0,"specific":0,"pid":4711})";
    survives_damage(service, [](std::string_view output) {
        const Value status = stdlib::winsvc::status_from(output);
        return Value::list({status, stdlib::winsvc::running(status)});
    });
    survives_damage(R"({"stop":3,"dependents":["jtelEWSMailService","x"],"start":0})", [](std::string_view output) {
        runtime::Reply reply;
        reply.ending = runtime::Ending::Exited;
        reply.out = output;
        return Value(stdlib::winsvc::complaint(reply).value_or("nothing"));
    });
}

TEST_CASE("readers of compose and of env files answer to any bytes") {
    survives_damage(
        "nginx 4be1\nxuc\n--\nnginx|running|2026-11-22T08:00:01.123456789Z||4be1\nxuc|exited|0001-01-01T00:00:00Z|healthy|\n",
        [](std::string_view output) {
            const Value services = stdlib::compose::services_from(output);
            if (services.is_unknown()) return services;
            std::vector<Value> all{stdlib::compose::may_bring_up(services).why, stdlib::compose::brought_up(services, services).why};
            for (const Value& service : services.items()) all.push_back(stdlib::compose::runs(service));
            return Value::list(std::move(all));
        });
    survives_damage("3:XIVO_HOST=\"10.2.9.1\"\n7:  export TURN_ALLOWED_PEERS = 10.2.9.1,10.2.9.11 # both\n",
                    [](std::string_view output) -> Value {
                        const auto definitions = stdlib::file::definitions_from(output);
                        if (!definitions) return "no definitions";
                        std::vector<Value> all;
                        for (const auto& one : *definitions) {
                            all.push_back(stdlib::file::plain_value(one.text));
                            all.emplace_back(stdlib::file::exchanged(one.text, {{"10.2.9.1", "10.2.9.2"}}));
                        }
                        return Value::list(std::move(all));
                    });
}

TEST_CASE("what compose says is not taken for the whole where it was cut off before the containers") {
    const std::string whole = "nginx 4be1\nxuc 2f0c\n--\n";
    REQUIRE(stdlib::compose::services_from(whole).items().size() == 2);
    for (std::size_t length = 0; length + 3 < whole.size(); ++length) {
        CAPTURE(length);
        CHECK(stdlib::compose::services_from(whole.substr(0, length)).is_unknown());
    }
}

TEST_CASE("a list of sessions that was cut off anywhere is unknown, not a shorter list") {
    const std::string whole = recorded("mysql/client.sessions.txt");
    REQUIRE(stdlib::mysql::sessions_from(whole).items().size() == 3);
    for (std::size_t length = 0; length + 1 < whole.size(); ++length) {
        const Value sessions = stdlib::mysql::sessions_from(whole.substr(0, length));
        CHECK_MESSAGE((sessions.is_unknown() || sessions.items().size() == 3), "cut after ", length);
    }
}

TEST_CASE("deep nesting in a service's status exhausts no stack") {
    std::string deep = R"({"exists":true,"status":99,"more":)";
    for (int i = 0; i < 100'000; ++i) deep += '[';
    CHECK(stdlib::winsvc::status_from(deep).is_unknown());
    for (int i = 0; i < 100'000; ++i) deep += ']';
    CHECK(stdlib::winsvc::status_from(deep + "}").field("state").is_unknown());
}
