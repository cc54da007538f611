// The whole program on machines whose accounts refuse: a watch does not fire, and a new site takes no refusal for a machine of any kind.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "tests/real/login/accounts.hpp"
#include "tests/real/needs.hpp"

namespace fs = std::filesystem;
using real::Account;
using real::Accounts;
using support::read_file;
using support::write_file;

namespace {

std::vector<Account> refusing() {
    return {{.name = "nologin", .shell = "/usr/sbin/nologin"},
            {.name = "says-no", .shell = "/bin/false"},
            {.name = "says-yes", .shell = "/bin/true"},
            {.name = "leaves0", .files = {{".bashrc", "exit 0\n"}}},
            {.name = "leaves1", .files = {{".bashrc", "exit 1\n"}}},
            {.name = "leaves3", .files = {{".bashrc", "exit 3\n"}}},
            {.name = "hello", .key_options = "command=\"echo hello\""},
            {.name = "denied", .key_options = "command=\"echo denied >&2; exit 1\""},
            {.name = "asked", .sudoers = "asked ALL=(ALL) ALL\n"},
            {.name = "mixed", .sudoers = "mixed ALL=(ALL) ALL\nmixed ALL=(root) NOPASSWD: /usr/bin/id\n"},
            {.name = "tty", .sudoers = "Defaults:tty requiretty\ntty ALL=(ALL) NOPASSWD: ALL\n"}};
}

/// A folder to run the program in, as somebody whose ~/.ssh is that of the test.
struct Desk {
    explicit Desk(const support::SshHome& home) { fs::create_directory_symlink(home.directory(), folder / ".ssh"); }
    /// What it wrote to both outputs.
    std::string procrun(const std::string& words) const {
        const std::string line =
            fmt::format("cd {0} && HOME={0} timeout -s INT 30 {1} {2} >{0}/said 2>&1 </dev/null", folder / "", PROCRUN_PROGRAM, words);
        (void)!std::system(line.c_str());
        return read_file(folder / "said");
    }
    Folder folder;
};

}  // namespace

TEST_CASE("a watch whose machines refuse is told so, and fires for none of them") {
    if (!real::accounts_can_be_made()) return;
    support::SshHome home;
    const Accounts accounts(home, refusing());
    const Desk desk(home);
    std::string site = "site \"mail\"\nhost desk { via local }\n", watch;
    for (const Account& account : refusing()) {
        site += accounts.in_site(account.name, account.sudoers.empty() ? "" : "become sudo");
        for (const std::string condition : {"systemd.running(\"postfix\")", "shell.succeeds(\"pgrep -x postfix\")"}) {
            watch +=
                fmt::format("watch \"{0}: {1}\" every 1s {{\n  require {2} on {0}\n    after 2 failures\n    run \"failover.proc\"\n}}\n",
                            account.name, condition.substr(0, condition.find('.')), condition);
        }
    }
    write_file(desk.folder / "site.proc", site);
    write_file(desk.folder / "watch.proc", watch);
    write_file(desk.folder / "failover.proc",
               fmt::format("step \"Over\" {{ on desk {{ shell.action(\"echo over >>{}\") }} }}\n", desk.folder / "over"));
    const std::string said = desk.procrun("watch watch.proc --journal journal.db");
    CAPTURE(said);
    CHECK(said.find("FAILURE") == std::string::npos);
    CHECK_FALSE(fs::exists(desk.folder / "over"));
    for (const Account& account : refusing()) {
        for (const std::string what : {"systemd", "shell"})
            CHECK_MESSAGE(said.find(fmt::format("\"{}: {}\": CANNOT BE TOLD", account.name, what)) != std::string::npos, account.name, " ",
                          what);
    }
}

TEST_CASE("a new site takes no refusal for Windows, nor for anything else") {
    if (!real::accounts_can_be_made()) return;
    support::SshHome home;
    std::vector<Account> all = refusing();
    all.push_back({.name = "fine"});
    const Accounts accounts(home, all);
    const Desk desk(home);
    std::string configuration, machines;
    for (const Account& account : all) {
        configuration += fmt::format("Host {0}\n  HostName {1}\n  Port {2}\n  User {0}\n  IdentityFile {3}\n", account.name,
                                     accounts.address(), accounts.port(), home.key());
        machines += " " + account.name;
    }
    home.configure(configuration);
    const std::string said = desk.procrun("new site -o site.proc" + machines);
    CAPTURE(said);
    const std::string site = read_file(desk.folder / "site.proc");
    CAPTURE(site);
    CHECK(site.find("host fine") != std::string::npos);
    CHECK(site.find("windows") == std::string::npos);
    CHECK(site.find("cluster") == std::string::npos);
    for (const std::string name : {"nologin", "says-no", "says-yes", "leaves0", "leaves1", "leaves3", "hello", "denied"})
        CHECK_MESSAGE(said.find(name + ": not reached: ") != std::string::npos, name);
    CHECK(said.find("fine: not reached") == std::string::npos);
}
