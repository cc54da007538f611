#include "lang/format/layout.hpp"

#include <algorithm>

#include "lang/format/columns.hpp"

namespace lang::formatting {

namespace {

constexpr std::size_t deepest_column = 80;    ///< what is in a bracket hangs below its first word, unless that stands behind this
constexpr std::size_t widest_commented = 60;  ///< a longer line has its comment right behind it, whatever its neighbours have

/// Bracket by bracket, line by line.
class Setter {
  public:
    explicit Setter(const Tokens& tokens) : tokens_(tokens), pads_(pads_to_columns(tokens)) {
        layout_.columns.resize(tokens.size());
        layout_.inner.resize(tokens.size());
    }

    Layout set() {
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            const Token& token = tokens_[i];
            if (token.is_remark() || (i == 0 && token.is_comment())) {
                remarks_.push_back(i);
                continue;
            }
            if (i == 0 || token.line_ends > 0) {
                line_indent_ = column_of_first(token);
                for (const std::size_t remark : remarks_) layout_.columns[remark] = token.closes() ? inner() : line_indent_;
                remarks_.clear();
                layout_.columns[i] = line_indent_;
            } else {
                layout_.columns[i] = end_of(i - 1) + static_cast<std::size_t>(token.blanks) + pads_[i];
            }
            look_for_value(i);
            if (token.closes()) open_.pop_back();
            if (token.opens()) open(i);
        }
        set_comments();
        return std::move(layout_);
    }

  private:
    struct Open {
        std::size_t base;   ///< the indent of the line on which the bracket stands
        std::size_t inner;  ///< where lines in it begin
        bool braces;
    };

    std::size_t end_of(std::size_t i) const { return layout_.columns[i] + tokens_[i].width(); }
    std::size_t inner() const { return open_.empty() ? 0 : open_.back().inner; }

    std::size_t column_of_first(const Token& token) const {
        if (token.closes()) return open_.back().base;
        const bool in_expression = !open_.empty() && !open_.back().braces;
        if (token.begins || token.continues || in_expression) return inner();
        return token.clause || value_ == 0 ? inner() + indent : value_;
    }

    /// `group web = web1,` goes on below `web1`.
    void look_for_value(std::size_t i) {
        if (tokens_[i].begins || tokens_[i].opens() || tokens_[i].closes()) value_ = 0;
        const bool declares = tokens_[i].is("=") && tokens_[i + 1].line_ends == 0 && !tokens_[i + 1].is_comment();
        if (declares && layout_.columns[i] <= deepest_column) value_ = layout_.columns[i] + 2;
    }

    void open(std::size_t i) {
        const Token& token = tokens_[i];
        const bool block = token.is("{") && !token.record;
        const bool hangs = !block && tokens_[i + 1].line_ends == 0 && !tokens_[i + 1].is_comment();
        const std::size_t behind = layout_.columns[i] + (token.is("{") ? 2 : 1);
        const std::size_t inner = !hangs ? line_indent_ + indent : behind <= deepest_column ? behind : line_indent_ + 2 * indent;
        layout_.inner[i] = inner;
        open_.push_back({line_indent_, inner, token.is("{")});
    }

    /// Comments behind lines that follow each other stand in a column.
    void set_comments() {
        std::vector<std::size_t> run;
        std::size_t line = 0;  // where the line begins
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            if (tokens_[i].line_ends > 0) {
                const bool follows = i > 0 && tokens_[i - 1].is_comment() && !tokens_[i].is_comment() && tokens_[i].line_ends == 1 &&
                                     layout_.columns[i] == layout_.columns[line];
                if (!follows) set_run(run);
                line = i;
            }
            if (tokens_[i].is_comment() && i > line) run.push_back(i);
        }
        set_run(run);
    }

    void set_run(std::vector<std::size_t>& run) {
        std::size_t widest = 0;
        for (const std::size_t i : run) {
            if (end_of(i - 1) <= widest_commented) widest = std::max(widest, end_of(i - 1));
        }
        for (const std::size_t i : run) layout_.columns[i] = std::max(widest, end_of(i - 1)) + 2;
        run.clear();
    }

    const Tokens& tokens_;
    std::vector<std::size_t> pads_;
    std::vector<std::size_t> remarks_;  ///< they stand as the line below them does
    std::vector<Open> open_;
    std::size_t line_indent_ = 0;
    std::size_t value_ = 0;  ///< where the value of the declaration under way begins; 0: there is none
    Layout layout_;
};

}  // namespace

Layout lay_out(const Tokens& tokens) { return Setter(tokens).set(); }

std::string print(const Tokens& tokens, const Layout& layout) {
    std::string out;
    std::size_t column = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].line_ends > 0) {
            out.append(static_cast<std::size_t>(tokens[i].line_ends), '\n');
            column = 0;
        }
        out.append(layout.columns[i] - column, ' ');
        out += tokens[i].text;
        column = layout.columns[i] + tokens[i].width();
    }
    if (!out.empty()) out += '\n';
    return out;
}

}  // namespace lang::formatting
