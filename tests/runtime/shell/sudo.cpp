#include "runtime/shell/sudo.hpp"

#include <doctest/doctest.h>

using namespace runtime;

namespace {

Reply exited(int code, std::string err = {}) {
    Reply reply;
    reply.ending = Ending::Exited;
    reply.code = code;
    reply.err = std::move(err);
    return reply;
}

const Command program = Command::program({"pgrep", "-x", "postfix"});
const std::string password_required = "sudo: a password is required\n";
const std::string no_name = "sudo: unable to resolve host here: Name or service not known\n";

bool is_the_commands(const Reply& reply, const Reply& answer) { return !not_the_commands(program, reply, answer); }

}  // namespace

TEST_CASE("sudo: the question names the same command, and runs nothing") {
    const Privilege plain{lang::Become::Sudo, std::nullopt}, with_password{lang::Become::Sudo, "s3cret"};
    CHECK(sudo_question(program, plain).text == "LC_ALL=C sudo -n -l -- pgrep -x postfix");
    CHECK(sudo_question(Command::script({Verbatim{"test -e /a && true"}}), plain).text ==
          "LC_ALL=C sudo -n -l -- sh -c 'test -e /a && true'");
    const Line line = sudo_question(program, with_password);
    CHECK(line.text.starts_with("export LC_ALL=C; IFS= read -r procrun_password && "));
    CHECK(line.text.ends_with(" && sudo -n -l -- pgrep -x postfix; exit $?"));
    CHECK(line.input == "s3cret\n");
    CHECK(line.shown.find("s3cret") == std::string::npos);
}

TEST_CASE("sudo: which exit statuses may be its own, or the shell's that looked for it") {
    for (const int code : {1, 126, 127}) CHECK(may_be_sudos_word(exited(code)));
    for (const int code : {0, 2, 3, 125}) CHECK_FALSE(may_be_sudos_word(exited(code)));
    Reply lost = exited(1);
    lost.ending = Ending::LinkLost;
    CHECK_FALSE(may_be_sudos_word(lost));
    CHECK(goes_by_sudo(program, {lang::Become::Sudo, std::nullopt}));
    CHECK_FALSE(goes_by_sudo(program, {}));
    CHECK_FALSE(goes_by_sudo(Command::program({"true"}).as_login_user(), {lang::Become::Sudo, std::nullopt}));
    CHECK_FALSE(goes_by_sudo(Command::request(HttpRequest{}), {lang::Become::Sudo, std::nullopt}));
}

TEST_CASE("sudo: an exit status is the command's where sudo would run it and has said nothing for itself") {
    CHECK(is_the_commands(exited(1), exited(0)));
    CHECK(is_the_commands(exited(1, "pgrep: no such user\n"), exited(0)));
    CHECK(is_the_commands(exited(1, no_name), exited(0, no_name)));
    CHECK(is_the_commands(exited(127, "sh: 1: pgrep: not found\n"), exited(0)));
    CHECK(is_the_commands(exited(1, "sudo: pgrep: command not found\n"), exited(1, "sudo: pgrep: command not found\n")));

    CHECK_FALSE(is_the_commands(exited(1, password_required), exited(1, password_required)));
    CHECK_FALSE(is_the_commands(exited(1, password_required), exited(0)));
    CHECK_FALSE(is_the_commands(exited(1, no_name + password_required), exited(0, no_name)));
    CHECK_FALSE(is_the_commands(exited(1), exited(1)));
    CHECK_FALSE(is_the_commands(exited(1, "sudo: id: command not found\n"), exited(0)));
    CHECK_FALSE(
        is_the_commands(exited(127, "bash: line 1: sudo: command not found\n"), exited(127, "bash: line 1: sudo: command not found\n")));
    Reply late = exited(0);
    late.ending = Ending::Deadline;
    CHECK_FALSE(is_the_commands(exited(1), late));
}
