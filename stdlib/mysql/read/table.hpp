// What the `mysql` client prints with --batch: a line of column names, then a line for each row, fields parted by tabs.
// Line ends, tabs and backslashes inside a value come escaped, so no value can pass for a column or a row. (That is why the
// vertical form, `\G`, and --raw are not used: an error text that quotes a statement could forge both.)
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stdlib::mysql {

/// A value of a table; NULL is not a text.
using Cell = std::optional<std::string>;
using Row = std::vector<Cell>;

struct Table {
    std::vector<std::string> columns;
    std::vector<Row> rows;

    /// The cell of the first of these columns that the table has: servers name the same thing differently. Null where it has none.
    const Cell* cell(const Row&, std::initializer_list<std::string_view> names) const;
};

/// The lines of one result. The client prints no column names when there are no rows: no lines are an empty table.
/// Nothing where a column's name is there twice, or a row has not as many fields as there are columns.
std::optional<Table> table_from(std::span<const std::string_view> lines);

}  // namespace stdlib::mysql
