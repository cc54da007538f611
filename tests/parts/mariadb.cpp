// The mysql module against real MariaDB servers.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "runtime/host/shell.hpp"
#include "tests/parts/daemon.hpp"
#include "tests/parts/here.hpp"

namespace {

using lang::Value;
using parts::Done;
using parts::Here;
using State = runtime::Verdict::State;
using namespace std::chrono_literals;

std::string login() { return getpwuid(geteuid())->pw_name; }

/// One server in a folder of its own, on its own address and socket.
class Server {
  public:
    explicit Server(int id) : id_(id) {
        Daemon install({"mariadb-install-db", "--no-defaults", "--datadir=" + data_, "--user=" + login(),
                        "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve", "--innodb-log-file-size=8M"},
                       folder_ / "install.log");
        REQUIRE(eventually([&] { return install.has_ended(); }));
        start();
    }
    void start() {
        process_.emplace(
            std::vector<std::string>{"mariadbd", "--no-defaults", "--user=" + login(), "--datadir=" + data_, "--socket=" + socket,
                                     fmt::format("--port={}", port), "--bind-address=" + address, "--pid-file=" + (folder_ / "pid"),
                                     fmt::format("--server-id={}", id_), "--log-bin=bin", "--relay-log=relay", "--skip-name-resolve",
                                     "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M", "--performance-schema=OFF",
                                     "--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0"},
            folder_ / "log");
        REQUIRE(eventually([&] { return sql("SELECT 1").ok(); }));
    }
    void stop() { process_->end(); }

    /// As root, not through the module.
    runtime::Reply sql(const std::string& statements) {
        return shell_.run(runtime::Command::program({"mariadb", "--no-defaults", "-uroot", "-S", socket, "--batch", "-e", statements}));
    }
    void must(const std::string& statements) {
        const runtime::Reply reply = sql(statements);
        REQUIRE_MESSAGE(reply.ok(), reply.describe());
    }
    /// Statements that run until they end or the test does.
    Daemon in_background(const std::string& user, const std::string& statements) {
        return Daemon({"mariadb", "--no-defaults", "-u" + user, "-S", socket, "-e", statements}, folder_ / "client.log");
    }

  private:
    int id_;
    Folder folder_;
    std::string data_ = folder_ / "data";
    Here shell_;
    std::optional<Daemon> process_;

  public:
    const std::string address = own_address();
    const int port = Listener(address).port();  // free a moment ago
    const std::string socket = folder_ / "sock";
};

/// The module as it sees this server.
struct Seen : Here {
    /// The clients of this machine know another socket from /etc/mysql: what a home directory says goes before it.
    explicit Seen(const Server& server) {
        std::ofstream(home_ / ".my.cnf") << fmt::format("[client]\nsocket={}\n", server.socket);
        environment = "HOME=" + runtime::posix_quote(home_ / "") + " ";
    }
    void log_in(const std::string& user, const std::string& password) {
        secrets["db"] = password;
        site.clusters = {};
        site.clusters.push_back({.name = "db",
                                 .kind = "mysql",
                                 .nodes = {&host("here")},
                                 .settings = {{"user", Value(user)}, {"password", Value("db")}},
                                 .span = {}});
    }
    bool is(const std::string& query) {
        const Value value = this->query(query);
        return !value.is_unknown() && value.boolean();
    }

  private:
    Folder home_;
};

}  // namespace

TEST_CASE("the log-in comes from the cluster, whatever characters the password has, and a wrong one is unknown") {
    Server server(1);
    const std::string password = " a#b\"c\\d'e;\t=[f] ";
    server.must("CREATE USER `proc run`@localhost IDENTIFIED BY ' a#b\"c\\\\d\\'e;\\t=[f] '; GRANT PROCESS ON *.* TO `proc run`@localhost");
    Seen seen(server);
    seen.log_in("proc run", password);
    const Value sessions = seen.query("mysql.sessions");
    REQUIRE_MESSAGE(!sessions.is_unknown(), sessions.show());
    REQUIRE(sessions.items().size() == 1);
    CHECK(sessions.items().front().field("user").text() == "proc run");
    CHECK(sessions.items().front().field("kind").member_name() == "Own");

    seen.log_in("proc run", "wrong");
    const Value refused = seen.query("mysql.sessions");
    REQUIRE(refused.is_unknown());
    CHECK(refused.why_unknown().why.find("Access denied") != std::string::npos);

    server.stop();
    const Value down = seen.query("mysql.sessions");
    REQUIRE(down.is_unknown());
    CHECK(down.why_unknown().why.find("is the server running?") != std::string::npos);
}

