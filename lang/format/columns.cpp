#include "lang/format/columns.hpp"

#include <algorithm>
#include <string_view>

namespace lang::formatting {

namespace {

constexpr std::size_t widest_cell = 48;  ///< a wider one stands out, and does not move the others
constexpr std::size_t most_columns = 16;

bool is_record(std::string_view head) { return head == "host" || head == "cluster" || head == "connect" || head == "notify"; }

/// Where a column begins. Rows share a column where their labels are the same.
struct Joint {
    std::size_t token;
    std::string_view label;
};

/// A statement that begins a line.
struct Row {
    std::size_t first = 0;
    std::size_t behind = 0;  ///< the token behind its last one, comments apart
    std::string_view kind;   ///< rows of one kind make up a table; empty: of none
    std::vector<Joint> joints;

    bool is_of_record() const { return is_record(kind); }
};

class Tables {
  public:
    explicit Tables(const Tokens& tokens) : tokens_(tokens), pads_(tokens.size()), next_(tokens.size(), no_row) {}

    std::vector<std::size_t> pads() {
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            if (tokens_[i].begins && (i == 0 || tokens_[i].line_ends > 0)) add_row(i);
        }
        std::vector<bool> seen(rows_.size());
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            std::vector<const Row*> table;
            for (std::size_t row = i; row != no_row && !seen[row] && rows_[row].kind == rows_[i].kind; row = row_behind(rows_[row])) {
                seen[row] = true;
                table.push_back(&rows_[row]);
            }
            if (table.size() > 1 && !rows_[i].kind.empty()) set_table(table);
        }
        return std::move(pads_);
    }

  private:
    using Range = std::pair<std::size_t, std::size_t>;
    static constexpr std::size_t no_row = static_cast<std::size_t>(-1);

    void add_row(std::size_t first) {
        Row row;
        row.first = first;
        std::size_t last = first;
        std::size_t i = first;
        do {
            if (!tokens_[i].is_comment()) last = i;
            if (tokens_[i].opens()) last = i = tokens_[i].partner;
            ++i;
        } while (i < tokens_.size() && !tokens_[i].begins && !tokens_[i].closes());
        row.behind = last + 1;
        find_joints(row);
        next_[first] = rows_.size();
        rows_.push_back(std::move(row));
    }

    void find_joints(Row& row) const {
        const std::string_view head = tokens_[row.first].text;
        const auto joint = [&](std::size_t i, std::string_view label) {
            if (i < row.behind && row.joints.size() < most_columns && !has_line_end(tokens_, row.first, i))
                row.joints.push_back({i, label});
        };
        const auto find = [&](auto is_it) {
            std::size_t i = row.first;
            while (i < row.behind && !is_it(tokens_[i])) i = tokens_[i].opens() && !tokens_[i].is("{") ? tokens_[i].partner + 1 : i + 1;
            return i;
        };
        if (head == "let" || head == "keep" || head == "group" || head == "scene") {
            joint(row.first + 2, "=");
        } else if (head == "define" && !has_line_end(tokens_, row.first, row.behind - 1)) {
            joint(find([](const Token& token) { return token.is("="); }), "=");
        } else if (head == "secret") {
            joint(row.first + 2, "from");
        } else if (head == "param" || head == "needs") {
            const std::size_t text = find([](const Token& token) { return token.text_of_need; });
            if (head == "needs" && row.first + 2 < row.behind &&
                (tokens_[row.first + 1].is("action") || tokens_[row.first + 1].is("query"))) {
                joint(row.first + 2, "verb");
            }
            joint(text, "text");
        } else if (head == "require") {
            joint(find([](const Token& token) { return token.clause; }), "else");
        } else if (head == "on" && tokens_[row.first + 2].is("{") && !has_line_end(tokens_, row.first, row.behind - 1)) {
            joint(row.first + 2, "{");
        } else if (is_record(head) && tokens_[row.first + 2].record) {
            find_entries(row, joint);
        }
        if (!row.joints.empty()) row.kind = head;
    }

    void find_entries(const Row& row, const auto& joint) const {
        const std::size_t brace = row.first + 2;
        if (tokens_[brace + 1].line_ends > 0 || tokens_[brace + 1].is_comment()) return;  // an entry a line: no row of a table
        joint(brace, "{");
        for (std::size_t i = brace + 2; i < tokens_[brace].partner && tokens_[i].line_ends == 0; ++i) {
            if (tokens_[i].begins) joint(i, tokens_[i].text);
        }
    }

    /// The row that follows: hosts and clusters make up one table, whatever stands between; other rows must follow at once.
    std::size_t row_behind(const Row& row) const {
        std::size_t i = row.behind;
        while (i < tokens_.size() && tokens_[i].is_comment()) ++i;
        if (i == tokens_.size() || next_[i] == no_row) return no_row;
        return row.is_of_record() || follow(row, rows_[next_[i]]) ? next_[i] : no_row;
    }

    /// Nothing stands between them but a comment on the line of the first.
    bool follow(const Row& one, const Row& other) const {
        for (std::size_t i = one.behind; i <= other.first; ++i) {
            if (tokens_[i].line_ends > (i == other.first ? 1 : 0)) return false;
        }
        return true;
    }

    void set_table(const std::vector<const Row*>& table) {
        if (table.front()->is_of_record()) {
            set_column(table, {0, table.size()}, 0);  // the names
            for (std::size_t begin = 0, end = 1; begin < table.size(); begin = end++) {
                while (end < table.size() && follow(*table[end - 1], *table[end])) ++end;
                set_columns(table, {begin, end}, 1);
            }
        } else {
            set_columns(table, {0, table.size()}, 0);
        }
    }

    /// Column by column, as long as neighbours share them.
    void set_columns(const std::vector<const Row*>& table, Range rows, std::size_t column) {
        for (std::size_t begin = rows.first, end; begin < rows.second; begin = end) {
            end = begin + 1;
            if (table[begin]->joints.size() <= column) continue;
            const std::string_view label = table[begin]->joints[column].label;
            while (end < rows.second && table[end]->joints.size() > column && table[end]->joints[column].label == label) ++end;
            set_column(table, {begin, end}, column);
            set_columns(table, {begin, end}, column + 1);
        }
    }

    void set_column(const std::vector<const Row*>& table, Range rows, std::size_t column) {
        std::size_t widest = 0;
        for (std::size_t i = rows.first; i < rows.second; ++i) {
            if (const std::size_t width = cell(*table[i], column); width <= widest_cell) widest = std::max(widest, width);
        }
        for (std::size_t i = rows.first; i < rows.second; ++i) {
            const std::size_t width = cell(*table[i], column);
            if (width < widest) pads_[table[i]->joints[column].token] = widest - width;
        }
    }

    /// How wide it is what stands before the joint, from the joint before that.
    std::size_t cell(const Row& row, std::size_t column) const {
        const std::size_t begin = column == 0 ? row.first : row.joints[column - 1].token;
        std::size_t width = 0;
        for (std::size_t i = begin; i < row.joints[column].token; ++i) {
            width += tokens_[i].width() + (i > begin ? static_cast<std::size_t>(tokens_[i].blanks) : 0);
        }
        return width;
    }

    const Tokens& tokens_;
    std::vector<std::size_t> pads_;
    std::vector<Row> rows_;
    std::vector<std::size_t> next_;  ///< the row that begins with the token
};

}  // namespace

std::vector<std::size_t> pads_to_columns(const Tokens& tokens) { return Tables(tokens).pads(); }

}  // namespace lang::formatting
