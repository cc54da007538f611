#include "tests/real/mariadb/server.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "runtime/shell/dialect.hpp"
#include "tests/real/needs.hpp"

namespace real {

namespace {

std::string login() { return getpwuid(geteuid())->pw_name; }

/// A folder of data as it is installed: made once, then copied. Every server has a folder of its own for temporary files: one that
/// starts removes all "#sql…" that it finds there, those of another server too.
const std::string& installed() {
    static const Folder folder;
    static const std::string data = [] {
        const std::string place = folder / "data";
        std::filesystem::create_directory(folder / "tmp");
        Daemon install({"mariadb-install-db", "--no-defaults", "--datadir=" + place, "--tmpdir=" + (folder / "tmp"), "--user=" + login(),
                        "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve", "--innodb-log-file-size=8M"},
                       folder / "install.log");
        REQUIRE(eventually([&] { return install.has_ended(); }));
        return place;
    }();
    return data;
}

}  // namespace

Server::Server(int id, std::string address) : id_(id), address(std::move(address)) {
    ran("MariaDB");
    std::filesystem::copy(installed(), data_, std::filesystem::copy_options::recursive);
    std::filesystem::create_directory(folder_ / "tmp");
    start();
}

void Server::start() {
    process_.emplace(std::vector<std::string>{"mariadbd",
                                              "--no-defaults",
                                              "--user=" + login(),
                                              "--datadir=" + data_,
                                              "--socket=" + socket,
                                              fmt::format("--port={}", port),
                                              "--bind-address=" + address,
                                              "--tmpdir=" + (folder_ / "tmp"),
                                              "--pid-file=" + (folder_ / "pid"),
                                              fmt::format("--server-id={}", id_),
                                              "--log-bin=bin",
                                              "--relay-log=relay",
                                              "--skip-name-resolve",
                                              "--log-slave-updates",
                                              "--slave-net-timeout=10",
                                              "--innodb-buffer-pool-size=16M",
                                              "--innodb-log-file-size=8M",
                                              "--performance-schema=OFF",
                                              "--innodb-flush-log-at-trx-commit=0",
                                              "--sync-binlog=0"},
                     folder_ / "log");
    REQUIRE(eventually([&] { return sql("SELECT 1").ok(); }));
}

runtime::Reply Server::sql(const std::string& statements) {
    return shell_.run(runtime::Command::program({"mariadb", "--no-defaults", "-uroot", "-S", socket, "--batch", "-e", statements}));
}

void Server::must(const std::string& statements) {
    const runtime::Reply reply = sql(statements);
    REQUIRE_MESSAGE(reply.ok(), reply.describe());
}

Daemon Server::in_background(const std::string& user, const std::string& statements) {
    return Daemon({"mariadb", "--no-defaults", "-u" + user, "-S", socket, "-e", statements}, folder_ / "client.log");
}

void Server::prepare() {
    must(
        "SET sql_log_bin=0; CREATE USER repl@'127.%' IDENTIFIED BY 'r'; GRANT REPLICATION SLAVE ON *.* TO repl@'127.%';"
        "CREATE USER jtel@localhost; CREATE DATABASE app; CREATE TABLE app.t (id INT PRIMARY KEY); GRANT ALL ON app.* TO jtel@localhost");
}

void Server::store_source(const Server& source) {
    must(
        fmt::format("CHANGE MASTER TO MASTER_HOST='{}', MASTER_PORT={}, MASTER_USER='repl', MASTER_PASSWORD='r', "
                    "MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1",
                    source.address, source.port));
}

void Server::follow(const Server& source) {
    store_source(source);
    must("START SLAVE");
}

/// The clients of this machine know another socket from /etc/mysql: what a home directory says goes before it.
Seen::Seen(const Server& server) {
    std::ofstream(home_ / ".my.cnf") << fmt::format("[client]\nsocket={}\n", server.socket);
    environment = "HOME=" + runtime::posix_quote(home_ / "") + " ";
    site.hosts.front()->address = server.address;  // by which replicas find it
    log_in("root", "");
}

void Seen::log_in(const std::string& user, const std::string& password) {
    secrets["db"] = password;
    site.clusters = {};
    site.clusters.push_back({.name = "db",
                             .kind = "mysql",
                             .nodes = {&host("here")},
                             .settings = {{"user", Value(user)}, {"password", Value("db")}},
                             .span = {}});
}

bool Seen::is(const std::string& query) {
    const Value value = this->query(query);
    return !value.is_unknown() && value.boolean();
}

}  // namespace real
