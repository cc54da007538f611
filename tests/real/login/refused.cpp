// Refused is unknown: nothing that a log-in shell, a profile, a forced command or sudo says becomes the answer of a command.
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

/// Ends with 1 and 0 in turn, whatever it is asked.
constexpr const char* in_turn = "command=\"if rmdir turn 2>/dev/null; then exit 0; else mkdir turn; exit 1; fi\"";

std::vector<Account> accounts_that_refuse() {
    return {
        {.name = "nologin", .shell = "/usr/sbin/nologin"},
        {.name = "no", .shell = "/bin/false"},
        {.name = "yes", .shell = "/bin/true"},
        {.name = "leaves0", .files = {{".bashrc", "exit 0\n"}}},
        {.name = "leaves1", .files = {{".bashrc", "exit 1\n"}}},
        {.name = "leaves3", .files = {{".bashrc", "exit 3\n"}}},
        {.name = "leaves127", .files = {{".bashrc", "exit 127\n"}}},
        {.name = "menu", .files = {{".bashrc", "echo 'Choose: 1 2 3'; read -r choice; exit 0\n"}}},
        {.name = "changes0", .files = {{".bashrc", "trap 'exit 0' EXIT\n"}}},
        {.name = "changes1", .files = {{".bashrc", "trap 'exit 1' EXIT\n"}}},
        {.name = "closes", .files = {{".bashrc", "trap 'echo bye' EXIT\n"}}},
        {.name = "other", .files = {{".bashrc", "exec cat\n"}}},
        {.name = "hello", .key_options = "command=\"echo hello\""},
        {.name = "denied", .key_options = "command=\"echo denied >&2; exit 1\""},
        {.name = "absent", .key_options = "command=\"exit 127\""},
        {.name = "turns", .key_options = in_turn},
        {.name = "echoes", .key_options = "command=\"echo \\\"$SSH_ORIGINAL_COMMAND\\\"; exit 37\""},
        {.name = "sftp", .key_options = "command=\"internal-sftp\""},
        {.name = "dies", .key_options = "command=\"kill -9 $$\""},
        {.name = "expired", .ages = "19000:0:99999:7::1:"},
    };
}

/// All that a procedure could take for the state of a machine.
void nothing_is_told(Looks& looks, const lang::Host& host) {
    CAPTURE(host.name);
    const lang::Value since(lang::Time{});
    const std::vector<lang::Value> all = {
        looks.succeeds(host, "true"),
        looks.succeeds(host, "false"),
        looks.query(host, "shell.query", {{"script", "echo hello"}}),
        looks.query(host, "log.has", {{"service", "xuc"}, {"words", "Listening"}, {"since", since}}),
        looks.query(host, "systemd.running", {{"unit", "postfix"}}),
    };
    for (const lang::Value& value : all) CHECK_MESSAGE(value.is_unknown(), value.show());
    for (const std::string name : {"systemd.manager", "pcs.version"}) {
        CAPTURE(name);
        const runtime::Detected detected = looks.connections.detect(host, {name}, looks.patience, "");
        CHECK_MESSAGE(detected.at(name).is_unknown(), detected.at(name).show());
    }
}

}  // namespace

TEST_CASE("an account that does not run what it is sent answers nothing, and says what is the matter") {
    if (!real::accounts_can_be_made()) return;
    support::SshHome home;
    const Accounts accounts(home, accounts_that_refuse());
    Looks looks(home);
    for (const Account& account : accounts_that_refuse()) {
        const lang::Host& host = looks.add(accounts.host(account.name));
        nothing_is_told(looks, host);
        const lang::Value value = looks.succeeds(host, "false");
        REQUIRE(value.is_unknown());
        CHECK_MESSAGE(value.why_unknown().why.starts_with(account.name), value.why_unknown().why);
    }
}

TEST_CASE("a password that has to be changed first answers nothing, whatever PAM makes of it") {
    if (!real::accounts_can_be_made()) return;
    support::SshHome home;
    const Accounts accounts(home, {{.name = "aged", .ages = "0:0:99999:7:::"}, {.name = "fine"}}, "UsePAM yes");
    Looks looks(home);
    nothing_is_told(looks, looks.add(accounts.host("aged")));
    CHECK(looks.succeeds(looks.add(accounts.host("fine")), "true").plain() == "true");
}

TEST_CASE("an account that was mended answers on the next look") {
    if (!real::accounts_can_be_made()) return;
    support::SshHome home;
    const Accounts accounts(
        home, {{.name = "leaves1", .files = {{".bashrc", "exit 1\n"}}}, {.name = "leaves0", .files = {{".bashrc", "exit 0\n"}}}});
    Looks looks(home);
    for (const std::string name : {"leaves1", "leaves0"}) {
        const lang::Host& host = looks.add(accounts.host(name));
        CAPTURE(name);
        const lang::Value before = looks.succeeds(host, "true");
        CHECK_MESSAGE(before.is_unknown(), before.show());
        support::write_file(accounts.home(name) + "/.bashrc", "");
        CHECK(looks.succeeds(host, "true").plain() == "true");
        CHECK(looks.succeeds(host, "false").plain() == "false");
    }
}

TEST_CASE("a forced command that lets some lines through: their output and their success count, no other status does") {
    if (!real::accounts_can_be_made()) return;
    support::SshHome home;
    const std::string gate =
        "#!/bin/sh\ncase $SSH_ORIGINAL_COMMAND in\n  'echo '* | 'grep '*) eval \"$SSH_ORIGINAL_COMMAND\" ;;\n"
        "  *) echo \"not allowed: $SSH_ORIGINAL_COMMAND\" >&2; exit 1 ;;\nesac\n";
    const Accounts accounts(
        home,
        {{.name = "gated", .files = {{"gate", gate}}, .key_options = "command=\"./gate\""},
         {.name = "kind",
          .files = {{"gate",
                     "#!/bin/sh\ncase $SSH_ORIGINAL_COMMAND in 'echo '*) eval \"$SSH_ORIGINAL_COMMAND\" ;; *) echo denied ;; esac\n"}},
          .key_options = "command=\"./gate\""}});
    Looks looks(home);
    const lang::Host& host = looks.add(accounts.host("gated"));
    CHECK(looks.query(host, "shell.query", {{"script", "echo hello"}}).plain() == "hello");
    CHECK(looks.succeeds(host, "grep -q root /etc/passwd").plain() == "true");
    CHECK(looks.succeeds(host, "grep -q nobody-of-that-name /etc/passwd").is_unknown());
    CHECK(looks.succeeds(host, "true").is_unknown());
    CHECK(looks.succeeds(host, "grep -q root /etc/passwd").plain() == "true");
    // One that refuses with 0 cannot be told from what it lets through.
    const lang::Host& kind = looks.add(accounts.host("kind"));
    CHECK(looks.query(kind, "shell.query", {{"script", "echo hello"}}).is_unknown());
    CHECK(looks.succeeds(kind, "true").is_unknown());
}
