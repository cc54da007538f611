// The shipped procedures of a CPMS over real TCP: its services and its failover daemon are played by a small server, its scripts are
// scripts, and procrun is started as its operators start it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "tests/real/daemon.hpp"
#include "tests/support/sshd.hpp"

namespace {

namespace fs = std::filesystem;
using support::read_file;
using support::write_file;

const std::string shipped = PROCRUN_SOURCE_DIR "/procedures/cpms/";

/// Directory, POP3, SMTP, HTTP.
constexpr std::array ports{7389, 7110, 7025, 7080};

void replace(std::string& text, const std::string& from, const std::string& to) {
    REQUIRE(text.find(from) != std::string::npos);
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
}

/// Words in capitals are filled in.
constexpr const char* site_text = R"(site "CPMS over TCP"
connect linux { via local }
fact role: text
fact monitor: int = MONITOR
fact unit: text = ""
fact scripts: text = ""
fact startup: list of int = [STARTUP]
fact shutdown: list of int = [SHUTDOWN]
host cfg1   { address "MASTER"  role "master"  scripts "FOLDER/scripts-MASTER" }
host cfg2   { address "SLAVE"  role "slave"  scripts "FOLDER/scripts-SLAVE" }
host mail   { address "MAIL"  role "service" }
host netapp { address "FAR"  role "filer" }
host alteon { address "FAR"  role "balancer"  port BALANCER }
group cpms = cfg1, cfg2, mail, netapp, alteon
define has_userdb(cfg: host): bool = shell.succeeds("test -e FOLDER/userdb-${cfg.address}") on cfg
define action mount_userdb(cfg: host) {
  on cfg { shell.action("touch FOLDER/userdb-${cfg.address}")  done_when has_userdb(cfg) }
}
define action unmount_userdb(cfg: host) {
  on cfg { shell.action("rm FOLDER/userdb-${cfg.address}")  done_when not has_userdb(cfg) }
}
define is_fenced(machine: host): bool = shell.succeeds("test -e FENCED") on machine
define action fence(machine: host) {
  on machine { shell.action("FOLDER/fence")  done_when is_fenced(machine) }
}
define action unfence(machine: host) {
  on machine { shell.action("rm FENCED")  done_when not is_fenced(machine) }
}
define action stop_watch() { note "the test has ended it" }
define action start_watch() { note "the test begins it" }
)";

class Cpms {
  public:
    Cpms() {
        fs::create_directory(folder_ / "home");
        write_file(folder_ / "answers", "\"*\" = yes\n");
        write_file(folder_ / "monitor", std::to_string(monitor_));
        put_script(folder_ / "fence", fmt::format("rm -f {0}userdb-{1} {0}{1}-*; touch {2}", folder_ / "", master_, fenced()));
        daemon_says("OK service is shut down");
        for (const std::string& cfg : {master_, slave_}) write_scripts(cfg);
        for (const int port : ports) write_file(service(master_, port), "serves");
        write_file(userdb(master_), "");
        write_procedures();
        write_site();
        player_ = std::make_unique<Daemon>(
            std::vector<std::string>{"python3", PROCRUN_SOURCE_DIR "/tests/real/vendor/cpms.py", folder_ / "", master_, slave_, mail_},
            folder_ / "player");
        REQUIRE_MESSAGE(eventually([&] { return fs::exists(folder_ / "ready"); }), read_file(folder_ / "player"));
    }

    /// The answer to SHUTDOWN_YOUR_SERVICE; empty: it says nothing.
    void daemon_says(const std::string& word) { write_file(folder_ / "word", word); }
    /// The master's POP3 takes connections and says nothing.
    void master_hangs() { write_file(service(master_, ports[1]), "hangs"); }
    /// Neither its site nor anybody else can fence it.
    void has_no_fence() {
        std::string site = read_file(folder_ / "site.proc");
        const std::size_t begins = site.find("define action fence");
        site.erase(begins, site.find("define action unfence") - begins);
        write_file(folder_ / "site.proc", site);
    }
    void fence_leaves_a_mark_only() { put_script(folder_ / "fence", "touch " + fenced()); }
    void fence_fails() { put_script(folder_ / "fence", "echo 'no such outlet' >&2; exit 1"); }

