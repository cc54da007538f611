#include "stdlib/mysql/read/position.hpp"

#include <fmt/format.h>

#include <span>
#include <vector>

#include "stdlib/mysql/read/table.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::mysql {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;
using Lines = std::span<const std::string_view>;

std::optional<std::string> text(const Table& table, std::string_view column) {
    const Cell* cell = table.cell(table.rows[0], {column});
    if (cell == nullptr) return std::nullopt;
    return cell->value_or("");
}

/// The row that SHOW MASTER STATUS answers; empty without a binary log, nothing where it cannot be read.
std::optional<std::string> place_in(Lines lines) {
    if (lines.empty()) return "";
    const auto table = table_from(lines);
    if (!table || table->rows.size() != 1) return std::nullopt;
    const auto file = text(*table, "File"), offset = text(*table, "Position");
    if (!file || !offset || !place_from(*file + ':' + *offset)) return std::nullopt;
    return *file + ':' + *offset;
}

/// A source is said to be semi-synchronous by its settings long after it has given up waiting for a replica: the status tells.
Value semi_sync_from(std::string_view output) {
    bool enabled = false, works = false;
    for (const std::string_view line : support::lines(output)) {
        const auto cells = support::split(line, '\t');
        if (cells.size() != 2) return support::unreadable("the state of semi-synchronous replication cannot be read", output);
        if (cells[0] == "rpl_semi_sync_master_enabled" || cells[0] == "rpl_semi_sync_source_enabled") enabled = cells[1] == "ON";
        if (cells[0] == "Rpl_semi_sync_master_status" || cells[0] == "Rpl_semi_sync_source_status") works = cells[1] == "ON";
    }
    return Value::member(semi_sync_type(), !enabled ? "Off" : works ? "On" : "FellBack");
}

}  // namespace

const std::shared_ptr<const lang::EnumType>& semi_sync_type() {
    static const auto type = support::enumeration("mysql.SemiSync", {"Off", "On", "FellBack"});
    return type;
}

const std::shared_ptr<const lang::RecordType>& source_type() {
    static const auto type = support::record_type(
        "mysql.Source",
        {
            {"host", Kind::Host, "the machine that it runs on"},
            {"port", Kind::Int, "where it listens there; 0 where it does not"},
            {"server_id", Kind::Int, "by which replicas know it"},
            {"closed", Kind::Bool, "closed to writers, as by `make_read_only`"},
            {"place", Kind::Text, "where it writes, \"mysql-bin.000002:812\"; empty without a binary log"},
            {"gtids", Kind::Text, "the transactions that it has, where they have global identifiers (MariaDB: those logged)"},
            {"applied", Kind::Text, "MariaDB: the last transaction of each domain that came by replication"},
            {"semi_sync", Type::of(semi_sync_type()),
             "FellBack: switched on, but it no longer waits for a replica before it tells a client that data is safe"},
        });
    return type;
}

std::optional<Place> place_from(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto dot = text.substr(0, colon).rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto number = support::integer(text.substr(dot + 1, colon - dot - 1));
    const auto offset = support::integer(text.substr(colon + 1));
    if (!number || !offset || *number < 0 || *offset < 0) return std::nullopt;
    return Place{std::string(text.substr(0, dot)), *number, *offset};
}

std::optional<Position> position_from(std::string_view output) {
    const std::vector<std::string_view> all = support::lines(output);
    if (all.size() < 2) return std::nullopt;
    const auto server = table_from(Lines(all).first(2));
    if (!server || server->rows.size() != 1) return std::nullopt;
    const auto id = text(*server, "id"), closed = text(*server, "closed"), uuid = text(*server, "uuid"), logged = text(*server, "logged"),
               applied = text(*server, "applied");
    const auto place = place_in(Lines(all).subspan(2));
    if (!id || !closed || !uuid || !logged || !applied || !place || !support::integer(*id)) return std::nullopt;
    if (!Gtids::from(*logged) || !Gtids::from(*applied)) return std::nullopt;
    return Position{*support::integer(*id), *uuid, *closed != "0" && *closed != "OFF", *place, *logged, *applied};
}

Value source_from(const lang::Host& host, std::string_view output, std::string_view semi_sync, std::string_view port) {
    const auto position = position_from(output);
    if (!position) return support::unreadable("the position of the server has not the expected form", output);
    const std::vector<std::string_view> lines = support::lines(port);
    return support::record(source_type(), {{"host", Value(&host)},
                                           {"port", support::integer_value(lines.empty() ? "" : lines.back(), "port")},
                                           {"server_id", position->server_id},
                                           {"closed", position->closed},
                                           {"place", position->place},
                                           {"gtids", position->logged},
                                           {"applied", position->applied},
                                           {"semi_sync", semi_sync_from(semi_sync)}});
}

std::string own_writes(const Position& position) {
    const auto gtids = Gtids::from(position.logged);
    const bool told = gtids && !gtids->empty();
    return told && !position.place.empty() ? gtids->written_by(position.uuid, position.server_id).show() : position.place;
}

}  // namespace stdlib::mysql
