// The shipped failover of CPMS against two servers and their daemons, played by a small TCP server: procrun as a watch starts it.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "tests/parts/daemon.hpp"
#include "tests/parts/needs.hpp"
#include "tests/support/sshd.hpp"

namespace {

namespace fs = std::filesystem;
using support::read_file;
using support::write_file;

const std::string shipped = PROCRUN_SOURCE_DIR "/procedures/cpms/";

class CpmsPair {
  public:
    CpmsPair() {
        write_file(folder_ / ("runs-" + first_), "");
        write_file(folder_ / ("mounted-" + first_), "");
        daemon("confirms");
        write_file(folder_ / ("daemon-" + second_), "confirms");
        // `findmnt --mountpoint FOLDER`, `mount FOLDER`: the folder is called like the file that stands for its being mounted.
        fs::create_directory(folder_ / "bin");
        script("bin/findmnt", "test -e \"$2\"");
        script("bin/mount", "test ! -e \"$1\" && touch \"$1\"");
        script("start.sh", fmt::format("test -e {}/mounted-{} && touch {}/runs-{}", folder_ / "", second_, folder_ / "", second_));
        for (const char* name : {"cpms.proc", "failover.proc"}) write_file(folder_ / name, read_file(shipped + name));
        write_file(
            folder_ / "site.proc",
            fmt::format("site \"CPMS here\"\n"
                        "fact side: int = 0\n"
                        "fact shutdown_port: int = 7890\n"
                        "fact folder: text = \"\"\n"
                        "fact startup: list of text = [\"{0}start.sh\"]\n"
                        "fact shutdown: list of text = []\n"
                        "connect linux {{ via local }}\n"
                        "host cfg1 {{ address \"{1}\"  side 1  folder \"{0}mounted-{1}\" }}\n"
                        "host cfg2 {{ address \"{2}\"  side 2  folder \"{0}mounted-{2}\" }}\n"
                        "host mail {{ address \"{3}\" }}\n"
                        "group cfg = cfg1, cfg2\n"
                        "group mail_addresses = mail\n"
                        "group witnesses = mail\n"
                        "define is_fenced(machine: host): bool = shell.succeeds(\"test -e {0}off\") on cfg2\n"
                        "define action fence(machine: host) {{\n"
                        "  on cfg2 {{ shell.action(\"rm {0}runs-{1} {0}mounted-{1} && touch {0}off\")  done_when is_fenced(machine) }}\n"
                        "}}\n",
                        folder_ / "", first_, second_, mail_));
        servers_ = std::make_unique<Daemon>(std::vector<std::string>{"python3", PROCRUN_SOURCE_DIR "/tests/parts/programs/cpms_pair.py",
                                                                     folder_ / "", first_, second_, mail_},
                                            folder_ / "servers");
        REQUIRE_MESSAGE(eventually([&] { return fs::exists(folder_ / "ready"); }), read_file(folder_ / "servers"));
    }

    /// What the daemon of the first server does: "confirms", "refuses", or "silent".
    void daemon(const std::string& how) { write_file(folder_ / ("daemon-" + first_), how); }

    int fail_over() {
        const std::string home = folder_ / "home";
        fs::create_directories(home);
        Daemon procrun({"env", "HOME=" + home, "NO_COLOR=1", fmt::format("PATH={}:{}", folder_ / "bin", std::getenv("PATH")),
                        PROCRUN_PROGRAM, folder_ / "failover.proc", "patience=3s", "--journal", folder_ / "journal"},
                       folder_ / "output");
        REQUIRE(eventually([&] { return procrun.has_ended(); }));
        return procrun.exit_code();
    }

    bool runs_on_first() const { return fs::exists(folder_ / ("runs-" + first_)); }
    bool runs_on_second() const { return fs::exists(folder_ / ("runs-" + second_)); }
    bool was_fenced() const { return fs::exists(folder_ / "off"); }
    std::string orders() const { return read_file(folder_ / "orders"); }
    std::string output() const { return read_file(folder_ / "output"); }
    const std::string& first() const { return first_; }

  private:
    void script(const std::string& name, const std::string& line) {
        write_file(folder_ / name, "#!/bin/sh\n" + line + "\n");
        fs::permissions(folder_ / name, fs::perms::owner_all);
    }

    Folder folder_;
    std::string first_ = next_address(), second_ = next_address(), mail_ = next_address();
    std::unique_ptr<Daemon> servers_;
};

bool can_run() {
    return parts::can_run("mail servers at their own ports",
                          getuid() == 0 ? std::nullopt : std::optional<std::string>("only root may listen there"));
}

constexpr int completed = 0, completed_with_skips = 4;

}  // namespace

TEST_CASE("a CPMS that confirms its end over TCP is followed by the other one") {
    if (!can_run()) return;
    CpmsPair pair;
    CHECK_MESSAGE(pair.fail_over() == completed, pair.output());
    CHECK(pair.orders() == pair.first() + ": SHUTDOWN_YOUR_SERVICE\n");
    CHECK_FALSE(pair.runs_on_first());
    CHECK(pair.runs_on_second());
    CHECK_FALSE(pair.was_fenced());
}

TEST_CASE("a CPMS that refuses to end, or never answers, is fenced first") {
    if (!can_run()) return;
    for (const char* how : {"refuses", "silent"}) {
        INFO(how);
        CpmsPair pair;
        pair.daemon(how);
        CHECK_MESSAGE(pair.fail_over() == completed_with_skips, pair.output());
        CHECK(pair.orders() == pair.first() + ": SHUTDOWN_YOUR_SERVICE\n");
        CHECK(pair.was_fenced());
        CHECK_FALSE(pair.runs_on_first());
        CHECK(pair.runs_on_second());
    }
}
