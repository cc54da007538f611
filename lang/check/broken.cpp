#include "lang/check/broken.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }

bool introduces_names(std::string_view word) {
    static constexpr std::array<std::string_view, 15> keywords{"let",    "keep", "param", "define", "action", "query", "group", "host",
                                                               "secret", "fact", "for",   "find",   "all",    "any",   "no"};
    return std::find(keywords.begin(), keywords.end(), word) != keywords.end();
}

/// `hots a { … }` declares what is used as a host elsewhere.
bool is_misspelt_keyword(std::string_view word) {
    static const std::vector<std::string> keywords{"let", "keep", "param", "define", "group", "host", "secret", "fact", "needs"};
    return nearest(word, keywords).has_value();
}

void take_names(std::string_view line, Span span, ByName<Span>& names) {
    bool is_introduced = false;
    for (std::size_t i = 0; i < line.size();) {
        if (!is_name_character(line[i])) {
            is_introduced = is_introduced && (line[i] == ' ' || line[i] == ',');  // `needs group tel, jb`
            ++i;
            continue;
        }
        const std::size_t begin = i;
        while (i < line.size() && is_name_character(line[i])) ++i;
        const std::string_view word = line.substr(begin, i - begin);
        if (introduces_names(word) || (begin == 0 && is_misspelt_keyword(word))) {
            is_introduced = true;
        } else if (is_introduced) {
            names.emplace(std::string(word), span);
        }
    }
}

/// Where the statement at top level begins that `offset` is in: the last line before it that is not indented.
std::size_t begin_of_item(std::string_view text, std::size_t offset) {
    std::size_t line = text.rfind('\n', offset == 0 ? 0 : offset - 1);
    while (line != std::string_view::npos && line > 0) {
        const std::size_t begin = line + 1;
        if (begin < text.size() && is_name_character(text[begin])) return begin;
        line = text.rfind('\n', line - 1);
    }
    return 0;
}

}  // namespace

ByName<Span> names_in_broken_lines(const Diagnostics& syntax_errors, const Sources& sources) {
    ByName<Span> names;
    for (const Diagnostic& error : syntax_errors) {
        if (error.severity != Severity::Error) continue;
        const Source& source = sources[error.span.file];
        take_names(source.line_at(error.span.begin), error.span, names);
        take_names(source.line_at(begin_of_item(source.text, std::min<std::size_t>(error.span.begin, source.text.size()))), error.span,
                   names);
    }
    return names;
}

bool loses(std::string_view keyword, const Diagnostics& syntax_errors, const Sources& sources) {
    return std::any_of(syntax_errors.begin(), syntax_errors.end(), [&](const Diagnostic& error) {
        if (error.severity != Severity::Error) return false;
        const std::string_view text = sources[error.span.file].text;
        return text.substr(begin_of_item(text, std::min<std::size_t>(error.span.begin, text.size()))).starts_with(keyword);
    });
}

}  // namespace lang::checker
