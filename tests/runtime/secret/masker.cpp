// Secrets in every shape that a tool may print them in.
#include "runtime/secret/masker.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <functional>
#include <random>

#include "runtime/encoding/base64.hpp"
#include "runtime/encoding/unicode.hpp"
#include "runtime/shell/dialect.hpp"

namespace {

using runtime::Masker;

using Text = std::string;
using Shape = Text (*)(const Text&);

Text each(const Text& bytes, const char* letters, Text (*escape)(unsigned char)) {
    Text out;
    for (const char c : bytes) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || (c != '\0' && std::strchr(letters, c) != nullptr);
        out += plain ? Text(1, c) : escape(static_cast<unsigned char>(c));
    }
    return out;
}

/// Lines of `width`, as a tool folds what is too long.
template <std::size_t width, Shape shape>
Text folded(const Text& bytes) {
    Text out;
    for (const char c : shape(bytes)) {
        out += c;
        if (out.size() % (width + 1) == width) out += '\n';
    }
    return out;
}

Text as_it_is(const Text& bytes) { return bytes; }
Text upper(const Text& bytes) {
    Text out = bytes;
    for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}
Text lower(const Text& bytes) {
    Text out = bytes;
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}
Text base64(const Text& bytes) { return runtime::to_base64(bytes); }
template <std::size_t before>
Text base64_behind(const Text& bytes) {
    return runtime::to_base64(Text("user:").substr(0, before) + bytes + "}, tail");
}
Text base64_of_utf16(const Text& bytes) { return runtime::encode_powershell("Set-Password '" + bytes + "'"); }
Text base64url(const Text& bytes) {
    Text out = runtime::to_base64(bytes);
    for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return out.substr(0, out.find('='));
}
Text url(const Text& bytes) {
    return each(bytes, "-._~", [](unsigned char c) { return fmt::format("%{:02X}", c); });
}
Text url_lower(const Text& bytes) {
    return each(bytes, "-._~/:", [](unsigned char c) { return fmt::format("%{:02x}", c); });
}
Text form(const Text& bytes) {
    return each(bytes, "*-._", [](unsigned char c) { return c == ' ' ? Text("+") : fmt::format("%{:02X}", c); });
}
Text url_twice(const Text& bytes) { return url(url(bytes)); }
Text url_of_base64(const Text& bytes) { return url(base64(bytes)); }
Text json(const Text& bytes) {
    return each(bytes, " !#$%&'()*+,-.:;<=>?@[]^_`{|}~", [](unsigned char c) {
        if (c == '"' || c == '\\' || c == '/') return Text("\\") + static_cast<char>(c);
        return c == '\n' ? Text("\\n") : c < ' ' ? fmt::format("\\u{:04x}", c) : Text(1, static_cast<char>(c));
    });
}
Text json_in_ascii(const Text& bytes) {
    Text out;
    for (std::string_view rest = bytes; !rest.empty();) {
        const char32_t c = runtime::take_utf8(rest).value_or(U'?');
        if (c < 0x80 && std::isalnum(static_cast<int>(c)) != 0) {
            out += static_cast<char>(c);
        } else {
            out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
        }
    }
    return out;
}
Text json_in_json(const Text& bytes) { return json(json(bytes)); }
Text html(const Text& bytes) {
    return each(bytes, " !#$%()*+,-./:;=?@[\\]^_`{|}~\n", [](unsigned char c) {
        const Text names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
        const auto* at = std::strchr("&<>\"'", c);
        return at == nullptr || c == 0 ? Text(1, static_cast<char>(c)) : names[at - "&<>\"'"];
    });
}
Text html_by_number(const Text& bytes) {
    Text out;
    for (std::string_view rest = bytes; !rest.empty();) {
        const char32_t c = runtime::take_utf8(rest).value_or(U'?');
        out += c % 2 == 0 ? fmt::format("&#{};", static_cast<unsigned>(c)) : fmt::format("&#x{:X};", static_cast<unsigned>(c));
    }
    return out;
}
Text quoted_printable(const Text& bytes) {
    return each(bytes, " ", [](unsigned char c) { return fmt::format("={:02X}", c); });
}
template <char kind>
Text hex(const Text& bytes) {
    Text out;
    for (const char byte : bytes) {
        const auto c = static_cast<unsigned char>(byte);
        if (kind == 'X') out += fmt::format("{:02X}", c);
        if (kind == 'x') out += fmt::format("{:02x}", c);
        if (kind == ':' || kind == ' ') out += fmt::format("{}{:02x}", out.empty() ? "" : Text(1, kind), c);
        if (kind == '0') out += fmt::format("{}0x{:02x}", out.empty() ? "" : ", ", c);
        if (kind == '\\') out += fmt::format("\\x{:02x}", c);
        if (kind == '8') out += fmt::format("\\{:03o}", c);
    }
    return out;
}
Text sh(const Text& bytes) { return runtime::posix_quote(bytes); }
Text sh_in_sh(const Text& bytes) { return runtime::posix_quote(runtime::posix_quote(bytes)); }
Text sh_escaped(const Text& bytes) {
    return each(bytes, "", [](unsigned char c) { return c == '\n' ? Text("'\n'") : Text("\\") + static_cast<char>(c); });
}
Text powershell_quoted(const Text& bytes) { return runtime::powershell_quote(bytes); }
Text indented(const Text& bytes) {
    Text out;
    for (std::size_t i = 0; i < bytes.size(); i += 20) out += "\n    " + bytes.substr(i, 20);
    return out;
}

