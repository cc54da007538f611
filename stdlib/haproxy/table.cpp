#include "stdlib/haproxy/table.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <span>

#include "stdlib/support/scan.hpp"

namespace stdlib::haproxy {

namespace {

using Cells = std::vector<std::string_view>;

/// The needed columns of every row. Nothing where one of them lacks, or a row has not as many cells as there are columns.
std::optional<std::vector<Row>> table(const std::vector<Cells>& lines, std::initializer_list<std::string_view> needed) {
    if (lines.empty()) return std::nullopt;
    const Cells& columns = lines.front();
    std::vector<std::pair<std::string_view, std::size_t>> places;
    for (const std::string_view name : needed) {
        if (std::count(columns.begin(), columns.end(), name) != 1) return std::nullopt;
        places.emplace_back(name, std::find(columns.begin(), columns.end(), name) - columns.begin());
    }
    std::vector<Row> rows;
    for (const Cells& cells : std::span(lines).subspan(1)) {
        if (cells.size() != columns.size()) return std::nullopt;
        Row& row = rows.emplace_back();
        for (const auto& [name, place] : places) row.emplace(name, cells[place]);
    }
    return rows;
}

/// Takes one cell from the front, as it is written. In quotes, where a quote is doubled, it may hold commas and line ends: the words
/// of a check are those of the machine that was checked.
std::string_view take_cell(std::string_view& text) {
    std::size_t end = 0;
    if (text.starts_with('"')) {
        for (end = 1; end < text.size(); ++end) {
            if (text[end] != '"') continue;
            if (!text.substr(end + 1).starts_with('"')) break;
            ++end;
        }
    }
    end = std::min(text.find_first_of(",\n", end), text.size());
    const std::string_view cell = text.substr(0, end);
    text.remove_prefix(end);
    return cell;
}

/// The lines of CSV up to an empty one, which ends the answer.
std::vector<Cells> csv(std::string_view text) {
    std::vector<Cells> lines;
    while (!text.empty() && !text.starts_with('\n')) {
        Cells& cells = lines.emplace_back();
        bool more = true;
        while (more) {
            cells.push_back(take_cell(text));
            more = text.starts_with(',');
            if (!text.empty()) text.remove_prefix(1);
        }
    }
    return lines;
}

std::vector<Cells> by_blanks(std::string_view text) {
    std::vector<Cells> lines;
    for (const std::string_view line : support::lines(text)) {
        if (line.empty()) break;
        lines.push_back(support::words(line));
    }
    return lines;
}

bool all_named(const std::vector<Row>& rows, std::string_view backend, std::string_view server) {
    return std::all_of(rows.begin(), rows.end(), [&](const Row& row) { return is_name(row.at(backend)) && is_name(row.at(server)); });
}

}  // namespace

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' || c == ':';
    });
}

std::optional<std::vector<Row>> stat_table(std::string_view output) {
    if (!output.starts_with("# ")) return std::nullopt;
    auto rows = table(csv(output.substr(2)), {"pxname", "svname", "scur", "status", "type"});
    if (rows && !all_named(*rows, "pxname", "svname")) return std::nullopt;
    return rows;
}

std::optional<std::vector<Row>> servers_state_table(std::string_view output) {
    constexpr std::string_view begin = "1\n# ";
    if (!output.starts_with(begin)) return std::nullopt;
    auto rows = table(by_blanks(output.substr(begin.size())), {"be_name", "srv_name", "srv_admin_state"});
    if (rows && !all_named(*rows, "be_name", "srv_name")) return std::nullopt;
    return rows;
}

}  // namespace stdlib::haproxy
