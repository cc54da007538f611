#include "tests/support/mutation/format_invariants.hpp"

#include "lang/format/canonical.hpp"
#include "lang/format/tokens.hpp"
#include "lang/syntax/dump.hpp"
#include "lang/syntax/parse.hpp"

namespace support {

using namespace lang;

namespace {

std::optional<std::string> formatted(const std::string& text, Diagnostics& diagnostics) {
    Sources sources;
    return format(sources, sources.add("some.proc", text), diagnostics);
}

bool same_words(const std::string& one, const std::string& other) {
    const auto before = formatting::read_tokens(one), after = formatting::read_tokens(other);
    return std::equal(before.begin(), before.end(), after.begin(), after.end(),
                      [](const auto& a, const auto& b) { return a.text == b.text; });
}

std::string check_lines(const std::string& text) {
    if (text.starts_with('\n') || text.find("\n\n\n") != std::string::npos) return "it has needless empty lines";
    if (text.find(" \n") != std::string::npos) return "a line ends in blanks";
    return !text.empty() && !text.ends_with('\n') ? "its last line does not end" : "";
}

}  // namespace

std::string check_format(const std::string& text) {
    Diagnostics diagnostics;
    const std::optional<std::string> once = formatted(text, diagnostics);
    if (!once) return diagnostics.empty() ? "it is refused without a reason" : "";
    if (!diagnostics.empty()) return "it has mistakes and is formatted all the same";
    if (!same_words(text, *once)) return "other words:\n" + *once;
    if (!same_program(text, *once)) return "another tree, or comments elsewhere:\n" + *once;
    if (std::string wrong = check_lines(*once); !wrong.empty()) return wrong + ":\n" + *once;
    const std::optional<std::string> twice = formatted(*once, diagnostics);
    if (!twice) return "what was formatted has syntax errors:\n" + *once;
    return *once == *twice ? "" : "formatting it again changes it:\n" + *once + "---\n" + *twice;
}

}  // namespace support
