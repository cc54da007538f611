#include "tests/real/jtel/site.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <regex>
#include <sstream>

#include "rehearsal/serve/client.hpp"
#include "tests/real/here.hpp"

namespace real {

namespace fs = std::filesystem;
using support::read_file;
using support::write_file;
using namespace std::chrono_literals;

namespace {

const std::string shipped = PROCRUN_SOURCE_DIR "/procedures/jtel/";
constexpr int software_port = 18080, database_port = 13306;

bool is_a(const std::string& name, std::string_view kind) { return name.starts_with(fmt::format("acd-{}", kind)); }

void finish(Daemon& program, const std::string& log) {
    REQUIRE(eventually([&] { return program.has_ended(); }));
    REQUIRE_MESSAGE(program.exit_code() == 0, read_file(log));
}

}  // namespace

std::optional<std::string> JtelSite::why_not() {
    const auto missing = Machine::why_not();
    return missing ? missing : WindowsHost::why_not();
}

JtelSite::JtelSite() {
    read_site();
    for (const char* folder : {"home", "tmp"}) fs::create_directory(folder_ / folder);
    fs::create_directory_symlink(home_.directory(), folder_ / "home/.ssh");
    Daemon install(
        {"mariadb-install-db", "--no-defaults", "--datadir=" + (folder_ / "mysql"), "--user=root", "--tmpdir=" + (folder_ / "tmp"),
         "--auth-root-authentication-method=socket", "--skip-test-db", "--skip-name-resolve", "--innodb-log-file-size=8M"},
        folder_ / "install.log");
    simulated_ = std::make_unique<Daemon>(std::vector<std::string>{PROCRUN_PROGRAM, "simulate", shipped + "site.proc", "--socket",
                                                                   folder_ / "site", "--log", folder_ / "site.log"},
                                          folder_ / "simulated.log");
    hypervisors_ = std::make_unique<Fleet>(home_, std::vector<std::string>{"vmhost1", "vmhost2"}, environment(folder_ / "hypervisor"));
    for (const char* host : {"vmhost1", "vmhost2"})
        hypervisors_->put_program(host, "virsh", "#!/bin/sh\nexec " PROCRUN_STANDINS "/virsh \"$@\"\n");
    finish(install, folder_ / "install.log");

    for (const std::string& name : names_) is_windows(name) ? make_windows(name) : make_machine(name);
    for (const char* balancer : {"acd-lb1", "acd-lb2"}) make_balancer(machine(balancer));
    for (const std::string& name : names_) power_on(name);
    replicate("acd-dbm1", "acd-dbm2");
    replicate("acd-dbm2", "acd-dbm1");
    replicate("acd-dbs1", "acd-dbm1");
    replicate("acd-dbs2", "acd-dbm2");

    std::map<std::string, Power> power;
    for (const std::string& name : names_) {
        power[name] = {.on = [this, name] { power_on(name); }, .is_off = [this, name] { return is_off(name); }};
    }
    hypervisor_ = std::make_unique<Hypervisor>(folder_ / "hypervisor", folder_ / "site", pace_, std::move(power));
    write_procedures();
}

JtelSite::~JtelSite() {
    if (hypervisor_) hypervisor_->stop();
}

void JtelSite::read_site() {
    site_text_ = read_file(shipped + "site.proc");
    static const std::regex host(R"(\nhost (acd-\S+)\s+\{[^}]*vm_host (\d)[^}]*\})"), unit(R"x(units \["([^"]+)"\])x");
    for (std::sregex_iterator it(site_text_.begin(), site_text_.end(), host), end; it != end; ++it) {
        const std::string name = it->str(1), facts = it->str(0);
        names_.push_back(name);
        side_[name] = std::stoi(it->str(2));
        std::smatch found;
        if (std::regex_search(facts, found, unit)) unit_[name] = found.str(1);
    }
    REQUIRE(names_.size() == 20);
}

std::map<std::string, std::string> JtelSite::environment(const std::string& socket) const {
    auto environment = pace_.environment();
    environment["PROCRUN_SITE"] = socket;
    return environment;
}

void JtelSite::make_machine(const std::string& name) {
    machines_[name] = std::make_unique<Machine>(home_, name, std::map<std::string, std::string>{}, environment(folder_ / "site"));
    Machine& made = machine(name);
    const auto stand_in = [&](std::initializer_list<const char*> programs) {
        for (const char* program : programs) made.put_program(program, std::string(PROCRUN_STANDINS "/") + program);
    };
    if (unit_.contains(name)) make_software(made, unit_.at(name));
    if (is_a(name, "db")) make_database(made);
    if (is_a(name, "store")) stand_in({"cat", "drbdadm", "drbdsetup"});
    if (is_a(name, "store") || is_a(name, "lb")) stand_in({"pcs", "crm_mon", "cibadmin", "crm_simulate"});
}

/// Services as the vendor installs them: they start with the machine. The daemon runs on one VM host at a time.
void JtelSite::make_windows(const std::string& name) {
    std::vector<WindowsService> services;
    for (const char* service : {"robot5", "jtel Platform UDP Listener", "jtel Presence Aggregator", "jtel TAPI service",
                                "jtelEWSMailService", "jtelIMAPMailService"})
        services.push_back({.name = service, .start = WindowsService::Start::Automatic});
    services.push_back(
        {.name = "AcdGroupDistribute", .start = side_.at(name) == 1 ? WindowsService::Start::Automatic : WindowsService::Start::Demand});
    windows_[name] = std::make_unique<WindowsHost>(home_, name, services);
}

void JtelSite::make_software(Machine& machine, const std::string& unit) {
    machine.add_unit(unit + ".service", fmt::format("[Service]\nExecStart=socat TCP-LISTEN:{},bind={},reuseaddr,fork EXEC:cat\n",
                                                    software_port, machine.address()));
    machine.enable(unit + ".service");
}

void JtelSite::make_database(Machine& machine) {
    fs::copy(folder_ / "mysql", machine.file("mysql"), fs::copy_options::recursive);
    write_file(
        machine.file("users.sql"),
        "SET sql_log_bin=0;\nCREATE USER IF NOT EXISTS repl@'127.%' IDENTIFIED BY 'r';\nGRANT REPLICATION SLAVE ON *.* TO repl@'127.%';\n");
    write_file(machine.file("backup.sql.gz"), "");
    const std::size_t id = machines_.size();
    machine.add_unit(
        "mariadb.service",
        fmt::format("[Service]\nType=notify\nRuntimeDirectory=mysqld\nStandardError=append:/run/machine/mariadb.log\n"
                    "ExecStart=mariadbd --no-defaults --user=root --datadir=/run/machine/mysql --init-file=/run/machine/users.sql "
                    "--socket=/run/mysqld/mysqld.sock --bind-address={} --port={} --server-id={} --gtid-domain-id={} --log-bin=bin "
                    "--relay-log=relay --log-slave-updates --tmpdir=/run/mysqld --skip-name-resolve --slave-net-timeout=4 "
                    "--innodb-buffer-pool-size=16M "
                    "--innodb-log-file-size=8M --performance-schema=OFF --innodb-flush-log-at-trx-commit=0 --sync-binlog=0\n",
                    machine.address(), database_port, id, id));
    machine.enable("mariadb.service");
}

void JtelSite::make_balancer(Machine& machine) {
    std::string config = fmt::format(
        "global\n    stats socket /run/haproxy/admin.sock level admin\n"
        "defaults\n    mode tcp\n    timeout connect 1s\n    timeout client 60s\n    timeout server 60s\n"
        "    default-server check inter 500ms rise 1 fall 2\n");
    int port = software_port;
    for (const auto& [backend, kind] :
         std::map<std::string, std::string>{{"jb", "jb"}, {"chat", "chat"}, {"api", "api"}, {"mysql", "dbm"}}) {
        config += fmt::format("listen {}\n    bind {}:{}\n", backend, machine.address(), ++port);
        for (const std::string& name : names_) {
            if (!is_a(name, kind)) continue;
            config +=
                fmt::format("    server {} {}:{}\n", name, this->machine(name).address(), kind == "dbm" ? database_port : software_port);
        }
    }
    write_file(machine.file("haproxy.cfg"), config);
    machine.add_unit("haproxy.service", "[Service]\nRuntimeDirectory=haproxy\nExecStart=haproxy -db -f /run/machine/haproxy.cfg\n");
    machine.enable("haproxy.service");
}

void JtelSite::replicate(const std::string& replica, const std::string& source) {
    for (const std::string& name : {replica, source}) {
        const bool serves = eventually([&] { return machine(name).systemctl({"is-active", "mariadb"}) == "active"; });
        REQUIRE_MESSAGE(serves, read_file(machine(name).file("mariadb.log")));
    }
    const std::string said = machine(replica).run(
        {"mariadb", "-e",
         fmt::format(
             "CHANGE MASTER TO MASTER_HOST='{}', MASTER_PORT={}, MASTER_USER='repl', MASTER_PASSWORD='r', MASTER_USE_GTID=slave_pos, "
             "MASTER_CONNECT_RETRY=1; START SLAVE",
             machine(source).address(), database_port)});
    REQUIRE_MESSAGE(said.empty(), said);
}

void JtelSite::write_procedures() const {
    fs::copy(PROCRUN_SOURCE_DIR "/procedures", folder_ / "procedures", fs::copy_options::recursive);
    for (const auto& file : fs::directory_iterator(procedures())) {
        if (!file.is_regular_file()) continue;
        static const std::regex holding(R"(holding \d+s)"), every(R"(every \d+s)");
        const std::string text = std::regex_replace(read_file(file.path()), holding, "holding 1s");
        write_file(file.path(), std::regex_replace(text, every, "every 1s"));
    }
    std::string site = site_text_;
    const auto replace = [&](const std::string& pattern, const std::string& by) {
        site = std::regex_replace(site, std::regex(pattern), by);
    };
    replace("connect linux .*", fmt::format("connect linux   {{ user \"root\"  key \"{}\" }}", home_.key()));
    replace("connect windows .*", fmt::format("connect windows {{ user \"root\"  key \"{}\" }}", home_.key()));
    const auto reach = [&](const lang::Host& host) {
        replace(fmt::format("host {}( +)\\{{ address \"[^\"]*\"", host.name),
                fmt::format("host {}$1{{ address \"{}\"  port {}", host.name, host.address, host.port));
    };
    // Here both hypervisors are this machine, and its one disk is that of other tests, too, and of those that were killed.
    replace("lock hypervisors", fmt::format("lock vmhost1 as \"test-{}\"", getpid()));
    replace("/backup/mysql/latest.sql.gz", "/run/machine/backup.sql.gz");
    for (const std::string& name : hypervisors_->names()) reach(hypervisors_->host(name));
    for (const auto& [name, machine] : machines_) reach(machine->host());
    for (const auto& [name, machine] : windows_) reach(machine->host());
    write_file(procedures() + "site.proc", site);
    write_file(folder_ / "answers", "\"*\" = yes\n");
}

std::vector<std::string> JtelSite::of_side(int vm_host) const {
    std::vector<std::string> found;
    for (const std::string& name : names_) {
        if (side_.at(name) == vm_host) found.push_back(name);
    }
    return found;
}

std::string JtelSite::new_site() {
    std::string config;
    std::vector<std::string> words{"env", "HOME=" + (folder_ / "home"), "NO_COLOR=1", PROCRUN_PROGRAM, "new", "site"};
    for (const auto& [name, machine] : machines_) {
        config += fmt::format("Host {}\n  Port {}\n", machine->address(), machine->host().port);
        words.push_back(fmt::format("{}=root@{}", name, machine->address()));
    }
    home_.configure(config);
    words.insert(words.end(), {"-o", folder_ / "new.proc"});
    fs::remove(folder_ / "output");
    Daemon procrun(words, folder_ / "output");
    REQUIRE(eventually([&] { return procrun.has_ended(); }, 10min));
    REQUIRE_MESSAGE(procrun.exit_code() == 0, output());
    return std::regex_replace(support::read_file(folder_ / "new.proc"), std::regex("[ \n]+"), " ");
}

int JtelSite::run(const std::string& file, const std::vector<std::string>& parameters) {
    std::vector<std::string> words{"env", "HOME=" + (folder_ / "home"), "NO_COLOR=1", PROCRUN_PROGRAM, procedures() + file};
    words.insert(words.end(), parameters.begin(), parameters.end());
    words.insert(words.end(), {"--answers", folder_ / "answers", "--journal", folder_ / "journal"});
    fs::remove(folder_ / "output");
    Daemon procrun(words, folder_ / "output");
    REQUIRE(eventually([&] { return procrun.has_ended(); }, 10min));
    return procrun.exit_code();
}

std::string JtelSite::haproxy(const std::string& balancer, const std::string& server) {
    std::istringstream table(machine(balancer).run({"sh", "-c", "echo show stat | socat - UNIX-CONNECT:/run/haproxy/admin.sock"}));
    for (std::string line; std::getline(table, line);) {
        std::istringstream fields(line);
        std::string backend, name, status;
        std::getline(fields, backend, ',');
        std::getline(fields, name, ',');
        constexpr int status_column = 17;
        for (int column = 2; column <= status_column; ++column) std::getline(fields, status, ',');
        if (name == server) return status;
    }
    return "no such server";
}

std::string JtelSite::mariadb(const std::string& name, const std::string& column) {
    std::istringstream table(machine(name).run({"mariadb", "-e", "SHOW SLAVE STATUS\\G"}));
    const std::string wanted = column + ": ";
    for (std::string line; std::getline(table, line);) {
        if (const auto at = line.find(wanted); at != std::string::npos && line.find_first_not_of(' ') == at)
            return line.substr(at + wanted.size());
    }
    return "no replica";
}

std::string JtelSite::service(const std::string& name, const std::string& service) {
    Here there(windows_.at(name)->host(), home_);
    const std::string told = there.run(runtime::Command::script({runtime::Verbatim{"sc.exe query \"" + service + '"'}})).out;
    static const std::regex state(R"(STATE +: \d +(\w+))");
    std::smatch found;
    return std::regex_search(told, found, state) ? found.str(1) : told;
}

std::map<std::string, std::string> JtelSite::simulated() {
    rehearsal::RemoteSite site(folder_ / "site");
    return site.snapshot(pace_.now_there()).value_or(std::map<std::string, std::string>{});
}

}  // namespace real
