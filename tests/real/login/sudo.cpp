// sudo in all its refusals, by real sudoers files.
#include <doctest/doctest.h>

#include "tests/real/login/accounts.hpp"
#include "tests/real/login/looks.hpp"
#include "tests/real/needs.hpp"

using real::Account;
using real::Accounts;
using real::Looks;
using runtime::Command;
using runtime::Ending;

namespace {

lang::Host by_sudo(const Accounts& accounts, const std::string& name) {
    lang::Host host = accounts.host(name);
    host.become = lang::Become::Sudo;
    return host;
}

/// Lines of sudoers for one account.
std::vector<Account> accounts_refused_by_sudo() {
    return {
        {.name = "stranger"},
        {.name = "asked", .sudoers = "asked ALL=(ALL) ALL\n"},
        {.name = "other", .sudoers = "other ALL=(root) NOPASSWD: /usr/bin/id\n"},
        // One command needs no password: `sudo -l` then needs none for any, and says yes to all of them.
        {.name = "mixed", .sudoers = "mixed ALL=(ALL) ALL\nmixed ALL=(root) NOPASSWD: /usr/bin/id\n"},
        {.name = "tty", .sudoers = "Defaults:tty requiretty\ntty ALL=(ALL) NOPASSWD: ALL\n"},
        {.name = "aged", .sudoers = "aged ALL=(nobody) NOPASSWD: ALL\n"},
        {.name = "nosudo", .files = {{".bashrc", "PATH=/nowhere\n"}}},
    };
}

}  // namespace

TEST_CASE("what sudo refuses is unknown, whatever it refuses it for") {
    if (!real::accounts_can_be_made()) return;
    support::SshHome home;
    const Accounts accounts(home, accounts_refused_by_sudo());
    Looks looks(home);
    for (const Account& account : accounts_refused_by_sudo()) {
        CAPTURE(account.name);
        const lang::Host& host = looks.add(by_sudo(accounts, account.name));
        CHECK(looks.succeeds(host, "true").is_unknown());
        CHECK(looks.succeeds(host, "false").is_unknown());
        CHECK(looks.query(host, "log.has", {{"service", "xuc"}, {"words", "x"}, {"since", lang::Value(lang::Time{})}}).is_unknown());
        CHECK(looks.query(host, "systemd.running", {{"unit", "postfix"}}).is_unknown());
        for (const char* program : {"false", "no-such-program-at-all"}) {
            const runtime::Reply reply = looks.run(host, Command::program({program}));
            CHECK_MESSAGE(reply.ending == Ending::Doubtful, program, ": ", reply.describe());
        }
        for (const std::string name : {"pcs.version", "drbd.version"})
            CHECK(looks.connections.detect(host, {name}, looks.patience, "").at(name).is_unknown());
    }
}

TEST_CASE("a password that sudo does not take is unknown; one that it takes lets answers through") {
    if (!real::accounts_can_be_made()) return;
    support::SshHome home;
    const Accounts accounts(home, {{.name = "asked", .sudoers = "asked ALL=(ALL) ALL\n"},
                                   {.name = "mixed", .sudoers = "mixed ALL=(ALL) ALL\nmixed ALL=(root) NOPASSWD: /usr/bin/id\n"}});
    for (const std::string name : {"asked", "mixed"}) {
        Looks looks(home);
        lang::Host& host = looks.add(by_sudo(accounts, name));
        host.sudo_password = "password";
        looks.secrets["password"] = "wrong";
        CHECK(looks.succeeds(host, "true").is_unknown());
        CHECK(looks.succeeds(host, "false").is_unknown());
        looks.secrets["password"] = real::account_password;
        CHECK(looks.succeeds(host, "true").plain() == "true");
        CHECK(looks.succeeds(host, "false").plain() == "false");
        CHECK(looks.run(host, Command::program({"cat"}).input({runtime::Verbatim{"own"}})).out == "own");
    }
}

TEST_CASE("behind a password single commands stay single, too") {
    if (!real::accounts_can_be_made()) return;
    support::SshHome home;
    const Accounts accounts(home, {{.name = "narrow", .sudoers = "narrow ALL=(root) /usr/bin/cat \"\", /usr/bin/id -u\n"}});
    Looks looks(home);
    lang::Host& host = looks.add(by_sudo(accounts, "narrow"));
    host.sudo_password = "password";
    looks.secrets["password"] = real::account_password;
    CHECK(looks.run(host, Command::program({"cat"}).input({runtime::Verbatim{"own"}})).out == "own");
    CHECK(looks.run(host, Command::program({"id", "-u"})).out == "0\n");
    CHECK(looks.run(host, Command::program({"id", "-g"})).ending == Ending::Doubtful);
    CHECK(looks.run(host, Command::script({runtime::Verbatim{"id -u"}})).ending == Ending::Doubtful);
}

TEST_CASE("sudo that lets a command through lets its exit status through, and single commands stay single") {
    if (!real::accounts_can_be_made()) return;
    support::SshHome home;
    std::vector<Account> all = {
        {.name = "every", .sudoers = "every ALL=(ALL) NOPASSWD: ALL\n"},
        {.name = "single", .sudoers = "single ALL=(root) NOPASSWD: /usr/bin/false, /usr/bin/test -f /nowhere\n"},
        {.name = "warned",
         .files = {{".bashrc",
                    "sudo() { echo 'sudo: unable to resolve host here: Name or service not known' >&2; command sudo \"$@\"; }\n"}},
         .sudoers = "warned ALL=(ALL) NOPASSWD: ALL\n"}};
    for (const char* shell : {"/bin/fish", "/bin/tcsh"})
        if (Accounts::has(shell))
            all.push_back({.name = std::string("in-") + (shell + 5),
                           .shell = shell,
                           .sudoers = std::string("in-") + (shell + 5) + " ALL=(ALL) NOPASSWD: ALL\n"});
    const Accounts accounts(home, all);
    Looks looks(home);
    for (const Account& account : all) {
        CAPTURE(account.name);
        const lang::Host& host = looks.add(by_sudo(accounts, account.name));
        const runtime::Reply no = looks.run(host, Command::program({"false"}));
        CHECK_MESSAGE(no.ending == Ending::Exited, no.describe());
        CHECK(no.code == 1);
        const runtime::Reply test = looks.run(host, Command::program({"test", "-f", "/nowhere"}));
        CHECK_MESSAGE(test.ending == Ending::Exited, test.describe());
        if (account.name == "single") {
            const runtime::Reply other = looks.run(host, Command::program({"test", "-f", "/etc/passwd"}));
            CHECK_MESSAGE(other.ending == Ending::Doubtful, other.describe());
            continue;
        }
        CHECK(looks.succeeds(host, "false").plain() == "false");
        CHECK(looks.succeeds(host, "true").plain() == "true");
        CHECK(looks.query(host, "shell.query", {{"script", "id -u"}}).plain() == "0");
        // A program that is not there is an answer too.
        CHECK(looks.run(host, Command::program({"no-such-program-at-all"})).ending == Ending::Exited);
        CHECK(looks.run(host, Command::script({runtime::Verbatim{"no-such-program-at-all"}})).code == 127);
    }
}
