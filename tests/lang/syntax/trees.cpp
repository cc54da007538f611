#include <doctest/doctest.h>

#include "lang/syntax/dump.hpp"
#include "lang/syntax/parse.hpp"
#include "tests/support/golden.hpp"

using namespace lang;

TEST_CASE("programs are read as the trees beside them show") {
    support::golden_folder(support::in_tests("lang/syntax/trees"), ".proc", ".ast", [](const std::string& text, const auto& path) {
        Sources sources;
        const std::uint32_t file = sources.add(path.filename().string(), text);
        Diagnostics diagnostics;
        const ast::File tree = parse(sources, file, diagnostics);
        for (const Diagnostic& diagnostic : diagnostics) FAIL_CHECK(render(diagnostic, sources));
        return dump(tree);
    });
}
