// A page of reference, put together part by part.
#pragma once

#include <string>
#include <string_view>

namespace stdlib {

enum class Markup {
    Markdown,  ///< for a file
    Plain,     ///< for a terminal
};

class Page {
  public:
    explicit Page(Markup markup) : markdown_(markup == Markup::Markdown) {}

    void heading(int level, std::string_view text);
    void paragraph(std::string_view text);
    /// A line of a list; a list is set off from what stands before it.
    void item(std::string_view term, std::string_view text);
    /// A piece of program.
    void example(std::string_view text);

    /// As words of a program are written in a sentence.
    std::string code(std::string_view text) const;
    std::string take() { return std::move(text_); }

  private:
    void separate();

    bool markdown_;
    bool in_list_ = false;
    std::string text_;
};

}  // namespace stdlib
