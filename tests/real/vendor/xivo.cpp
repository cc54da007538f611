// The shipped failovers of Edge and CC from end to end over real SSH: the real .env on a real file system; compose, docker and XiVO's
// scripts are played by small programs that keep their state in files.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <regex>

#include "tests/real/fleet.hpp"

namespace {

namespace fs = std::filesystem;
using support::read_file;
using support::write_file;

/// docker-compose 1, as far as it is asked here. Each service has a folder; what it is made of is the `.env` where the tool is called.
constexpr const char* dcomp = R"sh(#!/bin/sh
set -eu
cd_env() { cat .env 2>/dev/null || true; }
hash() { { echo "$1"; cd_env; } | cksum | tr ' ' -; }
start() {
  date -u +%Y-%m-%dT%H:%M:%S.%NZ >"$project/$1/started"
  echo running >"$project/$1/status"
  echo 0 >"$project/$1/looks"
}
project=$STATE/$PROCRUN_HOST
case "$1" in
  config) for s in $(ls "$project"); do echo "$s $(hash "$s")"; done ;;
  version) echo 1.29.2 ;;
  ps)
    [ "$2 $3" = "-a -q" ] || exit 1
    ls "$project" | grep -x "${4:-.*}" ;;
  restart) start "$2" ;;
  up)
    for s in $(ls "$project"); do
      [ "$(cat "$project/$s/hash")" != "$(hash "$s")" ] || continue
      hash "$s" >"$project/$s/hash"; cd_env >"$project/$s/env"; start "$s"
    done ;;
  *) echo "No such command: $1" >&2; exit 1 ;;
esac
)sh";

/// What it has started says that it is ready at the third look into its log.
constexpr const char* docker = R"sh(#!/bin/sh
set -eu
project=$STATE/$PROCRUN_HOST
case "$1" in
  inspect)
    format=$3; shift 3
    case $format in *.Id*) printf '%s\n' "$@"; exit ;; esac
    for s; do echo "$s|$(cat "$project/$s/status")|$(cat "$project/$s/started")||$(cat "$project/$s/hash")|False"; done ;;
  logs)
    s=$4; looks=$(($(cat "$project/$s/looks") + 1)); echo $looks >"$project/$s/looks"
    [ $looks -ne 3 ] || echo "$(date -u +%Y-%m-%dT%H:%M:%S.%NZ) [info] Listening for HTTP on /0.0.0.0:8090" >>"$project/$s/log"
    awk -v since="$3" '$1 >= since { $1 = ""; print }' "$project/$s/log" ;;
  *) exit 1 ;;
esac
)sh";

constexpr const char* xivo_service = R"sh(#!/bin/sh
echo "Checking services..."
[ -e "$STATE/serves.$PROCRUN_HOST" ] && state=running || state=stopped
printf '\t%s\t\t%s\n' $state xivo-agid $state asterisk
)sh";

const std::string on_master =
    "SECRET=abc&def\nXIVO_HOST=10.2.9.11\nXIVOCC_HOST=10.2.9.21\n"
    "TURN_ALLOWED_PEERS=10.2.9.11,10.2.9.31\nXIVO_MDS_HOST_DEFAULT=10.2.9.11\n";
const std::string on_slave =
    "SECRET=abc&def\nXIVO_HOST=10.2.9.12\nXIVOCC_HOST=10.2.9.22\n"
    "TURN_ALLOWED_PEERS=10.2.9.12,10.2.9.31\nXIVO_MDS_HOST_DEFAULT=10.2.9.12\n";

class XivoSite {
  public:
    XivoSite() {
        for (const char* name : {"procedures", "home", "edge", "state"}) fs::create_directory(folder_ / name);
        fs::create_directory_symlink(home_.directory(), folder_ / "home/.ssh");
        write_file(env(), on_master);
        for (const std::string& name : fleet_->names()) {
            fleet_->put_program(name, "docker", docker);
            fleet_->put_program(name, "xivo-service", xivo_service);
            for (const char* tool : {"edge-dcomp", "xivocc-dcomp"}) fleet_->put_program(name, tool, dcomp);
        }
        for (const char* service : {"coturn", "nginx"}) make_container("edge1", service);
        for (const char* cc : {"cc-master", "cc-slave"}) make_container(cc, "xuc");
        write_procedures();
    }

    /// With all sign-offs given.
    int run(const std::string& procedure) {
        Daemon procrun({"env", "HOME=" + (folder_ / "home"), "NO_COLOR=1", PROCRUN_PROGRAM, folder_ / ("procedures/xivo/" + procedure),
                        "--answers", folder_ / "answers", "--journal", folder_ / "journal"},
                       folder_ / "output");
        REQUIRE(eventually([&] { return procrun.has_ended(); }));
        return procrun.exit_code();
    }
    std::string output() const { return read_file(folder_ / "output"); }
    void serves(const std::string& host, bool does) {
        if (does) {
            write_file(folder_ / ("state/serves." + host), "");
        } else {
            fs::remove(folder_ / ("state/serves." + host));
        }
    }

    std::string env() const { return folder_ / "edge/.env"; }
    /// What is kept of a container: env, started, looks.
    std::string container(const std::string& host, const std::string& service, const std::string& what) const {
        return read_file(folder_ / fmt::format("state/{}/{}/{}", host, service, what));
    }

