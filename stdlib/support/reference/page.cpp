#include "stdlib/support/reference/page.hpp"

#include <fmt/format.h>

namespace stdlib {

void Page::heading(int level, std::string_view text) {
    separate();
    if (markdown_) {
        text_ += fmt::format("{} {}\n", std::string(static_cast<std::size_t>(level), '#'), text);
    } else {
        text_ += fmt::format("{}\n{}\n", text, std::string(text.size(), level == 1 ? '=' : '-'));
    }
}

void Page::paragraph(std::string_view text) {
    separate();
    text_ += fmt::format("{}\n", text);
}

void Page::item(std::string_view term, std::string_view text) {
    if (!in_list_) separate();
    in_list_ = true;
    text_ += fmt::format("{} {}{}{}\n", markdown_ ? "-" : " ", code(term), text.empty() ? "" : ": ", text);
}

void Page::example(std::string_view text) {
    separate();
    text_ += markdown_ ? fmt::format("```proc\n{}\n```\n", text) : fmt::format("    {}\n", text);
}

std::string Page::code(std::string_view text) const { return markdown_ ? fmt::format("`{}`", text) : std::string(text); }

void Page::separate() {
    if (!text_.empty()) text_ += '\n';
    in_list_ = false;
}

}  // namespace stdlib