struct Named {
    const char* name;
    Shape shape;
};
constexpr Named shapes[] = {
    {"as it is", as_it_is},
    {"upper", upper},
    {"lower", lower},
    {"folded", folded<10, as_it_is>},
    {"indented", indented},
    {"base64", base64},
    {"base64 behind 1", base64_behind<1>},
    {"base64 behind 2", base64_behind<2>},
    {"base64 behind 5", base64_behind<5>},
    {"base64 of UTF-16", base64_of_utf16},
    {"base64 in lines of 76", folded<76, base64_behind<5>>},
    {"base64 in lines of 64", folded<64, base64>},
    {"base64url", base64url},
    {"URL", url},
    {"URL, lower case", url_lower},
    {"form", form},
    {"URL twice", url_twice},
    {"URL of base64", url_of_base64},
    {"JSON", json},
    {"JSON in ASCII", json_in_ascii},
    {"JSON in JSON", json_in_json},
    {"HTML", html},
    {"HTML by number", html_by_number},
    {"quoted-printable", quoted_printable},
    {"hex", hex<'x'>},
    {"HEX", hex<'X'>},
    {"hex with colons", hex<':'>},
    {"hex with blanks", hex<' '>},
    {"hex with 0x", hex<'0'>},
    {"hex of C", hex<'\\'>},
    {"octal of C", hex<'8'>},
    {"hex in lines", folded<32, hex<'x'>>},
    {"sh", sh},
    {"sh in sh", sh_in_sh},
    {"sh, escaped", sh_escaped},
    {"PowerShell", powershell_quoted},
};

/// Does any run of eight bytes of one stand in the other? What folds and quotes is not counted.
bool survives(const Text& shape, const Text& shown) {
    const auto solid = [](const Text& text) {
        Text out;
        for (const char c : text) {
            if (std::strchr(" \n'\\", c) == nullptr) out += c;
        }
        return out;
    };
    const Text what = solid(shape), where = solid(shown);
    for (std::size_t i = 0; i + 8 <= what.size(); ++i) {
        if (where.find(what.substr(i, 8)) != Text::npos) return true;
    }
    return false;
}

