// docs/language.md and the parser tell the same.
#include <doctest/doctest.h>

#include <regex>
#include <set>
#include <sstream>

#include "lang/syntax/parse.hpp"
#include "lang/syntax/state.hpp"
#include "tests/support/documents.hpp"
#include "tests/support/golden.hpp"

using namespace lang;

namespace {

std::string reference() { return support::read(support::in_tests("../docs/language.md")); }

}  // namespace

TEST_CASE("every program of the documents parses") {
    const auto blocks = support::document_blocks();
    CHECK(blocks.size() > 100);
    for (const support::DocumentBlock& block : blocks) {
        INFO(block.document, ", line ", block.line);
        Sources sources;
        const std::uint32_t file = sources.add(block.document, block.text);
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
    const std::string grammar = support::read(support::in_tests("../lang/syntax/grammar.hpp"));
    const std::regex keyword("kw<\"([a-z_]+)\">");
    for (std::sregex_iterator it(grammar.begin(), grammar.end(), keyword), end; it != end; ++it) {
        const std::string word = (*it)[1];
        CHECK_MESSAGE(parsing::is_reserved(word) == (listed.count(word) == 1), word);
    }
}
