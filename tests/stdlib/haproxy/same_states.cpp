// What counts as "the same" between two load balancers, or before and after.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "stdlib/haproxy/read/server.hpp"

namespace {

using lang::Value;
using stdlib::haproxy::same_states;
using stdlib::haproxy::servers_from;

std::string output_of(const std::string& file) {
    std::ifstream in(std::string(PROCRUN_SOURCE_DIR) + "/tests/stdlib/haproxy/" + file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

Value recorded_servers(const std::string& scene) {
    const Value servers = servers_from(output_of(scene + ".show-stat.txt"), output_of(scene + ".show-servers-state.txt"));
    REQUIRE_FALSE(servers.is_unknown());
    return servers;
}

/// One server, by status and mask.
Value server(const std::string& name, const std::string& status, const std::string& mask) {
    return servers_from("# pxname,svname,scur,status,type,\nweb," + name + ",0," + status + ",2,\n\n",
                        "1\n# be_name srv_name srv_admin_state\nweb " + name + " " + mask + "\n\n");
}

}  // namespace

TEST_CASE("a recorded list is the same as itself, and not as one in which a server was taken out") {
    CHECK(same_states(recorded_servers("up"), recorded_servers("up")).boolean());
    CHECK_FALSE(same_states(recorded_servers("up"), recorded_servers("maint-busy")).boolean());
    CHECK_FALSE(same_states(recorded_servers("drain-down"), recorded_servers("up")).boolean());
}

TEST_CASE("a server that is just coming up counts as up") {
    CHECK(same_states(server("jb1", "UP", "0"), server("jb1", "UP 1/2", "0")).boolean());
    CHECK_FALSE(same_states(server("jb1", "UP", "0"), server("jb1", "DOWN 1/2", "0")).boolean());
}

TEST_CASE("down and drained is not the same as down") {
    CHECK_FALSE(same_states(server("jb1", "DOWN", "8"), server("jb1", "DOWN", "0")).boolean());
}

TEST_CASE("that a name was set through the socket makes no difference") {
    CHECK(same_states(server("jb1", "UP", "0"), server("jb1", "UP", "64")).boolean());
}

TEST_CASE("other servers are not the same servers") {
    CHECK_FALSE(same_states(server("jb1", "UP", "0"), server("jb2", "UP", "0")).boolean());
    CHECK_FALSE(same_states(server("jb1", "UP", "0"), Value::list({})).boolean());
}

TEST_CASE("a state that is not known makes the answer unknown, unless something else differs") {
    CHECK(same_states(server("jb1", "SLEEPING", "0"), server("jb1", "UP", "0")).is_unknown());
    CHECK_FALSE(same_states(server("jb1", "SLEEPING", "0"), server("jb1", "UP", "1")).boolean());
    CHECK_FALSE(same_states(server("jb1", "SLEEPING", "0"), Value::list({})).boolean());
}
