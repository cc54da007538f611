#include "cli/terminal/table.hpp"

#include <algorithm>
#include <vector>

#include "cli/terminal/screen.hpp"

namespace cli {

namespace {

using Row = std::vector<std::string>;

/// In characters, not bytes.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string cell(const lang::Value& value) {
    constexpr std::size_t longest = 60;
    std::string text = visible(value.is_unknown() ? "unknown" : value.plain());
    std::replace(text.begin(), text.end(), '\n', ' ');
    if (width_of(text) <= longest) return text;
    std::size_t cut = longest;
    while ((static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    return text.substr(0, cut) + "…";
}

std::string aligned(const std::vector<Row>& rows) {
    std::vector<std::size_t> widths;
    for (const Row& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    }
    std::string out;
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line += std::string(widths[i] - width_of(row[i]) + 2, ' ');
        }
        out += line + '\n';
    }
    return out;
}

bool is_record(const lang::Value& value) { return std::holds_alternative<std::shared_ptr<const lang::Record>>(value.payload()); }
bool is_list(const lang::Value& value) { return std::holds_alternative<std::shared_ptr<const lang::List>>(value.payload()); }

}  // namespace

std::string table(const lang::Value& value) {
    std::vector<Row> rows;
    if (is_record(value)) {
        const lang::Record& record = value.record();
        for (std::size_t i = 0; i < record.fields.size(); ++i) rows.push_back({record.type->fields[i].name, cell(record.fields[i])});
        return aligned(rows);
    }
    if (is_list(value) && !value.items().empty() && std::all_of(value.items().begin(), value.items().end(), is_record)) {
        Row head;
        for (const lang::FieldType& field : value.items().front().record().type->fields) head.push_back(field.name);
        rows.push_back(head);
        for (const lang::Value& item : value.items()) {
            Row row;
            for (const lang::Value& field : item.record().fields) row.push_back(cell(field));
            rows.push_back(row);
        }
        return aligned(rows);
    }
    if (is_list(value)) {
        std::string out;
        for (const lang::Value& item : value.items()) out += cell(item) + '\n';
        return value.items().empty() ? "(none)\n" : out;
    }
    return visible(value.show()) + '\n';
}

}  // namespace cli
