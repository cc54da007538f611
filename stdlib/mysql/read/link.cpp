#include "stdlib/mysql/read/link.hpp"

#include <fmt/format.h>

#include "stdlib/mysql/read/table.hpp"
#include "stdlib/support/scan.hpp"

namespace stdlib::mysql {

namespace {

std::optional<Link> link_from(const Table& table, const Row& row) {
    bool whole = true;
    const auto text = [&](std::initializer_list<std::string_view> names) {
        const Cell* cell = table.cell(row, names);
        whole = whole && cell != nullptr;
        return cell == nullptr ? std::string() : cell->value_or("");
    };
    const Cell* channel = table.cell(row, {"Connection_name", "Channel_Name"});
    Link link{.channel = channel == nullptr ? std::string() : channel->value_or(""),
              .source = fmt::format("{}:{}", text({"Source_Host", "Master_Host"}), text({"Source_Port", "Master_Port"})),
              .user = text({"Source_User", "Master_User"}),
              .tls = text({"Source_SSL_Allowed", "Master_SSL_Allowed"}),
              .by_gtid = text({"Using_Gtid", "Auto_Position"}),
              .received = text({"Gtid_IO_Pos", "Retrieved_Gtid_Set"})};
    if (link.by_gtid == "No" || link.by_gtid == "0") link.by_gtid.clear();
    const bool known = link.by_gtid.empty() || link.by_gtid == "Slave_Pos" || link.by_gtid == "Current_Pos" || link.by_gtid == "1";
    return whole && known ? std::optional(std::move(link)) : std::nullopt;
}

}  // namespace

std::optional<std::vector<Link>> links_from(std::string_view output) {
    const auto table = table_from(support::lines(output));
    if (!table) return std::nullopt;
    std::vector<Link> links;
    for (const Row& row : table->rows) {
        auto link = link_from(*table, row);
        if (!link) return std::nullopt;
        links.push_back(std::move(*link));
    }
    return links;
}

}  // namespace stdlib::mysql