Text random_secret(std::mt19937& random) {
    const auto pick = [&](std::size_t size) { return std::uniform_int_distribution<std::size_t>(0, size - 1)(random); };
    const Text letters[] = {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        "abcdefghijklmnopqrstuvwxyz0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ",
    };
    const Text& from = letters[pick(2)];
    Text secret;
    const std::size_t size = 8 + pick(pick(4) == 0 ? 200 : 25);
    while (secret.size() < size) {
        secret += from[pick(from.size())];
        if (pick(15) == 0) secret += "ü";
    }
    return secret;
}

}  // namespace

TEST_CASE("a secret is masked in all the shapes that it takes on its way, and nothing beside it") {
    Masker masker;
    const Text secret = "it's \"$ecret\"\\ ü";
    masker.add(secret);
    CHECK(masker.mask("a " + secret + " b " + secret) == "a *** b ***");
    CHECK(masker.mask("echo " + runtime::posix_quote(secret)) == "echo '***'");
    CHECK(masker.mask("echo " + runtime::powershell_quote(secret)) == "echo '***'");
    CHECK(masker.mask(R"({"password": "it's \"$ecret\"\\ ü"})") == R"({"password": "***"})");
    CHECK(masker.mask("GET /?p=" + url(secret) + "&q=1") == "GET /?p=***&q=1");
    CHECK(masker.mask("<b>" + html_by_number(secret) + "</b>") == "<b>***</b>");
    CHECK(masker.mask("IT'S \"$ECRET\"\\ Ü.") == "***.");
    CHECK(masker.mask("hex: " + hex<':'>(secret) + ".") == "hex: ***.");
    CHECK(masker.mask("nothing of it") == "nothing of it");
}

TEST_CASE("no eight bytes in a row of a secret, or of a shape of it, are left") {
    std::mt19937 random(20261130);
    for (int round = 0; round < 60; ++round) {
        Masker masker;
        std::vector<Text> secrets;
        for (int i = 0; i < 3; ++i) masker.add(secrets.emplace_back(random_secret(random)));
        for (const Text& secret : secrets) {
            for (const auto& entry : shapes) {
                const auto& name = entry.name;
                const auto& shape = entry.shape;
                const Text said = shape(secret), text = "the answer: [" + said + "] of 12 bytes\nno more";
                const Text shown = masker.mask(text);
                CAPTURE(name);
                CAPTURE(secret);
                CAPTURE(shown);
                CHECK(shown.find("***") != Text::npos);
                CHECK(shown.starts_with("the answer: ["));
                CHECK(shown.ends_with("of 12 bytes\nno more"));
                // What a tool writes around the secret in one word with it is not the secret's.
                if (Text(name).find("base64") == Text::npos) CHECK_FALSE(survives(said, shown));
                CHECK_FALSE(survives(secret, shown));
                // A quote at an end of it can be left over.
                if (said == base64(secret)) CHECK(shown.size() < text.size() - said.size() + Text("***==").size() + 4);
            }
        }
    }
}

TEST_CASE("of base64 that holds more than a secret, what holds the secret is masked") {
    Masker masker;
    const Text secret = "Tr0ub4dor&3 and more";
    masker.add(secret);
    for (const Text before : {"", "x", "xy", "xyz"}) {
        const Text shown = masker.mask(runtime::to_base64(before + secret + "tail"));
        CAPTURE(shown);
        CHECK(shown.find("***") != Text::npos);
        CHECK(shown.size() < 16);
    }
}

TEST_CASE("a secret of several lines is masked as a whole, and so is each of its lines, its first too") {
    Masker masker;
    Text key = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
    std::mt19937 random(7);
    Text bytes;
    for (int i = 0; i < 300; ++i) bytes += static_cast<char>(random());
    key += folded<70, base64>(bytes) + "\n-----END OPENSSH PRIVATE KEY-----";
    masker.add(key);
    CHECK(masker.mask("x " + key + " y") == "x *** y");
    for (std::string_view rest = key; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const Text line(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        CHECK(masker.mask("error near " + line) == "error near ***");
        CHECK(masker.mask("[" + line + "]") == "[***]");
    }
    CHECK(masker.mask("-----BEGIN CERTIFICATE-----") == "-----BEGIN CERTIFICATE-----");

    Masker two;
    two.add("user\nS3cret!!");
    CHECK(two.mask("user") == "***");
    CHECK(two.mask("no S3cret!! here") == "no *** here");
}

TEST_CASE("where a text was cut, the beginning of a secret that stands there is masked, in any shape") {
    Masker masker;
    const Text secret = "correct-horse";
    masker.add(secret);
    for (const auto& entry : shapes) {
        const auto& name = entry.name;
        const auto& shape = entry.shape;
        if (shape == folded<10, as_it_is> || shape == base64_of_utf16) continue;
        const Text said = shape(secret);
        for (std::size_t kept = 1; kept < said.size(); ++kept) {
            const Text shown = masker.mask("error near " + said.substr(0, kept) + "…");
            CAPTURE(name);
            CAPTURE(shown);
            CHECK(shown.find("corre") == Text::npos);
            CHECK(shown.find("Y29ycmVj") == Text::npos);
            CHECK(shown.find("636f7272657") == Text::npos);
            CHECK(shown.ends_with("…"));
        }
    }
    CHECK(masker.mask("correct") == "correct");
    CHECK(masker.mask("so far correct …") == "so far ***…");
    CHECK(masker.mask("so far cor…") == "so far cor…");
}

TEST_CASE("what only looks like a secret is shown") {
    Masker masker;
    masker.add("4711");
    masker.add("------------------------#");
    CHECK(masker.mask("47 11, 4 7 1 1, 471, 47+11") == "47 11, 4 7 1 1, 471, 47+11");
    CHECK(masker.mask("id 14711") == "id 1***");
    CHECK(masker.mask("47\n11") == "***");
    CHECK(masker.mask("--------------------") == "--------------------");
    CHECK(masker.mask("------------------------#") != "------------------------#");
}

TEST_CASE("of two secrets the longer one is taken out, and short ones are not looked for") {
    Masker masker;
    masker.add("pass");
    masker.add("password");
    masker.add("or");
    CHECK(masker.mask("the password, or the pass") == "the ***, or the ***");
}

TEST_CASE("a secret of nothing but what is passed over is found as it stands") {
    Masker masker;
    masker.add("\"'+ \\\\");
    masker.add("%41%42");
    CHECK(masker.mask("it is \"'+ \\\\!") == "it is ***!");
    CHECK(masker.mask("AB, %41%42, %2541%2542") == "AB, ***, ***");
}

TEST_CASE("bytes that are no text are masked, also where we have made a text of them") {
    Masker masker;
    const Text secret = "\xff\xfe\x01key\x80\x90z";
    masker.add(secret);
    CHECK(masker.mask("a" + secret + "b") == "a***b");
    CHECK(masker.mask("a" + runtime::to_text(secret) + "b") == "a***b");
    CHECK(masker.mask(hex<'x'>(secret)) == "***");
    CHECK(masker.mask(base64(secret)) == "***");
}

TEST_CASE("to mask takes time in proportion to the text") {
    Masker masker;
    std::mt19937 random(3);
    for (int i = 0; i < 20; ++i) masker.add(random_secret(random));
    const auto time_of = [&](const Text& text) {
        const std::clock_t begin = std::clock();
        CHECK(masker.mask(text) == text);
        return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    };
    // What costs most: everything is an escape, a digit, a mark of a cut.
    for (const Text piece : {"0123 4567 89ab cdef ", "%5c", "\\u0026", "&amp;", "…", "aaaa", "== \\\\ %% &&"}) {
        Text text;
        while (text.size() < 1'000'000) text += piece;
        CAPTURE(piece);
        const double small = time_of(text.substr(0, 100'000 / piece.size() * piece.size()));
        const double large = time_of(text);
        CHECK(large < 3);  // s, with sanitizers on a busy machine; some 50 ms without
        CHECK(large < 40 * small + 0.2);
    }
}
