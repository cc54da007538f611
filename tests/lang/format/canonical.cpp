// The canonical form: as the examples show, and what holds of every program of the repository and of careless copies of them.
#include <doctest/doctest.h>

#include <random>
#include <string>

#include "lang/format/canonical.hpp"
#include "lang/format/tokens.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/mutation/format_invariants.hpp"

using namespace lang;

namespace {

std::string formatted(const std::string& text) {
    Sources sources;
    Diagnostics diagnostics;
    const auto result = format(sources, sources.add("some.proc", text), diagnostics);
    for (const Diagnostic& diagnostic : diagnostics) FAIL_CHECK(render(diagnostic, sources));
    return result.value_or("");
}

/// Every program of the repository: those of the documents are compared by tests/scripts/cli/fmt.sh.
std::vector<std::filesystem::path> programs() {
    std::vector<std::filesystem::path> all;
    for (const char* folder : {"../procedures", "../examples", "cli", "lab", "lang", "runtime"}) {
        for (const auto& file : support::files_in(support::in_tests(folder), ".proc")) all.push_back(file);
    }
    return all;
}

/// The same words as somebody in a hurry writes them: with too many blanks and empty lines, and line ends wherever they may stand.
std::string careless(const std::string& text, std::mt19937& random) {
    const auto chance = [&](unsigned of) { return random() % of == 0; };
    std::string out;
    int parentheses = 0;
    const formatting::Tokens tokens = formatting::read_tokens(text);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const formatting::Token& token = tokens[i];
        const bool opened = i > 0 && tokens[i - 1].is("{");
        const bool free =
            parentheses > 0 || opened || token.is("}") || token.clause || (i > 0 && (tokens[i - 1].is("=") || tokens[i - 1].is(",")));
        const bool call = token.is("(") && token.blanks == 0;
        const bool member = token.is(".") || (i > 0 && tokens[i - 1].is("."));
        if (token.line_ends > 0 || (free && !call && !member && !token.is_comment() && chance(6))) {
            out.append(1 + random() % 4, '\n');
            out.append(random() % 9, chance(9) ? '\t' : ' ');
        } else if (!call && !member && token.blanks > 0) {
            out.append(1 + random() % 4, ' ');
        }
        out += token.text;
        if (token.is_comment() && chance(3)) out += "  ";
        parentheses += token.is("(") || token.is("[") ? 1 : token.is(")") || token.is("]") ? -1 : 0;
    }
    return out;
}

}  // namespace

TEST_CASE("programs are formatted as those beside them show") {
    support::golden_folder(support::in_tests("lang/format"), ".careless", ".canonical",
                           [](const std::string& text, const auto&) { return formatted(text); });
}

TEST_CASE("formatting keeps words, tree and comments, and is done after one time, for every program of the repository") {
    std::mt19937 random(20'261'123);  // NOLINT: the same copies on every run
    for (const auto& file : programs()) {
        INFO(file.string());
        const std::string text = support::read(file);
        CHECK(support::check_format(text) == "");
        Sources sources;
        Diagnostics diagnostics;
        if (!format(sources, sources.add("", text), diagnostics)) continue;  // its mistakes are what it is there for
        for (int round = 0; round < 4; ++round) {
            const std::string copy = careless(text, random);
            INFO(copy);
            CHECK(support::check_format(copy) == "");
            CHECK(same_program(text, copy));
        }
    }
}

TEST_CASE("no line is longer than 120 characters where it can be broken") {
    const std::string text = formatted(
        "host acd-tel1 { address \"10.1.1.11\"  services [\"robot5\", \"jtel Platform UDP Listener\", \"jtel Presence Aggregator\", \"jtel "
        "TAPI "
        "service\", \"jtelEWSMailService\"]  vm_host 1 }\n"
        "step \"x\" { on tel where vm_host == 1 in parallel { wait_until all service in host.services: winsvc.running(service)  within 15m "
        " "
        "every 5s  else \"a service does not start\" } }\n");
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        CHECK(end - begin <= 120);
        begin = end + 1;
    }
}

TEST_CASE("a file with a syntax error is refused, with the mistake") {
    Sources sources;
    Diagnostics diagnostics;
    CHECK(!format(sources, sources.add("some.proc", "step \"a\" {\n  note\n}\n"), diagnostics));
    CHECK(diagnostics.size() == 1);
}

TEST_CASE("a name's hyphens and a minus are told apart") {
    CHECK(formatted("let a = b-1\nlet c = b - 1\nlet d = - 1\nlet e = x.within - - 2\nlet f = (b\n-\n1)\n") ==
          "let a = b-1\nlet c = b - 1\nlet d = -1\nlet e = x.within - -2\nlet f = (b\n         -\n         1)\n");
}

TEST_CASE("line ends of another system and a byte order mark are gone") {
    CHECK(formatted("\xEF\xBB\xBFnote \"a\"  # b\r\n\r\n\r\nnote \"c\"\r\n") == "note \"a\"  # b\n\nnote \"c\"\n");
    CHECK(formatted("").empty());
    CHECK(formatted("\n\n").empty());
}

TEST_CASE("what is nested as deep as the language allows is formatted, in time that grows with its length") {
    std::string deep = "let x = ";
    for (int i = 0; i < 99; ++i) deep += "[";
    deep += "1";
    for (int i = 0; i < 99; ++i) deep += ",\n1]";
    CHECK(support::check_format(deep) == "");
    std::string blocks;
    for (int i = 0; i < 99; ++i) blocks += "if a { ";
    for (int i = 0; i < 99; ++i) blocks += "} ";
    CHECK(support::check_format(blocks) == "");
    std::string wide = "let x = [1";
    for (int i = 0; i < 20'000; ++i) wide += ", 1";
    CHECK(support::check_format(wide + "]\n") == "");
}