    std::unique_ptr<Daemon> begin(std::vector<std::string> words) {
        words.insert(words.begin(), {"env", "HOME=" + (folder_ / "home"), "NO_COLOR=1", "http_proxy=http://127.0.0.1:1", PROCRUN_PROGRAM});
        words.insert(words.end(), {"--journal", folder_ / "journal"});
        return std::make_unique<Daemon>(words, folder_ / "output");
    }
    /// To its end; its exit code.
    int run(const std::string& procedure, const std::vector<std::string>& parameters = {}) {
        std::vector<std::string> words{folder_ / procedure, "--answers", folder_ / "answers"};
        words.insert(words.end(), parameters.begin(), parameters.end());
        const auto procrun = begin(words);
        REQUIRE(eventually([&] { return procrun->has_ended(); }));
        return procrun->exit_code();
    }
    std::string file(const std::string& name) const { return folder_ / name; }
    std::string output() const { return read_file(folder_ / "output"); }
    bool told(const std::string& words) const {
        return eventually([&] { return output().find(words) != std::string::npos; });
    }

    bool master_serves() const { return serves(master_); }
    bool slave_serves() const { return serves(slave_); }
    bool is_fenced() const { return fs::exists(fenced()); }
    /// All that the daemon heard.
    std::string heard() const { return fs::exists(folder_ / "heard") ? read_file(folder_ / "heard") : ""; }
    /// The scripts in the order in which they ran.
    std::string ran() const { return fs::exists(folder_ / "ran") ? read_file(folder_ / "ran") : ""; }

  private:
    std::string service(const std::string& cfg, int port) const { return folder_ / fmt::format("{}-{}", cfg, port); }
    std::string userdb(const std::string& cfg) const { return folder_ / ("userdb-" + cfg); }
    std::string fenced() const { return folder_ / ("fenced-" + master_); }
    /// With all its services and the user database; without one of them it has to be without all.
    bool serves(const std::string& cfg) const {
        const bool has = fs::exists(userdb(cfg));
        for (const int port : ports) CHECK(fs::exists(service(cfg, port)) == has);
        return has;
    }

    void put_script(const std::string& path, const std::string& body) const {
        write_file(path, fmt::format("#!/bin/sh\necho {} >>{}\n{}\n", fs::path(path).filename().string(), folder_ / "ran", body));
        fs::permissions(path, fs::perms::owner_all);
    }

    /// A start-up script comes back before its service answers.
    void write_scripts(const std::string& cfg) const {
        const std::string scripts = folder_ / ("scripts-" + cfg);
        fs::create_directory(scripts);
        for (const int port : ports) {
            put_script(
                fmt::format("{}/start_{}.sh", scripts, port),
                fmt::format("[ -e {} ] || exit 1\n(sleep 0.2; printf serves >{}) >/dev/null 2>&1 &", userdb(cfg), service(cfg, port)));
            put_script(fmt::format("{}/stop_{}.sh", scripts, port), "rm " + service(cfg, port));
        }
    }

    /// As shipped, but for ports that nobody needs rights for, and for how long is waited. There is no systemd here.
    void write_procedures() {
        for (const std::string name : {"cpms.proc", "watch.proc", "failover.proc", "failback.proc"}) {
            std::string text = read_file(shipped + name);
            if (name == "cpms.proc") {
                replace(text, "net.answers(389,", "net.answers(7389,");
                replace(text, "net.pop3(", "net.pop3(port: 7110, ");
                replace(text, "net.smtp(", "net.smtp(port: 7025, ");
                replace(text, "http.answers(page,", "http.answers(page, port: 7080,");
                replace(text, "patience: duration = 20s", "patience: duration = 2s");
            } else {
                replace(text, "net.answers(2049)", fmt::format("net.answers({})", filer_.port()));
            }
            if (name == "watch.proc") replace(text, "every 30s", "every 1s");
            if (name.starts_with("fail")) replace(text, "holding 10s", "holding 200ms");
            if (name == "failback.proc") replace(text, "systemd.start(host.unit)  within 1m", "note \"it listens already\"");
            write_file(folder_ / name, text);
        }
    }

    void write_site() {
        std::string startup, shutdown;
        for (const int port : ports) {
            startup += fmt::format("{}, ", port);
            shutdown = fmt::format("{}, ", port) + shutdown;
        }
        std::string site = site_text;
        for (const auto& [hole, value] : std::map<std::string, std::string>{{"MONITOR", std::to_string(monitor_)},
                                                                            {"STARTUP", startup},
                                                                            {"SHUTDOWN", shutdown},
                                                                            {"MASTER", master_},
                                                                            {"SLAVE", slave_},
                                                                            {"MAIL", mail_},
                                                                            {"FAR", far_},
                                                                            {"BALANCER", std::to_string(balancer_.port())},
                                                                            {"FOLDER/", folder_ / ""},
                                                                            {"FENCED", fenced()}})
            replace(site, hole, value);
        write_file(folder_ / "site.proc", site);
    }