TEST_CASE("clients are counted, and a user who cannot see them does not find none") {
    Server server(1);
    server.must("CREATE USER jtel@localhost, spy@localhost IDENTIFIED BY 'x'");
    Seen seen(server);
    seen.log_in("root", "");
    CHECK(seen.query("mysql.client_sessions").items().empty());
    {
        // Its statement pretends to be further lines of the list.
        const Daemon client = server.in_background("jtel", "SELECT SLEEP(600), '\n99\tsystem user\t\tNULL\tDaemon\t0\t\tNULL\t0.000'");
        REQUIRE(eventually([&] { return seen.query("mysql.client_sessions").items().size() == 1; }));
        CHECK(seen.query("mysql.client_sessions").items().front().field("user").text() == "jtel");

        Seen spy(server);
        spy.log_in("spy", "x");
        const Value sessions = spy.query("mysql.client_sessions");
        REQUIRE(sessions.is_unknown());
        CHECK(sessions.why_unknown().why.find("PROCESS") != std::string::npos);
    }
    CHECK(eventually([&] {
        const Value sessions = seen.query("mysql.client_sessions");
        return !sessions.is_unknown() && sessions.items().empty();
    }));
}

TEST_CASE("a server is closed to writers and opened again") {
    Server server(1);
    server.must("CREATE DATABASE app; CREATE TABLE app.t (id INT PRIMARY KEY)");
    Seen seen(server);
    seen.log_in("root", "");
    CHECK(seen.query("mysql.read_only").show() == "false");
    CHECK(seen.act("mysql.make_read_only").after.state == State::Reached);
    CHECK(seen.query("mysql.read_only").show() == "true");
    CHECK(seen.act("mysql.make_read_only").before.state == State::Reached);
    CHECK(seen.act("mysql.make_writable").after.state == State::Reached);
    CHECK(seen.query("mysql.read_only").show() == "false");
}

TEST_CASE("replication starts, lags, breaks and stops as the module says") {
    Server source(1), replica(2);
    Seen seen(replica);
    seen.log_in("root", "");
    CHECK_FALSE(seen.query("mysql.replica").field("configured").boolean());
    CHECK(seen.query("mysql.replicas").items().empty());
    CHECK(seen.act("mysql.start_replica").before.state == State::Refused);
    CHECK(seen.act("mysql.stop_replica").before.state == State::Reached);

    source.must(
        fmt::format("CREATE USER repl@'127.%' IDENTIFIED BY 'r'; GRANT REPLICATION SLAVE ON *.* TO repl@'127.%';"
                    "CREATE DATABASE app; CREATE TABLE app.t (id INT PRIMARY KEY)"));
    replica.must(
        fmt::format("CHANGE MASTER TO MASTER_HOST='{}', MASTER_PORT={}, MASTER_USER='repl', MASTER_PASSWORD='r', "
                    "MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1",
                    source.address, source.port));
    CHECK_FALSE(seen.is("mysql.caught_up"));
    const Done started = seen.act("mysql.start_replica");
    CHECK(started.sent);
    CHECK_MESSAGE(started.after.state == State::Reached, started.after.why);
    CHECK(eventually([&] { return seen.is("mysql.caught_up"); }));
    CHECK(seen.query("mysql.replica").field("source").text() == fmt::format("{}:{}", source.address, source.port));

    {
        const Daemon lock = replica.in_background("root", "LOCK TABLES app.t WRITE; SELECT SLEEP(600)");
        REQUIRE(eventually([&] { return seen.query("mysql.client_sessions").items().size() == 1; }));
        source.must("INSERT INTO app.t VALUES (1)");
        REQUIRE(eventually([&] { return !seen.is("mysql.caught_up"); }));
        CHECK(seen.query("mysql.replica").field("running").boolean());
    }
    CHECK(eventually([&] { return seen.is("mysql.caught_up"); }));

    // The same key on both sides: the SQL thread stops, and START SLAVE says yes all the same.
    replica.must("SET sql_log_bin=0; INSERT INTO app.t VALUES (2)");
    source.must("INSERT INTO app.t VALUES (2)");
    REQUIRE(eventually([&] { return seen.query("mysql.replica").field("sql").member_name() == "No"; }));
    const Done broken = seen.act("mysql.start_replica");
    CHECK(broken.sent);
    CHECK_FALSE(broken.complaint);
    CHECK(broken.after.state == State::Failed);
    CHECK(broken.after.why.find("Duplicate entry '2'") != std::string::npos);
    replica.must("SET sql_log_bin=0; DELETE FROM app.t WHERE id=2");
    CHECK(seen.act("mysql.start_replica").after.state == State::Reached);

    source.stop();
    REQUIRE(eventually([&] { return seen.query("mysql.replica").field("io").member_name() == "Connecting"; }));
    CHECK_FALSE(seen.is("mysql.caught_up"));
    CHECK(seen.query("mysql.replica").field("behind").is_unknown());
    CHECK(seen.act("mysql.start_replica").before.state == State::Moving);
    CHECK(seen.act("mysql.stop_replica").after.state == State::Reached);
    CHECK(seen.query("mysql.replica").field("io").member_name() == "No");
}
