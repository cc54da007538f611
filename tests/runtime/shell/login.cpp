#include "runtime/shell/login.hpp"

#include <doctest/doctest.h>

#include "runtime/shell/dialect.hpp"
#include "tests/runtime/connection/here.hpp"

using namespace runtime;
using Kind = LoginShell::Kind;

namespace {

const std::string nonce = "procrun-0123";

LoginShell of_linux(std::string out, int code, std::string err = {}) {
    Reply reply;
    reply.ending = Ending::Exited;
    reply.code = code;
    reply.out = std::move(out);
    reply.err = std::move(err);
    return login_shell_of(lang::Os::Linux, nonce, reply);
}

LoginShell of_windows(std::string out, int code) {
    Reply reply;
    reply.ending = Ending::Exited;
    reply.code = code;
    reply.out = std::move(out);
    return login_shell_of(lang::Os::Windows, nonce, reply);
}

}  // namespace

TEST_CASE("a log-in shell: what it makes of one line tells what it is") {
    CHECK(of_linux(R"(procrun-0123\\!|=sh|)", 37).kind == Kind::Posix);
    CHECK(of_linux(R"(procrun-0123\!|=sh|)", 37).kind == Kind::Foreign);
    CHECK(of_linux(R"(procrun-0123\\!|/usr/bin/sh|)", 37).kind == Kind::Foreign);
    CHECK(of_linux(R"(procrun-0123\\!|=sh|)", 37).mark.empty());
    CHECK(of_linux("Welcome\nprocrun-0123\\\\!|=sh|", 37).kind == Kind::Posix);
    CHECK(of_linux("Welcome\nprocrun-0123\\\\!|=sh|", 37).mark == nonce);
    CHECK(of_windows("procrun-0123\r\n", 37).kind == Kind::Cmd);
    CHECK(of_windows("procrun-0123\r\n", 1).kind == Kind::Coarse);
}

TEST_CASE("a log-in shell: whatever else comes proves nothing") {
    CHECK(of_linux("", 1, "This account is currently not available.").kind == Kind::Gate);
    CHECK(of_linux("", 37).kind == Kind::Closed);
    CHECK(of_linux("", 0).kind == Kind::Closed);
    CHECK(of_linux("hello\n", 0).kind == Kind::Closed);
    CHECK(of_linux(R"(procrun-0123\\!|=sh|)", 0).kind == Kind::Closed);
    CHECK(of_linux(R"(procrun-0123\\!|=sh|)", 1).kind == Kind::Closed);
    CHECK(of_linux("procrun-0123\\\\!|=sh|bye\n", 37).kind == Kind::Closed);
    // The line itself, given back.
    CHECK(of_linux(login_question(lang::Os::Linux, nonce).text + "\n", 37).kind == Kind::Closed);
    CHECK(of_linux(login_question(lang::Os::Linux, nonce).text + "\n", 1).kind == Kind::Gate);
    CHECK(of_windows("not allowed: cmd /d /c \"echo procrun-0123& exit 37\"\r\n", 1).kind == Kind::Gate);
    CHECK(of_windows("procrun-0123\r\n", 0).kind == Kind::Closed);
    CHECK(of_windows("procrun-0123\r\n", 5).kind == Kind::Closed);
}

TEST_CASE("a log-in shell: the reason says what was expected, what came, and what may be the matter") {
    const std::string why = of_linux("", 1, "This account is currently not available.\nmore").why;
    CHECK(why.find("a word and exit 37") != std::string::npos);
    CHECK(why.find("'This account is currently not available.' and exit 1") != std::string::npos);
    CHECK(why.find("it needs a shell") != std::string::npos);
    CHECK(why.find('\n') == std::string::npos);
}

TEST_CASE("a log-in shell: a real sh proves itself") {
    Here here;
    CHECK(login_shell_of(lang::Os::Linux, nonce, here.run(login_question(lang::Os::Linux, nonce))).kind == Kind::Posix);
}

TEST_CASE("a log-in shell: a line in another dress is the same line to a real sh, and leaves the input alone") {
    Here here;
    std::string value;
    for (int c = 1; c < 256; ++c) value += static_cast<char>(c);
    Command command = Command::script({Verbatim{"printf %s "}, Quoted{value}, Verbatim{"\nprintf '\\\\n'; cat"}});
    command.input({Verbatim{"own\\n input"}});
    const Line line = posix_line(command, {});
    const std::string expected = here.run(line).out;
    CHECK(expected == value + "\\nown\\n input");
    CHECK(here.run(dressed(line, {.kind = Kind::Posix})).out == expected);
    CHECK(here.run(dressed(line, {.kind = Kind::Foreign})).out == expected);
    CHECK(here.run(dressed(line, {.kind = Kind::Posix, .mark = nonce})).out == nonce + "\n" + expected);
    CHECK(here.run(dressed(line, {.kind = Kind::Foreign, .mark = nonce})).out == nonce + "\n" + expected);
    const std::string sent = dressed(line, {.kind = Kind::Foreign}).text;
    CHECK(sent.find_first_of("\\!\n") == std::string::npos);  // what fish and tcsh read in their own way
}

TEST_CASE("a log-in shell: a gate gets a line as a person writes it") {
    CHECK(dressed({"LC_ALL=C true", "true", ""}, {.kind = Kind::Gate}).text == "true");
    CHECK(dressed({"LC_ALL=C true", "true", ""}, {.kind = Kind::Posix}).text == "LC_ALL=C true");
}
