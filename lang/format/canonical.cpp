#include "lang/format/canonical.hpp"

#include <algorithm>

#include "lang/format/breaks.hpp"
#include "lang/format/layout.hpp"
#include "lang/format/tokens.hpp"
#include "lang/syntax/dump.hpp"
#include "lang/syntax/parse.hpp"

namespace lang {

namespace {

/// Blanks behind a comment are no part of what it says.
std::string without_blanks_at_line_ends(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') out.erase(out.find_last_not_of(" \t\r") + 1);
        out += c;
    }
    return out;
}

std::string tree_of(const std::string& text) {
    Sources sources;
    Diagnostics diagnostics;
    return without_blanks_at_line_ends(dump(parse(sources, sources.add("", text), diagnostics)));
}

}  // namespace

std::optional<std::string> format(const Sources& sources, std::uint32_t file, Diagnostics& diagnostics) {
    Diagnostics found;
    parse(sources, file, found);
    if (has_errors(found)) {  // warnings are the check's
        std::move(found.begin(), found.end(), std::back_inserter(diagnostics));
        return std::nullopt;
    }
    formatting::Tokens tokens = formatting::read_tokens(sources[file].text);
    formatting::tidy_line_ends(tokens);
    for (;;) {
        const formatting::Layout layout = formatting::lay_out(tokens);
        if (!formatting::break_long_lines(tokens, layout)) return formatting::print(tokens, layout);
        formatting::tidy_line_ends(tokens);
    }
}

bool same_program(const std::string& one, const std::string& other) { return tree_of(one) == tree_of(other); }

}  // namespace lang
