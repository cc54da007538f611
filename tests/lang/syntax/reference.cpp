// docs/language.md and the parser tell the same.
#include <doctest/doctest.h>

#include <regex>
#include <set>
#include <sstream>

#include "lang/syntax/parse.hpp"
#include "lang/syntax/state.hpp"
#include "tests/support/golden.hpp"

using namespace lang;

namespace {

std::string reference() { return support::read(support::in_tests("../docs/language.md")); }

/// The code blocks whose tag begins with "proc".
std::vector<std::string> programs(const std::string& markdown) {
    std::vector<std::string> blocks;
    bool inside = false;
    std::istringstream in(markdown);
    for (std::string line; std::getline(in, line);) {
        if (inside && line == "```") {
            inside = false;
        } else if (inside) {
            blocks.back() += line + "\n";
        } else if (line.starts_with("```proc")) {
            inside = true;
            blocks.emplace_back();
        }
    }
    return blocks;
}

}  // namespace

TEST_CASE("every program of the reference parses") {
    const auto blocks = programs(reference());
    CHECK(blocks.size() >= 6);
    for (const std::string& block : blocks) {
        Sources sources;
        const std::uint32_t file = sources.add("docs/language.md", block);
        Diagnostics diagnostics;
        parse(sources, file, diagnostics);
        for (const Diagnostic& diagnostic : diagnostics) FAIL_CHECK(render(diagnostic, sources));
    }
}

TEST_CASE("the reference lists the words of the language, all of them and no others") {
    const std::string text = reference();
    const std::size_t begin = text.find('`', text.find("The words of the language are:")) + 1;
    REQUIRE(begin != 0);
    std::istringstream in(text.substr(begin, text.find('`', begin) - begin));
    std::set<std::string> listed;
    for (std::string word; in >> word;) listed.insert(word);
    for (const std::string& word : listed) CHECK_MESSAGE(parsing::is_reserved(word), word, " is listed");
    const std::string grammar = support::read(support::in_tests("../lang/grammar.hpp"));
    const std::regex keyword("kw<\"([a-z_]+)\">");
    for (std::sregex_iterator it(grammar.begin(), grammar.end(), keyword), end; it != end; ++it) {
        const std::string word = (*it)[1];
        CHECK_MESSAGE(parsing::is_reserved(word) == (listed.count(word) == 1), word);
    }
}
