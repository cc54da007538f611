// Log-in shells of every kind run what they are sent, and values reach them to the letter.
#include <doctest/doctest.h>

#include <random>

#include "tests/real/login/accounts.hpp"
#include "tests/real/login/looks.hpp"
#include "tests/real/needs.hpp"

using real::Account;
using real::Accounts;
using real::Looks;
using runtime::Command;
using runtime::Ending;

namespace {

std::vector<Account> shells() {
    std::vector<Account> all;
    for (const char* name : {"sh", "bash", "dash", "rbash", "fish", "tcsh", "csh", "zsh", "ksh", "mksh"}) {
        const std::string shell = std::string("/bin/") + name;
        if (Accounts::has(shell)) all.push_back({.name = std::string("with-") + name, .shell = shell});
    }
    all.push_back({.name = "noisy", .files = {{".bashrc", "echo Welcome; echo 'You have mail.' >&2; printf 'no line end'\n"}}});
    if (Accounts::has("/bin/fish")) {
        all.push_back({.name = "noisy-fish", .shell = "/bin/fish", .files = {{".config/fish/config.fish", "echo Welcome\n"}}});
    }
    return all;
}

std::vector<std::string> hard_values() {
    std::vector<std::string> values = {"",
                                       " ",
                                       "a\nb\n",
                                       "'",
                                       "''",
                                       "\"",
                                       "\\",
                                       "\\'",
                                       "$HOME",
                                       "$(id)",
                                       "`id`",
                                       "-n",
                                       "--",
                                       "*",
                                       "~",
                                       "#x",
                                       "a;b&c|d",
                                       "!",
                                       "!x",
                                       "!!",
                                       "\t",
                                       "\r\n",
                                       "{a,b}",
                                       "x=y",
                                       "(",
                                       "<>",
                                       "%s%n",
                                       "\x01\x7F",
                                       "=sh",
                                       "ü € 𝄞",
                                       "\\';touch injected;#",
                                       "';touch injected;#",
                                       "\n!x\n",
                                       "\\\n",
                                       "\\\\",
                                       "^a^b",
                                       "$!",
                                       "%1",
                                       "@ x"};
    std::mt19937 random(20240607);
    for (int i = 0; i < 60; ++i) {
        std::string value(random() % 20, ' ');
        for (char& c : value) c = static_cast<char>(1 + random() % 255);
        values.push_back(value);
    }
    return values;
}

}  // namespace

TEST_CASE("whatever the log-in shell is, a script is sh's, its status is its own, and values arrive to the letter") {
    if (!real::accounts_can_be_made()) return;
    support::SshHome home;
    const Accounts accounts(home, shells());
    Looks looks(home);
    std::vector<std::string> words = {"printf", "%s\\037"};
    std::vector<runtime::Part> parts = {runtime::Verbatim{"printf '%s\\037'"}};
    std::string expected;
    for (const std::string& value : hard_values()) {
        words.push_back(value);
        parts.emplace_back(runtime::Verbatim{" "});
        parts.emplace_back(runtime::Quoted{value});
        expected += value + "\037";
    }
    for (const Account& account : shells()) {
        CAPTURE(account.name);
        const lang::Host& host = looks.add(accounts.host(account.name));
        CHECK(looks.succeeds(host, "true").plain() == "true");
        CHECK(looks.succeeds(host, "false").plain() == "false");
        CHECK(looks.succeeds(host, "exit 3").is_unknown());
        CHECK(looks.succeeds(host, "no-such-program-at-all").is_unknown());
        CHECK(looks.succeeds(host, "x=1; for i in a b; do x=$((x + 1)); done; test \"$x\" = 3").plain() == "true");
        CHECK(looks.query(host, "shell.query", {{"script", "printf '%s\\n' 'a!b\\c'\necho \"$(echo two)\""}}).plain() == "a!b\\c\ntwo");

        CHECK(looks.run(host, Command::program(words)).out == expected);
        CHECK(looks.run(host, Command::script(parts)).out == expected);
        CHECK(looks.run(host, Command::program({"ls"})).out.empty());  // nothing was injected
        CHECK(looks.run(host, Command::program({"cat"}).input({runtime::Verbatim{"one\ntwo\\n"}})).out == "one\ntwo\\n");
        CHECK(looks.run(host, Command::script({runtime::Verbatim{"kill -TERM $$; sleep 9"}})).ending == Ending::Signalled);
    }
}

TEST_CASE("a log-in proves itself once a link, and every command after that is one line sent once") {
    if (!real::accounts_can_be_made()) return;
    support::SshHome home;
    std::vector<Account> accounts_of = shells();
    const Accounts accounts(home, accounts_of);
    for (const Account& account : accounts_of) {
        CAPTURE(account.name);
        Looks looks(home);
        const lang::Host& host = looks.add(accounts.host(account.name));
        for (int i = 0; i < 3; ++i) looks.run(host, Command::program({"true"}));
        const auto told = looks.told.commands();
        REQUIRE(told.size() == 4);
        using For = runtime::event::CommandEnded::For;
        CHECK(told[0].purpose == For::Detection);
        for (std::size_t i = 1; i < told.size(); ++i) {
            CHECK(told[i].purpose == For::Query);
            CHECK(told[i].command == "true");
        }
        looks.connections.forget(host);
        looks.run(host, Command::program({"true"}));
        CHECK(looks.told.commands().size() == 6);  // a new link, a new proof
    }
}
