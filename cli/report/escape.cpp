#include "cli/report/escape.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lang/text/utf8.hpp"

namespace cli::report {

std::string markup(std::string_view text) {
    std::string out;
    for (const char c : lang::printable(text)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string markdown(std::string_view text) {
    constexpr std::string_view special = "\\`*_{}[]<>#|!~&";
    std::string out;
    for (const char c : lang::printable(text)) {
        if (special.find(c) != std::string_view::npos) out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out;
}

std::size_t longest_run(std::string_view text, char c) {
    std::size_t longest = 0, run = 0;
    for (const char one : text) {
        run = one == c ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

std::string fenced(std::string_view text) {
    const std::string shown = lang::printable(text);
    const std::string fence(std::max<std::size_t>(longest_run(shown, '`'), 2) + 1, '`');
    return fmt::format("{}text\n{}{}{}\n", fence, shown, shown.empty() || shown.ends_with('\n') ? "" : "\n", fence);
}

std::string bounded(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return std::string(text);
    std::size_t cut = limit;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    return fmt::format("{}\n… {} more bytes are in the journal", text.substr(0, cut), text.size() - cut);
}

}  // namespace cli::report
