#include <doctest/doctest.h>

#include "lang/text/diagnostic.hpp"
#include "lang/text/utf8.hpp"

using namespace lang;

namespace {

Diagnostic about(std::uint32_t begin, std::uint32_t end, std::string message) {
    Diagnostic diagnostic;
    diagnostic.code = "E0201";
    diagnostic.span = {begin, end, 0};
    diagnostic.message = std::move(message);
    return diagnostic;
}

}  // namespace

TEST_CASE("a finding shows message, place, line, carets, label, related places and help") {
    Sources sources;
    sources.add("failover.proc", "let a = 1\nrequire stoers == 1\n");
    sources.add("site.proc", "\n\n\n\n\n\n\n\n\n\ngroup stores = x\n");
    Diagnostic diagnostic = about(18, 24, "there is no `stoers`");
    diagnostic.label = "not declared";
    diagnostic.related.push_back({{16, 22, 1}, "this group has a similar name"});
    diagnostic.help = "did you mean `stores`?\nor declare it";
    CHECK(render(diagnostic, sources) ==
          "error[E0201]: there is no `stoers`\n"
          "  --> failover.proc:2:9\n"
          "   |\n"
          " 2 | require stoers == 1\n"
          "   |         ^^^^^^ not declared\n"
          "   |\n"
          "note: this group has a similar name\n"
          "  --> site.proc:11:7\n"
          "   |\n"
          "11 | group stores = x\n"
          "   |       ^^^^^^\n"
          "   |\n"
          "   = help: did you mean `stores`?\n"
          "           or declare it\n");
}

TEST_CASE("carets stand under characters, not under bytes; tabs are blanks, what is hidden is '?'") {
    Sources sources;
    sources.add("a.proc", "\tnote \"gr\xC3\xBCn \x1B \xE2\x80\xAE \xFF\" x\n");
    CHECK(render(about(22, 23, "it"), sources) ==
          "error[E0201]: it\n"
          " --> a.proc:1:20\n"
          "  |\n"
          "1 |  note \"gr\xC3\xBCn ? ? ?\" x\n"
          "  |                    ^\n");
}

TEST_CASE("an empty span, one at the end of the file and one over several lines have their carets on one line") {
    Sources sources;
    sources.add("a.proc", "note \"a\"\nnote \"b\"");
    CHECK(render(about(17, 17, "it"), sources).ends_with("2 | note \"b\"\n  |         ^\n"));
    CHECK(render(about(500, 600, "it"), sources).ends_with("2 | note \"b\"\n  |         ^\n"));
    CHECK(render(about(5, 12, "it"), sources).ends_with("1 | note \"a\"\n  |      ^^^\n"));
}

TEST_CASE("a long line is cut around the carets") {
    Sources sources;
    sources.add("a.proc", std::string(500, 'a') + "bcd" + std::string(500, 'e'));
    CHECK(render(about(500, 503, "it"), sources) ==
          "error[E0201]: it\n"
          " --> a.proc:1:501\n"
          "  |\n"
          "1 | …" +
              std::string(40, 'a') + "bcd" + std::string(77, 'e') +
              "…\n"
              "  |  " +
              std::string(40, ' ') + "^^^\n");
    CHECK(render(about(0, 1003, "it"), sources).ends_with("  | " + std::string(121, '^') + "\n"));
}

TEST_CASE("colours and control characters of a program cannot reach the terminal through a message") {
    Sources sources;
    sources.add("a\033[31m.proc", "x");
    Diagnostic diagnostic = about(0, 1, "found `\033[2J`");
    diagnostic.severity = Severity::Warning;
    const std::string plain = render(diagnostic, sources);
    CHECK(plain.starts_with("warning[E0201]: found `?[2J`\n --> a?[31m.proc:1:1\n"));
    CHECK(render(diagnostic, sources, true).starts_with("\033[1;33mwarning[E0201]\033[0m"));
}

TEST_CASE("tidy sorts by place and drops what was said before") {
    Diagnostics all{about(9, 10, "second"), about(1, 2, "first"), about(9, 10, "second again")};
    tidy(all);
    REQUIRE(all.size() == 2);
    CHECK(all[0].message == "first");
    CHECK(all[1].message == "second");
    CHECK(has_errors(all));
    all[0].severity = all[1].severity = Severity::Warning;
    CHECK_FALSE(has_errors(all));
}

TEST_CASE("a character is as long as UTF-8 says, and nothing where it is none") {
    CHECK(character_length("a") == 1);
    CHECK(character_length("\xC3\xBC") == 2);
    CHECK(character_length("\xE2\x82\xAC") == 3);
    CHECK(character_length("\xF0\x9F\x92\xBE") == 4);
    for (const std::string_view broken :
         {"", "\x80", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xFF"}) {
        CHECK(character_length(broken) == 0);
    }
    CHECK(printable("a\tb\nc\xFF\x80\x1B") == "a b\nc??");
}

TEST_CASE("what turns the direction of writing, or is there and cannot be seen, is shown as such") {
    for (const std::string_view hidden :
         {"\u0085", "\u00AD", "\u034F", "\u061C",     "\u115F",     "\u17B4",     "\u180E",     "\u200B",
          "\u200F", "\u2028", "\u202E", "\u2060",     "\u2066",     "\u206F",     "\u3164",     "\uFE00",
          "\uFEFF", "\uFFA0", "\uFFF9", "\U0001D173", "\U000E0001", "\U000E0041", "\U000E007F", "\U000E0100"}) {
        CAPTURE(hidden);
        CHECK(printable(std::string("a") + std::string(hidden) + "b") == "a?b");
    }
    for (const std::string_view seen :
         {"ü", "€", "→", "⚠\uFE0F", "漢", "א", "\u00A0", "\U0001F4BE", "\u061B", "\u180A", "\u2010", "\uFF01"}) {
        CAPTURE(seen);
        CHECK(printable(seen) == seen);
    }
}
