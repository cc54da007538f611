// A command as a line of sudoers. That the real sudo reads it so: tests/scripts/cli/rights.sh.
#include "runtime/shell/sudoers.hpp"

#include <doctest/doctest.h>

using runtime::Command;
using runtime::NotNarrow;
using runtime::SudoersCommand;

namespace {

const runtime::ProgramPaths paths = {{"drbdadm", "/usr/sbin/drbdadm"}};

std::string line(const Command& command) {
    const auto narrowed = runtime::sudoers_command(command, paths);
    const auto* allowed = std::get_if<SudoersCommand>(&narrowed);
    return allowed != nullptr ? allowed->text : "not narrow: " + std::get<NotNarrow>(narrowed).why;
}

}  // namespace

TEST_CASE("sudoers: a command with its arguments, and none where there are none") {
    CHECK(line(Command::program({"drbdadm", "role", "r0"})) == "/usr/sbin/drbdadm role r0");
    CHECK(line(Command::program({"id"})) == "/usr/bin/id \"\"");
    CHECK(line(Command::program({"/opt/a b/tool", "x"})) == "/opt/a\\ b/tool x");
}

TEST_CASE("sudoers: nothing in an argument is a pattern, an alias or another command") {
    CHECK(line(Command::program({"id", "a,b", "c:d", "e=f"})) == "/usr/bin/id a\\,b c\\:d e\\=f");
    CHECK(line(Command::program({"id", "*", "a?", "[ab]", "!x", "^.*$", "#1"})) == "/usr/bin/id \\* a\\? \\[ab\\] \\!x \\^.\\*$ \\#1");
    CHECK(line(Command::program({"id", "a b", "c\\d"})) == "/usr/bin/id a\\ b c\\\\\\\\d");
}

TEST_CASE("sudoers: what no line can allow by itself is said so") {
    CHECK(line(Command::script({runtime::Verbatim{"id"}})).starts_with("not narrow: it is a script"));
    CHECK(line(Command::program({"sh", "-s"})).starts_with("not narrow: sh runs what it is told to"));
    CHECK(line(Command::program({"/bin/bash", "-c", "id"})).starts_with("not narrow: bash runs"));
    CHECK(line(Command::program({"id", "a\nb"})).starts_with("not narrow: an argument of id has a line end"));
    CHECK(line(Command::program({"id", ""})).starts_with("not narrow: the last argument"));
    CHECK(line(Command::program({"id", "a", ""})).starts_with("not narrow: the last argument"));
}

TEST_CASE("sudoers: the account, and whether it gives a password") {
    lang::Host host{.name = "web1", .user = "procrun"};
    CHECK(runtime::sudoers_line(host, {"/usr/bin/id -u"}) == "procrun ALL=(root) NOPASSWD: /usr/bin/id -u");
    host.sudo_password = "password";
    CHECK(runtime::sudoers_line(host, {"/usr/bin/id -u"}) == "procrun ALL=(root) /usr/bin/id -u");
    host.user = "OPS";  // bare it would be an alias
    CHECK(runtime::sudoers_line(host, {"/usr/bin/id -u"}) == "\"OPS\" ALL=(root) /usr/bin/id -u");
    host.user.clear();
    CHECK(runtime::sudoers_line(host, {"/usr/bin/id -u"}).starts_with("ACCOUNT "));
}
