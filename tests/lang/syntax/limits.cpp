// What holds for any bytes at all.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "lang/syntax/parse.hpp"

using namespace lang;
using namespace std::string_literals;

namespace {

struct Parsed {
    ast::File file;
    Diagnostics diagnostics;
};

Parsed parsed(std::string text) {
    Sources sources;
    const std::uint32_t file = sources.add("it.proc", std::move(text));
    Parsed result;
    result.file = parse(sources, file, result.diagnostics);
    for (const Diagnostic& diagnostic : result.diagnostics) CHECK_FALSE(render(diagnostic, sources).empty());
    return result;
}

std::string repeated(std::string_view part, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += part;
    return text;
}

std::string first_code(const Parsed& result) { return result.diagnostics.empty() ? "none" : result.diagnostics.front().code; }

}  // namespace

TEST_CASE("an empty file, and one of blanks and comments, has no items and no mistakes") {
    CHECK(parsed("").diagnostics.empty());
    const Parsed comments = parsed("\n  # one\n\t\n# two");
    CHECK(comments.diagnostics.empty());
    CHECK(comments.file.items.empty());
    REQUIRE(comments.file.comments.size() == 2);
    CHECK(comments.file.comments[1].text == "# two");
}

TEST_CASE("a byte order mark and CRLF are read as if they were not there, and places stay those of the file") {
    const Parsed result = parsed("\xEF\xBB\xBFnote \"a\"\r\nrequire (a\r\n  and b)  # c\r\n  else \"d\"\r\n");
    CHECK(result.diagnostics.empty());
    REQUIRE(result.file.items.size() == 2);
    CHECK(result.file.items[0].span == Span{3, 11, 0});
    CHECK(result.file.comments.at(0).text == "# c");
}

TEST_CASE("control characters and bytes that are no UTF-8 are told, one a line, and reading goes on") {
    const std::string control = "note \"a\0b\0\"\nnote \"\r\"\n\x1B[1m\n"s;
    const std::string no_utf8 = "# caf\xE9\nnote \"\xC0\xAF\"\nnote \"\xED\xA0\x80\"\n";
    const Parsed result = parsed(control + no_utf8 + "require x = 1\n");
    std::string codes;
    for (const Diagnostic& diagnostic : result.diagnostics) codes += diagnostic.code + " ";
    CHECK(codes == "E0112 E0112 E0112 E0112 E0112 E0112 E0105 ");
}

TEST_CASE("UTF-8 in texts and comments is welcome, at its longest too") {
    const Parsed result = parsed("note \"grün, 日本, \xF0\x9F\x92\xBE\"  # ✓\n");
    CHECK(result.diagnostics.empty());
    CHECK(result.file.items.size() == 1);
}

TEST_CASE("a file of more than 4 MiB is refused, one of 4 MiB is read") {
    const std::size_t most = std::size_t{4} << 20;
    CHECK(first_code(parsed(std::string(most, '\n'))) == "none");
    CHECK(first_code(parsed(std::string(most + 1, '\n'))) == "E0115");
}

TEST_CASE("nesting beyond 100 levels is refused with a diagnostic, whatever it is made of") {
    constexpr std::size_t deep = 100'000;
    for (const std::string_view part : {"(", "[", "f(", "not ", "- ", "if a then ", "all s in a: ", "\"${", "a and (", "one of ("}) {
        INFO(part);
        CHECK(first_code(parsed("let x = " + repeated(part, deep))) == "E0114");
    }
    for (const std::string_view part : {"on a { ", "step \"a\" {\n", "if a { } else ", "a() undo { "}) {
        INFO(part);
        const Parsed result = parsed(repeated(part, deep));
        CHECK(std::any_of(result.diagnostics.begin(), result.diagnostics.end(), [](const Diagnostic& d) { return d.code == "E0114"; }));
    }
    CHECK(first_code(parsed("let x = " + repeated("(", 99) + "1" + repeated(")", 99))) == "none");
    CHECK(first_code(parsed(repeated("on a {\n", 99) + repeated("}\n", 99))) == "none");
}

TEST_CASE("a long row of operators is refused, since its tree would be as deep") {
    for (const std::string_view part : {" + 1", " and a", ".b", "()", " or a", " * 2"}) {
        INFO(part);
        CHECK(first_code(parsed("let x = a" + repeated(part, 100'000))) == "E0114");
        CHECK(first_code(parsed("let x = a" + repeated(part, 90))) == "none");
    }
    CHECK(first_code(parsed("param x: " + repeated("list of ", 100'000) + "int")) == "E0114");
}

TEST_CASE("of many mistakes a hundred are shown, and how many more there are") {
    const Parsed some = parsed(repeated("x\n", 150));
    REQUIRE(some.diagnostics.size() == 101);
    CHECK(some.diagnostics.back().message == "and 50 more mistakes that are not shown");
    const Parsed many = parsed(repeated("x\n", 100'000));
    REQUIRE(many.diagnostics.size() == 101);
    CHECK(many.diagnostics.back().message == "and more than 900 more mistakes that are not shown");
    CHECK(parsed(repeated("x\n", 100)).diagnostics.size() == 100);
}

TEST_CASE("reading takes time that grows with the text, not with its square") {
    // A text ten times as long may take some thirty times as long, since clocks are coarse; a hundred times would be quadratic.
    const auto seconds = [](const std::string& text) {
        const auto begin = std::chrono::steady_clock::now();
        parsed(text);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    for (const std::string_view part : {"a(b c\n", "f(\n", "note \"${a\"\n", "step \"a\" { x y }", "let x = [", "\n#\n", "a()\n\n\n", "\"",
                                        "a({\n", "require a and\n", "note \"a\" else \"b\"\n", "} ", "\"\\"}) {
        INFO(part);
        const double once = seconds(repeated(part, 2'000));
        CHECK(seconds(repeated(part, 20'000)) < 30 * once + 0.2);
    }
}

TEST_CASE(
    "an expression typed into the REPL is an expression, a statement is a statement, and what may go on in the next line waits for it") {
    const auto fragment = [](const std::string& text, Diagnostics& diagnostics) {
        Sources sources;
        const std::uint32_t file = sources.add("repl", text + '\n');
        return parse_fragment(sources, file, diagnostics);
    };
    Diagnostics none;
    const Fragment value = fragment("1 + 2", none);
    CHECK(value.expression);
    CHECK(value.items.empty());
    const Fragment call = fragment("pcs.standby(a)", none);
    CHECK(call.expression);
    CHECK(call.items.size() == 1);
    const Fragment statements = fragment("let a = 1\nnote \"${a}\"", none);
    CHECK_FALSE(statements.expression);
    CHECK(statements.items.size() == 2);
    CHECK(none.empty());
    for (const char* open : {"on a {", "on a {\n  note \"x\"\n", "let a =", "f(1,", "require (a", "drbd.status(", "(1 +"}) {
        INFO(open);
        Diagnostics diagnostics;
        CHECK(fragment(open, diagnostics).incomplete);
        CHECK_FALSE(diagnostics.empty());
    }
    Diagnostics furthest;
    fragment("1 + * 2", furthest);
    REQUIRE(furthest.size() == 1);
    CHECK(furthest.front().span.begin == 4);
    for (const char* wrong : {"let a = = 1", "note \"a", "}", "f(a b", "on a { x = 1", "1 + * 2", "1 +", "a and", "step \"a\""}) {
        INFO(wrong);
        Diagnostics diagnostics;
        CHECK_FALSE(fragment(wrong, diagnostics).incomplete);
        CHECK_FALSE(diagnostics.empty());
    }
}
