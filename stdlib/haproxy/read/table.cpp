#include "stdlib/haproxy/read/table.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <span>

#include "stdlib/support/scan.hpp"

namespace stdlib::haproxy {

namespace {

using Cells = std::vector<std::string_view>;

/// The needed columns of every row, and those of `wanted` that there are. Nothing where a needed one lacks, one comes twice, or a row has
/// not as many cells as there are columns.
std::optional<std::vector<Row>> table(const std::vector<Cells>& lines, std::initializer_list<std::string_view> needed,
                                      std::initializer_list<std::string_view> wanted = {}) {
    if (lines.empty()) return std::nullopt;
    const Cells& columns = lines.front();
    std::vector<std::pair<std::string_view, std::size_t>> places;
    const auto place = [&](std::string_view name) {
        const auto count = std::count(columns.begin(), columns.end(), name);
        if (count == 1) places.emplace_back(name, std::find(columns.begin(), columns.end(), name) - columns.begin());
        return count;
    };
    for (const std::string_view name : needed) {
        if (place(name) != 1) return std::nullopt;
    }
    for (const std::string_view name : wanted) {
        if (place(name) > 1) return std::nullopt;
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

constexpr std::string_view past = "counters since the start, rates and maxima: they tell what was",
                           checks = "what its checks said: what follows from it, the status tells",
                           numbers = "its numbers: a server is found by the names of back end and server, as orders name it",
                           settings = "how it is configured";

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
    auto rows = table(by_blanks(output.substr(begin.size())), {"be_name", "srv_name", "srv_admin_state"}, {"srv_addr"});
    if (rows && !all_named(*rows, "be_name", "srv_name")) return std::nullopt;
    return rows;
}

const std::vector<support::Facts>& stat_fields() {
    static const std::vector<support::Facts> table = {
        {{"pxname", "svname", "scur", "status", "type"}},
        {{"qmax",         "smax",     "stot",     "bin",      "bout",          "dreq",          "dresp",      "ereq",        "econ",
          "eresp",        "wretr",    "wredis",   "chkfail",  "chkdown",       "lastchg",       "downtime",   "lbtot",       "rate",
          "rate_max",     "hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx",      "hrsp_5xx",      "hrsp_other", "hanafail",    "req_rate",
          "req_rate_max", "req_tot",  "cli_abrt", "srv_abrt", "comp_in",       "comp_out",      "comp_byp",   "comp_rsp",    "lastsess",
          "qtime",        "ctime",    "rtime",    "ttime",    "conn_rate",     "conn_rate_max", "conn_tot",   "intercepted", "dcon",
          "dses",         "wrew",     "connect",  "reuse",    "cache_lookups", "cache_hits",    "qtime_max",  "ctime_max",   "rtime_max",
          "ttime_max",    "eint",     "h1reqs",   "h2reqs",   "h3reqs",        "req_in",        "req_out",    "max_tot_conn"},
         past},
        {{"-",
          "ssl_sess",
          "ssl_reused_sess",
          "ssl_failed_handshake",
          "ssl_ocsp_staple",
          "ssl_failed_ocsp_staple",
          "h2_headers_rcvd",
          "h2_data_rcvd",
          "h2_settings_rcvd",
          "h2_rst_stream_rcvd",
          "h2_goaway_rcvd",
          "h2_detected_conn_protocol_errors",
          "h2_detected_strm_protocol_errors",
          "h2_rst_stream_resp",
          "h2_goaway_resp",
          "h2_open_connections",
          "h2_backend_open_streams",
          "h2_total_connections",
          "h2_backend_total_streams",
          "h1_open_connections",
          "h1_open_streams",
          "h1_total_connections",
          "h1_total_streams",
          "h1_bytes_in",
          "h1_bytes_out",
          "h1_spliced_bytes_in",
          "h1_spliced_bytes_out",
          "quic_rxbuf_full",
          "quic_dropped_pkt",
          ""},
         past},
        {{"qcur"}, "requests that wait for it: they become sessions, which are counted, or go elsewhere"},
        {{"srv_icur", "src_ilim", "idle_conn_cur", "safe_conn_cur", "used_conn_cur", "need_conn_est"},
         "connections kept for later: they are no sessions"},
        {{"check_status", "check_code", "check_duration", "last_chk", "check_desc", "check_rise", "check_fall", "check_health",
          "agent_status", "agent_code", "agent_duration", "last_agt", "agent_desc", "agent_rise", "agent_fall", "agent_health",
          "agg_server_status", "agg_server_check_status", "agg_check_status"},
         checks},
        {{"pid", "iid", "sid"}, numbers},
        {{"weight", "uweight", "act", "bck", "throttle"},
         "how much it gets: HAProxy calls a server of weight 0 UP, and so is it called here; its sessions are counted"},
        {{"tracked"}, "which one it follows: that it is out for that, the status tells, and `admin`"},
        {{"addr"}, "`show servers state` tells the address to everybody, this column only to some"},
        {{"slim", "qlimit", "rate_lim", "cookie", "mode", "algo", "proto", "srid"}, settings},
    };
    return table;
}

const std::vector<support::Facts>& servers_state_fields() {
    static const std::vector<support::Facts> table = {
        {{"be_name", "srv_name", "srv_addr", "srv_admin_state"}},
        {{"be_id", "srv_id", "bk_f_forced_id", "srv_f_forced_id"}, numbers},
        {{"srv_op_state", "srv_time_since_last_change"}, "`show stat` tells the state in words, with what it is on its way to"},
        {{"srv_check_status", "srv_check_result", "srv_check_health", "srv_check_state", "srv_agent_state"}, checks},
        {{"srv_uweight", "srv_iweight"}, "how much it gets: HAProxy calls a server of weight 0 UP, and so is it called here"},
        {{"srv_fqdn", "srvrecord"}, "where its address comes from"},
        {{"srv_port"}, "the same machine may serve at several ports"},
        {{"srv_use_ssl", "srv_check_port", "srv_check_addr", "srv_agent_addr", "srv_agent_port"}, settings},
    };
    return table;
}

}  // namespace stdlib::haproxy