  private:
    /// One that runs since long, and said then that it is ready.
    void make_container(const std::string& host, const std::string& service) {
        const std::string path = folder_ / fmt::format("state/{}/{}/", host, service);
        fs::create_directories(path);
        write_file(path + "status", "running\n");
        write_file(path + "started", "2026-01-01T00:00:00.5Z\n");
        write_file(path + "hash", "of-old\n");
        write_file(path + "looks", "0\n");
        write_file(path + "log", "2026-01-01T00:00:20.000000000Z [info] Listening for HTTP on /0.0.0.0:8090\n");
    }

    void write_procedures() const {
        fs::copy(PROCRUN_SOURCE_DIR "/procedures", folder_ / "procedures", fs::copy_options::recursive);
        const std::string xivo = folder_ / "procedures/xivo/";
        std::string site = read_file(xivo + "site.proc");
        const auto replace = [](std::string& text, const std::string& pattern, const std::string& by) {
            const std::string changed = std::regex_replace(text, std::regex(pattern), by);
            REQUIRE(changed != text);
            text = changed;
        };
        const lang::Host any = fleet_->host("edge1");
        replace(site, "connect linux .*", fmt::format("connect linux {{ user \"{}\"  key \"{}\"  port {} }}", any.user, any.key, any.port));
        replace(site, "user \"root\"  become none", "");
        // Here both hypervisors are this machine, whose disk other tests share.
        replace(site, "lock hypervisors", fmt::format("lock vmhost1 as \"test-{}\"", getpid()));
        replace(site, "/etc/docker/edge/.env", env());
        for (const std::string& name : fleet_->names())
            replace(site, fmt::format("host {}( +)\\{{ address \"[^\"]*\"", name),
                    fmt::format("host {}$1{{ address \"{}\"", name, fleet_->host(name).address));
        write_file(xivo + "site.proc", site);

        std::string failover = read_file(xivo + "edge-failover.proc"), edge = read_file(xivo + "edge.proc"),
                    cc = read_file(xivo + "cc.proc");
        replace(edge, "folder: \"/etc/docker/edge\"", fmt::format("folder: \"{}\"", folder_ / "edge"));
        replace(cc, "every 5s", "every 1s");
        replace(failover, "within 5m  every 10s", "within 10s  every 1s");
        write_file(xivo + "edge-failover.proc", failover);
        write_file(xivo + "edge.proc", edge);
        write_file(xivo + "cc.proc", cc);
        write_file(folder_ / "answers", "\"*\" = yes\n");
    }

    Folder folder_;
    support::SshHome home_;
    std::unique_ptr<real::Fleet> fleet_ = std::make_unique<real::Fleet>(
        home_,
        std::vector<std::string>{"vmhost1", "vmhost2", "xivo-master", "xivo-slave", "mds1", "mds2", "cc-master", "cc-slave", "edge1"},
        std::map<std::string, std::string>{{"STATE", folder_ / "state"}});
};

}  // namespace

TEST_CASE("an Edge is failed over and back over SSH: its .env and what its containers are made of follow, and nothing is done twice") {
    XivoSite site;
    REQUIRE(site.run("edge-failover.proc") == 1);
    CHECK(site.output().find("xivo-slave does not serve") != std::string::npos);
    CHECK(read_file(site.env()) == on_master);

    site.serves("xivo-slave", true);
    const int failed_over = site.run("edge-failover.proc");
    REQUIRE_MESSAGE(failed_over == 0, site.output());
    CHECK(read_file(site.env()) == on_slave);
    CHECK(site.container("edge1", "coturn", "env") == on_slave);
    CHECK(site.container("edge1", "nginx", "env") == on_slave);

    const std::string started = site.container("edge1", "coturn", "started");
    REQUIRE_MESSAGE(site.run("edge-failover.proc") == 0, site.output());
    CHECK_MESSAGE(site.output().find("0 changed, 2 unchanged") != std::string::npos, site.output());
    CHECK(site.container("edge1", "coturn", "started") == started);

    site.serves("xivo-slave", false);
    site.serves("xivo-master", true);
    REQUIRE_MESSAGE(site.run("edge-failback.proc") == 0, site.output());
    CHECK(read_file(site.env()) == on_master);
    CHECK(site.container("edge1", "coturn", "env") == on_master);
    std::vector<std::string> copies;
    for (const auto& file : fs::directory_iterator(fs::path(site.env()).parent_path()))
        if (file.path() != site.env()) copies.push_back(read_file(file.path()));
    CHECK(copies.size() == 2);
    CHECK(std::count(copies.begin(), copies.end(), on_master) == 1);
}

TEST_CASE("a CC is failed over over SSH: xuc is restarted, and ready when it says so, not for what it said before") {
    XivoSite site;
    site.serves("xivo-slave", true);
    const std::string before = site.container("cc-slave", "xuc", "started"), untouched = site.container("cc-master", "xuc", "started");
    const int failed_over = site.run("cc-failover.proc");
    REQUIRE_MESSAGE(failed_over == 0, site.output());
    CHECK(site.container("cc-slave", "xuc", "started") > before);
    CHECK(site.container("cc-slave", "xuc", "looks") == "3\n");
    CHECK(site.container("cc-master", "xuc", "started") == untouched);
}
