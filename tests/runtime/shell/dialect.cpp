#include "runtime/shell/dialect.hpp"
#include "runtime/connection/net/network.hpp"

#include <doctest/doctest.h>

#include <random>
#include <stdexcept>

#include "tests/runtime/connection/here.hpp"

using namespace runtime;
using lang::Become;

namespace {

const Privilege plain{};
const Privilege with_sudo{Become::Sudo, std::nullopt};

Privilege with_password(std::string password) { return {Become::Sudo, std::move(password)}; }

}  // namespace

TEST_CASE("posix: plain words stay bare, others are quoted, an empty word stays a word") {
    CHECK(posix_line(Command::program({"drbdadm", "role", "r0"}), plain).text == "drbdadm role r0");
    CHECK(posix_line(Command::program({"systemctl", "stop", "--", "a b", ""}), plain).text == "systemctl stop -- 'a b' ''");
    CHECK(posix_quote("it's") == R"('it'\''s')");
}

TEST_CASE("posix: a script is the login shell's own, and sh's behind sudo") {
    const auto script = Command::script({Verbatim{"test -e "}, Quoted{"/a b"}, Verbatim{" && echo yes"}});
    CHECK(posix_line(script, plain).text == "test -e '/a b' && echo yes");
    CHECK(posix_line(script, with_sudo).text == R"(sudo -n -- sh -c 'test -e '\''/a b'\'' && echo yes')");
    CHECK(posix_line(Command::program({"drbdadm", "role", "r0"}), with_sudo).text == "sudo -n -- drbdadm role r0");
    CHECK(posix_line(Command::program({"true"}).as_login_user(), with_sudo).text == "true");
}

TEST_CASE("posix: the plain language is set in front of everything, and not shown") {
    const auto program = Command::program({"drbdadm", "role", "r0"});
    const auto script = Command::script({Verbatim{"command -v a || command -v b"}});
    CHECK(posix_line(program, plain, Language::Plain).text == "LC_ALL=C drbdadm role r0");
    CHECK(posix_line(program, with_sudo, Language::Plain).text == "LC_ALL=C sudo -n -- drbdadm role r0");
    CHECK(posix_line(script, plain, Language::Plain).text == "export LC_ALL=C; command -v a || command -v b");
    CHECK(posix_line(script, with_sudo, Language::Plain).text == "LC_ALL=C sudo -n -- sh -c 'command -v a || command -v b'");
    CHECK(posix_line(program, with_password("pw"), Language::Plain).text.starts_with("export LC_ALL=C; IFS= read -r "));
    for (const Privilege& privilege : {plain, with_sudo, with_password("pw")}) {
        for (const Command& command : {program, script}) {
            CHECK(posix_line(command, privilege, Language::Plain).shown == posix_line(command, privilege).shown);
            CHECK(posix_line(Command(command).as_the_account_speaks(), privilege, Language::Plain).text ==
                  posix_line(command, privilege).text);
        }
    }
}

TEST_CASE("posix: the plain language reaches the command, through the real sudo too, and whatever shell logs in") {
    Here here;
    const auto told = [&](const Line& line, const std::string& before) { return here.run(before + line.text, line.input).out; };
    const auto script = Command::script({Verbatim{"echo \"$LC_ALL\" && "}, Verbatim{"echo end"}});
    for (const std::string before : {"export LC_ALL=C.UTF-8; ", "export LANG=C.UTF-8 LANGUAGE=de; unset LC_ALL; "}) {
        for (const Privilege& privilege : {plain, with_sudo, with_password("pw")}) {
            CHECK(told(posix_line(Command::program({"printenv", "LC_ALL"}), privilege, Language::Plain), before) == "C\n");
            CHECK(told(posix_line(script, privilege, Language::Plain), before) == "C\nend\n");
        }
    }
    CHECK(told(posix_line(Command::program({"printenv", "LC_ALL"}), plain), "export LC_ALL=C.UTF-8; ") == "C.UTF-8\n");
}

TEST_CASE("posix: every byte of a quoted value survives a real sh") {
    Here here;
    std::vector<std::string> values = {"",      " ",        "a\nb\n", "'",   "''", "\"", "\\",      "\\'",     "$HOME", "$(id)",
                                       "`id`",  "-n",       "--",     "*",   "~",  "#x", "a;b&c|d", "!",       "\t",    "\r\n",
                                       "{a,b}", "\x80\xFF", "ü € 𝄞",  "x=y", "(",  "<>", "%s%n",    "\x01\x7F"};
    std::mt19937 random(20240607);
    for (int i = 0; i < 200; ++i) {
        std::string value(random() % 20, ' ');
        for (char& c : value) c = static_cast<char>(1 + random() % 255);
        values.push_back(value);
    }
    std::vector<std::string> words = {"printf", "%s\\037"};
    std::string expected;
    for (const std::string& value : values) {
        words.push_back(value);
        expected += value + "\037";
    }
    CHECK(here.run(posix_line(Command::program(words), plain)).out == expected);

    std::vector<Part> parts = {Verbatim{"printf '%s\\037'"}};
    for (const std::string& value : values) {
        parts.emplace_back(Verbatim{" "});
        parts.emplace_back(Quoted{value});
    }
    CHECK(here.run(posix_line(Command::script(parts), plain)).out == expected);
}

