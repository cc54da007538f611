#include "stdlib/mysql/read/table.hpp"

#include <algorithm>

#include "stdlib/support/scan.hpp"

namespace stdlib::mysql {

namespace {

/// `\n`, `\t`, `\0` and `\\`, as the client escapes them.
std::string unescape(std::string_view field) {
    std::string out;
    out.reserve(field.size());
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field[i] != '\\' || i + 1 == field.size()) {
            out += field[i];
            continue;
        }
        switch (const char escaped = field[++i]) {
            case 'n':
                out += '\n';
                break;
            case 't':
                out += '\t';
                break;
            case '0':
                out += '\0';
                break;
            default:
                out += escaped;
        }
    }
    return out;
}

Cell cell_from(std::string_view field) {
    if (field == "NULL") return std::nullopt;
    return unescape(field);
}

}  // namespace

const Cell* Table::cell(const Row& row, std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
        const auto it = std::find(columns.begin(), columns.end(), name);
        if (it != columns.end()) return &row[static_cast<std::size_t>(it - columns.begin())];
    }
    return nullptr;
}

std::optional<Table> table_from(std::span<const std::string_view> lines) {
    Table table;
    if (lines.empty()) return table;
    for (const std::string_view name : support::split(lines.front(), '\t')) {
        table.columns.push_back(unescape(name));
        if (std::find(table.columns.begin(), table.columns.end() - 1, table.columns.back()) != table.columns.end() - 1) return std::nullopt;
    }
    for (const std::string_view line : lines.subspan(1)) {
        Row row;
        for (const std::string_view field : support::split(line, '\t')) row.push_back(cell_from(field));
        if (row.size() != table.columns.size()) return std::nullopt;
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace stdlib::mysql