    Folder folder_;
    std::string master_ = next_address(), slave_ = next_address(), mail_ = next_address(), far_ = next_address();
    int monitor_ = Listener(master_).port();
    Listener filer_{far_}, balancer_{far_};
    std::unique_ptr<Daemon> player_;
};

const std::string order = "SHUTDOWN_YOUR_SERVICE\n";
const std::string started = "start_7389.sh\nstart_7110.sh\nstart_7025.sh\nstart_7080.sh\n";

}  // namespace

TEST_CASE("a CPMS that confirms its shutdown over TCP is followed by the slave, and the failback is the way home") {
    Cpms cpms;
    cpms.master_hangs();
    CHECK_MESSAGE(cpms.run("failover.proc") == 0, cpms.output());
    CHECK(cpms.heard() == order);
    CHECK(cpms.ran() == started);
    CHECK_FALSE(cpms.master_serves());
    CHECK(cpms.slave_serves());
    CHECK_FALSE(cpms.is_fenced());

    CHECK_MESSAGE(cpms.run("failback.proc") == 0, cpms.output());
    CHECK(cpms.ran() == started + "stop_7080.sh\nstop_7025.sh\nstop_7110.sh\nstop_7389.sh\n" + started);
    CHECK(cpms.master_serves());
    CHECK_FALSE(cpms.slave_serves());
}

TEST_CASE("a CPMS that refuses, or says nothing, is fenced before the slave starts") {
    for (const char* word : {"ERR a shutdown script has failed", ""}) {
        CAPTURE(word);
        Cpms cpms;
        cpms.master_hangs();
        cpms.daemon_says(word);
        CHECK_MESSAGE(cpms.run("failover.proc", {"confirmation=2s"}) == 4, cpms.output());
        CHECK(cpms.heard() == order);
        CHECK(cpms.ran() == "fence\n" + started);
        CHECK(cpms.is_fenced());
        CHECK(cpms.slave_serves());
    }
}

TEST_CASE("a CPMS that says nothing and cannot be fenced keeps its user database for itself") {
    Cpms cpms;
    cpms.daemon_says("");
    cpms.fence_fails();
    CHECK_MESSAGE(cpms.run("failover.proc", {"confirmation=2s"}) == 1, cpms.output());
    CHECK_MESSAGE(cpms.told("no such outlet"), cpms.output());
    CHECK(cpms.ran() == "fence\n");
    CHECK(cpms.master_serves());
    CHECK_FALSE(cpms.slave_serves());
}

TEST_CASE("a site whose fence leaves a mark only has mail again, and is told in the end that both have the user database") {
    Cpms cpms;
    cpms.daemon_says("");
    cpms.fence_leaves_a_mark_only();
    CHECK_MESSAGE(cpms.run("failover.proc", {"confirmation=2s"}) == 1, cpms.output());
    CHECK(cpms.heard() == order);
    CHECK(cpms.slave_serves());
    CHECK(cpms.master_serves());
    CHECK_MESSAGE(cpms.told("and only there"), cpms.output());
}

TEST_CASE("a watch over TCP sees a CPMS that hangs, and lets the slave take over, once") {
    Cpms cpms;
    const auto watch = cpms.begin({"watch", cpms.file("watch.proc")});
    CHECK_MESSAGE(cpms.told("\"the slave is not needed\": holds"), cpms.output());
    cpms.master_hangs();
    CHECK_MESSAGE(cpms.told("FAILURE 3 of 3"), cpms.output());
    CHECK_MESSAGE(cpms.told("failover.proc ended with exit code 0"), cpms.output());
    CHECK(cpms.heard() == order);
    CHECK(cpms.slave_serves());
    CHECK_FALSE(cpms.master_serves());
    watch->end();
    CHECK(watch->exit_code() == 0);
}

TEST_CASE("a watch whose site has no fence does not begin: nobody could be asked at night") {
    Cpms cpms;
    cpms.has_no_fence();
    const auto watch = cpms.begin({"watch", cpms.file("watch.proc")});
    REQUIRE(eventually([&] { return watch->has_ended(); }));
    CHECK(watch->exit_code() == 3);
    CHECK_MESSAGE(cpms.told("nothing is watched"), cpms.output());
    CHECK_MESSAGE(cpms.told("failover.proc asks a person"), cpms.output());
}
