// MariaDB: a source and its replica. Replication is stopped, started and led elsewhere, servers are closed and opened, written to, stopped
// and started.
//
// Both write in a domain of their own, and count on from the same numbers. Clients there are none: a rehearsal makes its own.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <utility>

#include "runtime/connection/local.hpp"
#include "stdlib/mysql/read/server.hpp"
#include "tests/fidelity/side.hpp"
#include "tests/fidelity/systems.hpp"
#include "tests/real/mariadb/server.hpp"
#include "tests/real/needs.hpp"

namespace fidelity {

namespace {

using namespace std::chrono_literals;
using lang::Value;
using runtime::Command;

constexpr auto settles = 90s;  ///< simulated: a source that fell silent is noticed after a minute
constexpr std::array names = {"db1", "db2"};

/// "db1: START ALL SLAVES" is for the first one.
std::size_t server_of(const std::string& step) { return step.starts_with("db1") ? 0 : 1; }

/// A column of a vertical output; empty where there is none.
std::string column(const std::string& vertical, const std::string& name) {
    const std::size_t at = vertical.find(" " + name + ": ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 3;
    return vertical.substr(begin, vertical.find('\n', begin) - begin);
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) text.replace(at, what.size(), by);
    return text;
}

class Mariadb final : public System {
  public:
    Mariadb() {
        for (std::size_t i = 0; i < 2; ++i) {
            auto& host = *site_.hosts.emplace_back(std::make_unique<lang::Host>());
            host.name = names[i];
            host.address = servers_[i].address;
            servers_[i].prepare();
            const std::string home = folder_ / names[i];
            std::filesystem::create_directory(home);
            std::ofstream(home + "/.my.cnf") << fmt::format("[client]\nsocket={}\n", servers_[i].socket);
            real_.environment[names[i]] = fmt::format("HOME={} ", home);
        }
        site_.clusters.push_back({.name = "db",
                                  .kind = "mysql",
                                  .nodes = {site_.find_host("db1"), site_.find_host("db2")},
                                  .settings = {{"replication", Value("master-replica")}},
                                  .span = {}});
        version_ = stdlib::mysql::version_from(servers_[0].sql(std::string(stdlib::mysql::show_version)).out).text();
        const auto known = stdlib::mysql::server_from(Value(version_));
        for (std::size_t i = 0; i < 2; ++i) {
            const std::string other = names[1 - i];
            const auto add = [&](const std::string& statements, int times = 1) {
                for (; times > 0; --times) steps_.push_back(fmt::format("{}: {}{}", names[i], known.limit_changes(30s), statements));
            };
            add(std::string(known.start_replication()), 2);
            add(std::string(known.stop_replication()), 2);
            add(known.close_to_writers());
            add(std::string(stdlib::mysql::open_to_writers));
            add(known.follow(other, 3306, "slave_pos"), 2);
            add("SET GLOBAL gtid_slave_pos=@@GLOBAL.gtid_current_pos");
            add(fmt::format("CHANGE MASTER TO MASTER_HOST='{}', MASTER_PORT=3306, MASTER_USE_GTID=slave_pos", other));
            add("KILL 999999; KILL 999998");
            for (int twice = 0; twice < 2; ++twice) steps_.push_back(std::string(names[i]) + writes);
            steps_.push_back(std::string(names[i]) + stops);
            steps_.push_back(std::string(names[i]) + starts);
        }
    }

    std::string name() const override { return "MariaDB"; }
    std::string version() const override { return version_.substr(0, version_.find('-')); }
    const std::vector<std::string>& steps() const override { return steps_; }

    void begin() override {
        for (std::size_t i = 0; i < 2; ++i) {
            if (!runs_[i]) start(i);
            servers_[i].must("STOP ALL SLAVES; RESET SLAVE ALL");
        }
        for (std::size_t i = 0; i < 2; ++i) {
            servers_[i].must(
                "SET GLOBAL read_only=0; SET sql_log_bin=0; DELETE FROM app.t; RESET MASTER; "
                "SET GLOBAL gtid_binlog_state='1-1-40000,2-2-12000'; SET GLOBAL gtid_slave_pos='1-1-40000,2-2-12000'");
            configure(i);
        }
        row_ = 0;
        // The first has followed the second one, once.
        for (std::size_t i = 0; i < 2; ++i) servers_[i].follow(servers_[1 - i]);
        if (!settle()) throw std::runtime_error("the servers do not follow each other");
        servers_[0].must("STOP SLAVE");
        model_ = std::make_unique<Simulated>(site_);
    }

    Both take(const std::string& step) override {
        const std::size_t i = server_of(step);
        const std::string on = names[i];
        Both both;
        if (step.ends_with(writes)) {
            if (runs_[i]) {
                servers_[i].must(fmt::format("INSERT INTO app.t VALUES ({})", ++row_));
                model_->trouble(on, "errant write");
            }
        } else if (step.ends_with(stops)) {
            if (std::exchange(runs_[i], false)) servers_[i].stop();
            model_->side.run(on, program("systemctl stop -- mariadb"));
        } else if (step.ends_with(starts)) {
            if (!runs_[i]) start(i);
            model_->side.run(on, program("systemctl start -- mariadb"));
        } else {
            const real::Server& other = servers_[1 - i];
            const std::string statements =
                replaced(step.substr(step.find(": ") + 2), fmt::format("'{}'", names[1 - i]), fmt::format("'{}'", other.address));
            const std::string at_port = fmt::format("MASTER_PORT={}", other.port);
            both = {order(real_, on, replaced(statements, "MASTER_PORT=3306", at_port)), order(model_->side, on, statements)};
        }
        both.model["comes to rest"] = told(true);
        both.real["comes to rest"] = told(settle());
        model_->pass(settles);
        stand(real_, both.real);
        stand(model_->side, both.model);
        return both;
    }