TEST_CASE("posix: what cannot be sent is refused, not sent in part") {
    using namespace std::string_literals;
    CHECK_THROWS_AS(posix_line(Command::program({"echo", "a\0b"s}), plain), std::invalid_argument);
    CHECK_THROWS_AS(posix_line(Command::script({Verbatim{"echo a\0b"s}}), plain), std::invalid_argument);
    CHECK_THROWS_AS(posix_line(Command::script({Hidden{"pw"}}), plain), std::invalid_argument);
    CHECK_THROWS_AS(posix_line(Command::powershell({Verbatim{"1"}}), plain), std::invalid_argument);
    CHECK_THROWS_AS(posix_line(Command::program({"echo", std::string(200'000, 'x')}), plain), std::invalid_argument);
}

TEST_CASE("input carries its parts as they are, and nothing of it is in the line") {
    auto command = Command::program({"mysql", "-e", "SELECT 1"});
    command.input({Verbatim{"[client]\npassword="}, Quoted{"it's "}}).input_secret(lang::Value(lang::Secret{"hidden"}));
    const Line line = posix_line(command, with_sudo);
    CHECK(line.input == "[client]\npassword=it's hidden");
    CHECK(line.text == "sudo -n -- mysql -e 'SELECT 1'");
    CHECK(line.shown == line.text);
}

TEST_CASE("sudo with a password: the command gets its own input whether sudo wants the password or not") {
    Here here;
    auto command = Command::script({Verbatim{"printf '%s|' "}, Quoted{"it's"}, Verbatim{"; cat"}});
    command.input({Verbatim{"one\ntwo"}});
    const Line line = posix_line(command, with_password("s3cr et'"));
    CHECK(line.text.find("s3cr") == std::string::npos);
    CHECK(line.shown == line.text);
    CHECK(line.input.starts_with("s3cr et'\n"));
    CHECK(line.text.find(posix_line(command, with_sudo).text) != std::string::npos);
    const auto behind = behind_password(line.text, line.input);
    REQUIRE(behind);
    CHECK(behind->first == posix_line(command, with_sudo).text);
    CHECK(behind->second == "one\ntwo");
    CHECK_FALSE(behind_password(posix_line(command, with_sudo).text, "one\ntwo"));

    SUBCASE("the real sudo, which asks root for nothing") { CHECK(here.run(line).out == "it's|one\ntwo"); }
    SUBCASE("a sudo that wants it") {
        // A function in the shell stands for the program: it proves what comes by the pipe, and runs what is asked of it afterwards.
        const std::string wants =
            R"(sudo() { if [ "$*" = "-S -p  -v" ]; then IFS= read -r given; [ "$given" = "s3cr et'" ]; else shift 2; "$@"; fi; }; )";
        CHECK(here.run(wants + line.text, line.input).out == "it's|one\ntwo");
        const Line wrong = posix_line(command, with_password("guess"));
        CHECK(here.run(wants + wrong.text, wrong.input).code == 1);
    }
    SUBCASE("a command without input of its own reads an end at once") {
        const Line empty = posix_line(Command::program({"cat"}), with_password("s3cret"));
        const Reply reply = here.run(empty);
        CHECK(reply.ok());
        CHECK(reply.out.empty());
    }
}

TEST_CASE("a line is made for the host's operating system") {
    lang::Host host;
    host.become = Become::Sudo;
    CHECK(line_for(host, Command::program({"echo", "$x"}), with_sudo).text == "sudo -n -- echo '$x'");
    host.os = lang::Os::Windows;
    CHECK(line_for(host, Command::program({"echo", "$x"}), with_sudo).text == "echo \"$x\"");
}

TEST_CASE("output becomes text: UTF-8 stays, UTF-16 with a mark is converted, CRLF becomes LF, marks go") {
    CHECK(to_text("a\r\nb\rc\n") == "a\nb\rc\n");
    CHECK(to_text("\xEF\xBB\xBFgr\xC3\xBC\xC3\x9F") == "grüß");
    CHECK(to_text(std::string_view("\xFF\xFE"
                                   "a\0\xFC\0\r\0\n\0\x34\xD8\x1E\xDD",
                                   14)) == "aü\n𝄞");
}

TEST_CASE("output becomes text: any other byte is U+FFFD") {
    const std::string bad = "\uFFFD";
    CHECK(to_text("a\xFF"
                  "b") == "a" + bad + "b");
    CHECK(to_text("\xC3") == bad);
    CHECK(to_text("\xC0\xAF") == bad + bad);                      // an overlong slash
    CHECK(to_text("\xED\xA0\x80") == bad + bad + bad);            // half a surrogate pair
    CHECK(to_text("\xF5\x80\x80\x80") == bad + bad + bad + bad);  // beyond the last character
    CHECK(to_text(std::string_view("\xFF\xFE"
                                   "a\0\x34\xD8"
                                   "b",
                                   7)) == "a" + bad + bad);
}
