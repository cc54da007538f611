#include <doctest/doctest.h>

#include <random>
#include <stdexcept>

#include "runtime/encoding/base64.hpp"
#include "runtime/encoding/unicode.hpp"
#include "runtime/shell/dialect.hpp"

using namespace runtime;

namespace {

constexpr std::string_view powershell = "powershell -NoProfile -NonInteractive -EncodedCommand ";

std::string script_in(const Line& line) {
    REQUIRE(line.text.starts_with(powershell));
    const auto script = decode_powershell(std::string_view(line.text).substr(powershell.size()));
    REQUIRE(script);
    return *script;
}

}  // namespace

TEST_CASE("base64: both ways, against the test vectors of RFC 4648") {
    const std::pair<const char*, const char*> vectors[] = {
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        CHECK(to_base64(bytes) == text);
        CHECK(from_base64(text) == std::string(bytes));
    }
    for (const char* bad : {"Zg", "Zg=", "Z===", "Zm 9", "Zg==Zg=="}) CHECK_FALSE(from_base64(bad));
}

TEST_CASE("base64 and UTF-16 give back what they took") {
    std::mt19937 random(7);
    for (int i = 0; i < 200; ++i) {
        std::string bytes(random() % 40, '\0');
        for (char& c : bytes) c = static_cast<char>(random());
        CHECK(from_base64(to_base64(bytes)) == bytes);
        std::string text;
        for (auto n = random() % 20; n > 0; --n)
            append_utf8(text, static_cast<char32_t>(n % 2 ? 0x10000 + random() % 0x100000 : random() % 0xD800));
        const auto utf16 = utf8_to_utf16le(text);
        REQUIRE(utf16);
        CHECK(utf16le_to_utf8(*utf16) == text);
    }
    CHECK_FALSE(utf8_to_utf16le("\xFF"));
}

TEST_CASE("cmd: words are quoted where cmd or the program would split them") {
    const auto text = [](std::vector<std::string> words) { return windows_line(Command::program(std::move(words))).text; };
    CHECK(text({"shutdown.exe", "/s", "/t", "0"}) == "shutdown.exe /s /t 0");
    CHECK(text({"sc", "query", "jtel Platform UDP Listener"}) == "sc query \"jtel Platform UDP Listener\"");
    CHECK(text({"dir", "C:\\a b\\"}) == "dir \"C:\\a b\\\\\"");
    CHECK(text({"echo", "", "a&b", "^", "x=1"}) == "echo \"\" \"a&b\" \"^\" \"x=1\"");
    CHECK(windows_line(Command::script({Verbatim{"cd /d "}, Quoted{"C:\\x y"}, Verbatim{" && start.cmd"}})).text ==
          "cd /d \"C:\\x y\" && start.cmd");
}

TEST_CASE("cmd: what it cannot carry safely is refused") {
    for (const char* value : {"100%", "say \"hi\"", "two\nlines", "\r", "\x1A"})
        CHECK_THROWS_AS(windows_line(Command::program({"echo", value})), std::invalid_argument);
    CHECK_THROWS_AS(windows_line(Command::program({"echo", std::string("a\0b", 3)})), std::invalid_argument);
    CHECK_THROWS_AS(windows_line(Command::program({"echo", std::string(8191, 'x')})), std::invalid_argument);
    CHECK_THROWS_AS(windows_line(Command::script({Verbatim{"a\nb"}})), std::invalid_argument);
    CHECK_THROWS_AS(windows_line(Command::script({Hidden{"pw"}})), std::invalid_argument);
}

TEST_CASE("PowerShell: a script travels encoded, its values quoted, and can be read back") {
    const Line line = windows_line(Command::powershell({Verbatim{"Stop-Service -Name "}, Quoted{"it's $x `n\n\"%"}, Verbatim{"; exit 0"}}));
    CHECK(script_in(line) == "Stop-Service -Name 'it''s $x `n\n\"%'; exit 0");
    CHECK(line.shown == line.text);
    CHECK(line.input.empty());
}

TEST_CASE("PowerShell: the preamble is sent but not read back") {
    const std::string encoded = encode_powershell("exit 3");
    const std::string sent = utf16le_to_utf8(*from_base64(encoded));
    CHECK(sent.find("OutputEncoding") != std::string::npos);
    CHECK(sent.ends_with("exit 3"));
    CHECK(decode_powershell(encoded) == "exit 3");
    CHECK_FALSE(decode_powershell("not base64!"));
    CHECK_FALSE(decode_powershell("QUJD"));  // three bytes are no UTF-16
}

TEST_CASE("PowerShell: typographic quotes end a text there, so they are doubled as well") {
    CHECK(powershell_quote("a'b") == "'a''b'");
    CHECK(powershell_quote("‘x’ ‚y‛ “z”") == "'‘‘x’’ ‚‚y‛‛ “z”'");
    CHECK_THROWS_AS(powershell_quote(std::string_view("\0", 1)), std::invalid_argument);
    CHECK_THROWS_AS(windows_line(Command::powershell({Quoted{"\xFF"}})), std::invalid_argument);
}

TEST_CASE("PowerShell: a script too long for a line comes as the first line of standard input") {
    auto command = Command::powershell({Verbatim{"# " + std::string(8000, 'x') + "\nexit 0"}});
    command.input({Verbatim{"input of its own"}});
    const Line line = windows_line(command);
    CHECK(line.text.size() < 8191);
    CHECK(script_in(line).find("ReadLine()") != std::string::npos);
    const std::size_t end = line.input.find("\r\n");
    REQUIRE(end != std::string::npos);
    const auto script = from_base64(line.input.substr(0, end));
    REQUIRE(script);
    CHECK(script->ends_with("x\nexit 0"));
    CHECK(line.input.substr(end + 2) == "input of its own");
}