  private:
    static constexpr const char *writes = " is written to", *stops = " stops", *starts = " starts";

    /// What its configuration would say.
    void configure(std::size_t i) { servers_[i].must(fmt::format("SET GLOBAL gtid_domain_id={}; SET GLOBAL read_only={}", i + 1, i)); }
    void start(std::size_t i) {
        servers_[i].start();
        configure(i);
        runs_[i] = true;
    }

    Seen order(Side& side, const std::string& on, const std::string& statements) const {
        const runtime::Reply reply = side.run(on, Command::program({"mysql", "--batch", "-e", statements}));
        std::string error;
        std::istringstream lines(reply.err);
        for (std::string line; error.empty() && std::getline(lines, line);) {
            if (line.starts_with("ERROR ")) error = plain(line);
        }
        return {{"exit", ending(reply)}, {"output", plain(reply.out)}, {"error", error}};
    }

    /// Addresses, ports, paths and places in a log are other ones on each side.
    std::string plain(std::string text) const {
        for (std::size_t i = 0; i < 2; ++i) {
            text = replaced(std::move(text), fmt::format("{}:{}", servers_[i].address, servers_[i].port), names[i]);
            text = replaced(std::move(text), fmt::format("{}:3306", servers_[i].address), names[i]);
            text = replaced(std::move(text), servers_[i].address, names[i]);
        }
        static const std::regex socket("socket '[^']*' \\([0-9]+\\)"), place("[a-z-]*bin\\.[0-9]+:[0-9]+"), retry("retry-time: [0-9]+");
        text = std::regex_replace(text, socket, "socket");
        text = std::regex_replace(text, place, "a place");
        return std::regex_replace(text, retry, "retry-time");
    }

    /// Each on its own, as the order is not told. Of a server's own transactions only the one side holds some in its place as a replica:
    /// that of a server that was a source once.
    static std::string gtids(const std::string& list, std::string_view without = "none") {
        std::vector<std::string> all;
        std::istringstream in(list);
        for (std::string one; std::getline(in, one, ',');) {
            if (!one.starts_with(without)) all.push_back(one);
        }
        std::sort(all.begin(), all.end());
        return fmt::format("{}", fmt::join(all, ","));
    }

    void stand(Side& side, Seen& seen) const {
        for (std::size_t i = 0; i < 2; ++i) {
            const std::string on = names[i], own = fmt::format("{}-", i + 1);
            const auto see = [&](const std::string& what, const std::string& text) { seen[on + ": " + what] = plain(text); };
            see("read_only", told(side.query(on, "mysql.read_only")));
            const Value replica = side.query(on, "mysql.replica");
            if (replica.is_unknown()) {
                see("replica", told(replica));
            } else {
                for (const char* field :
                     {"configured", "channel", "source", "source_id", "io", "sql", "running", "caught_up", "behind", "last_error"})
                    see(field, told(replica.field(field)));
                see("gtid", gtids(replica.field("gtid").text(), own));
            }
            const Value source = side.query(on, "mysql.source");
            if (source.is_unknown()) {
                see("source of others", told(source));
                continue;
            }
            for (const char* field : {"server_id", "closed", "semi_sync"}) see(field, told(source.field(field)));
            see("gtids", gtids(source.field("gtids").text()));
            see("applied", gtids(source.field("applied").text(), own));
            const std::string other = names[1 - i];
            see("against the promotion of " + other, told(side.query(other, "mysql.safe_to_promote", {{"source", source}})));
        }
    }

    /// The signs that replication has come to rest: a thread that connects to a source which is there has connected; what the source has
    /// sent is all that it has, as its own thread for it says; what was received is executed.
    bool settle() {
        return eventually([&] { return rests(0) && rests(1); }, 20s);
    }

    bool rests(std::size_t i) {
        if (!runs_[i]) return true;
        const std::string status = servers_[i].sql("SHOW ALL SLAVES STATUS\\G").out;
        const std::string io = column(status, "Slave_IO_Running");
        if (status.empty()) return true;
        const std::size_t source = column(status, "Master_Host") == servers_[0].address ? 0 : 1;
        if (io != "No" && !runs_[source]) return column(status, "Last_IO_Errno") != "0";
        if (io == "Yes") {
            const std::string threads = servers_[source].sql("SHOW PROCESSLIST").out;
            if (threads.find("Master has sent all binlog to slave") == std::string::npos) return false;
            const std::string log = servers_[source].sql("SHOW MASTER STATUS\\G").out;
            if (column(log, "Position") != column(status, "Read_Master_Log_Pos")) return false;
        } else if (io != "No") {
            return false;
        }
        return column(status, "Slave_SQL_Running") == "No" ||
               column(status, "Slave_SQL_Running_State").starts_with("Slave has read all relay log");
    }

    Folder folder_;
    std::array<real::Server, 2> servers_{real::Server{1, next_address()}, real::Server{2, next_address()}};
    std::array<bool, 2> runs_{true, true};
    int row_ = 0;  ///< of app.t, the last one that was written
    lang::Site site_;
    std::unique_ptr<runtime::Scheduler> scheduler_ = runtime::real_scheduler();
    runtime::Stop stop_;
    Side real_{site_, *scheduler_, stop_, runtime::local_connections(*scheduler_, stop_)};
    std::unique_ptr<Simulated> model_;
    std::string version_;
    std::vector<std::string> steps_;
};

}  // namespace

std::unique_ptr<System> mariadb() { return std::make_unique<Mariadb>(); }

}  // namespace fidelity
