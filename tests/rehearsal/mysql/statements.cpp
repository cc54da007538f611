#include <doctest/doctest.h>

#include "tests/rehearsal/lab.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;

TEST_CASE("several statements are answered one after the other, up to the first that fails") {
    Lab lab;
    const std::string out = lab.out(
        "acd-dbm2",
        R"sql(mysql --batch -e "SELECT CONNECTION_ID(); SHOW GLOBAL STATUS LIKE 'Threads_connected'; SHOW PROCESSLIST; DO SLEEP(1)")sql");
    // Connected are the other master, which follows this one, and the client; threads of the server do not count.
    CHECK(out.starts_with("CONNECTION_ID()\n31\nVariable_name\tValue\nThreads_connected\t2\nId\tUser\tHost\t"));
    CHECK(out.find("\n31\tprocrun\t") != std::string::npos);

    const Answer broken = lab.run("acd-dbm2", "mysql --batch -e 'SELECT VERSION(); SELEC 1; SELECT VERSION()'");
    CHECK(broken.ending == runtime::Ending::NotSimulated);
    CHECK(broken.out == "VERSION()\n10.11.14-MariaDB-0+deb12u2-log\n");
    CHECK(broken.err == "`mysql -e 'SELEC 1'` is not simulated");
}
