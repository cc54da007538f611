#include "rehearsal/haproxy/show.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "rehearsal/core/spread.hpp"

namespace rehearsal {

namespace {

using lang::Time;
using Admin = BackendServer::Admin;
using Fields = std::vector<std::string>;

constexpr std::string_view stat_header =
    "pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,act,bck,chkfail,chkdown,"
    "lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,tracked,type,rate,rate_lim,rate_max,check_status,check_code,check_duration,hrsp_"
    "1xx,"
    "hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,hanafail,req_rate,req_rate_max,req_tot,cli_abrt,srv_abrt,comp_in,comp_out,comp_byp,"
    "comp_rsp,lastsess,last_chk,last_agt,qtime,ctime,rtime,ttime,agent_status,agent_code,agent_duration,check_desc,agent_desc,check_rise,"
    "check_fall,check_health,agent_rise,agent_fall,agent_health,addr,cookie,mode,algo,conn_rate,conn_rate_max,conn_tot,intercepted,dcon,"
    "dses,"
    "wrew,connect,reuse,cache_lookups,cache_hits,srv_icur,src_ilim,qtime_max,ctime_max,rtime_max,ttime_max,eint,idle_conn_cur,"
    "safe_conn_cur,used_conn_cur,need_conn_est,uweight,agg_server_status,agg_server_check_status,agg_check_status,-,ssl_sess,"
    "ssl_reused_sess,ssl_failed_handshake,h2_headers_rcvd,h2_data_rcvd,h2_settings_rcvd,h2_rst_stream_rcvd,h2_goaway_rcvd,"
    "h2_detected_conn_protocol_errors,h2_detected_strm_protocol_errors,h2_rst_stream_resp,h2_goaway_resp,h2_open_connections,"
    "h2_backend_open_streams,h2_total_connections,h2_backend_total_streams,h1_open_connections,h1_open_streams,h1_total_connections,"
    "h1_total_streams,h1_bytes_in,h1_bytes_out,h1_spliced_bytes_in,h1_spliced_bytes_out,";

constexpr std::string_view servers_state_header =
    "# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change "
    "srv_check_status "
    "srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord "
    "srv_use_ssl "
    "srv_check_port srv_check_addr srv_agent_addr srv_agent_port";

Fields split(std::string_view text, char separator) {
    Fields parts;
    while (true) {
        const std::size_t at = text.find(separator);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

/// A line of `show stat`: the fields that are named, all others empty.
std::string stat_line(const std::vector<std::pair<std::string_view, std::string>>& named) {
    static const Fields columns = split(stat_header, ',');
    Fields row(columns.size());
    for (const auto& [column, value] : named) {
        const auto at = std::find(columns.begin(), columns.end(), column) - columns.begin();
        row[static_cast<std::size_t>(at)] = value;
    }
    return fmt::format("{}\n", fmt::join(row, ","));
}

std::int64_t seconds_between(Time then, Time now) { return std::chrono::floor<std::chrono::seconds>(now - then).count(); }

/// The last check, in the words and the number of `show servers state`.
struct CheckResult {
    std::string_view status, code, text;
    int number, result;
};
CheckResult last_check(const Backend& backend, const BackendServer& server) {
    if (!server.up) return {"L4CON", "", "Layer4 connection problem", 8, 2};
    if (backend.http) return {"L7OK", "200", "Layer7 check passed", 15, 3};
    return {"L4OK", "", "Layer4 check passed", 6, 3};
}

int port(const Backend& backend) { return backend.http ? 8080 : 3306; }

std::string server_line(const Backend& backend, const BackendServer& server, std::size_t backend_id, std::size_t id, const lang::Host& host,
                        Time now) {
    const bool maint = server.admin == Admin::Maint;
    const CheckResult check = last_check(backend, server);
    const std::string sessions = fmt::to_string(server.sessions);
    std::vector<std::pair<std::string_view, std::string>> fields = {{"pxname", backend.name},
                                                                    {"svname", server.name},
                                                                    {"qcur", "0"},
                                                                    {"qmax", "0"},
                                                                    {"scur", sessions},
                                                                    {"smax", sessions},
                                                                    {"stot", sessions},
                                                                    {"bin", "0"},
                                                                    {"bout", "0"},
                                                                    {"dresp", "0"},
                                                                    {"econ", "0"},
                                                                    {"eresp", "0"},
                                                                    {"wretr", "0"},
                                                                    {"wredis", "0"},
                                                                    {"status", server.status()},
                                                                    {"weight", "1"},
                                                                    {"act", "1"},
                                                                    {"bck", "0"},
                                                                    {"chkfail", fmt::to_string(server.failed_checks)},
                                                                    {"chkdown", fmt::to_string(server.times_down)},
                                                                    {"lastchg", fmt::to_string(seconds_between(server.changed, now))},
                                                                    {"downtime", "0"},
                                                                    {"pid", "1"},
                                                                    {"iid", fmt::to_string(backend_id)},
                                                                    {"sid", fmt::to_string(id)},
                                                                    {"lbtot", sessions},
                                                                    {"type", "2"},
                                                                    {"rate", "0"},
                                                                    {"rate_max", "0"},
                                                                    {"addr", fmt::format("{}:{}", host.address, port(backend))},
                                                                    {"mode", backend.http ? "http" : "tcp"},
                                                                    {"used_conn_cur", sessions},
                                                                    {"uweight", "1"},
                                                                    {"-", "-"}};
    if (!maint) {  // a server in maintenance is not checked
        const std::pair<std::string_view, std::string> checked[] = {{"check_status", std::string(check.status)},
                                                                    {"check_code", std::string(check.code)},
                                                                    {"check_duration", "1"},
                                                                    {"check_desc", std::string(check.text)},
                                                                    {"check_rise", fmt::to_string(BackendServer::rise)},
                                                                    {"check_fall", fmt::to_string(BackendServer::fall)},
                                                                    {"check_health", fmt::to_string(server.health)}};
        fields.insert(fields.end(), std::begin(checked), std::end(checked));
    }
    return stat_line(fields);
}

}  // namespace

std::string show_stat(const Balancer& balancer, Time now, const lang::Site& site) {
    std::string out = fmt::format("# {}\n", stat_header);
    const std::string age = fmt::to_string(seconds_between(balancer.since, now));
    for (std::size_t i = 0; i < balancer.backends.size(); ++i) {
        const Backend& backend = balancer.backends[i];
        const std::string mode = backend.http ? "http" : "tcp";
        int usable = 0, sessions = 0;
        for (const BackendServer& server : backend.servers) {
            usable += server.takes_new_sessions() ? 1 : 0;
            sessions += server.sessions;
        }
        out += stat_line({{"pxname", backend.name},
                          {"svname", "FRONTEND"},
                          {"scur", fmt::to_string(sessions)},
                          {"status", "OPEN"},
                          {"pid", "1"},
                          {"iid", fmt::to_string(2 * i + 2)},
                          {"sid", "0"},
                          {"type", "0"},
                          {"mode", mode},
                          {"-", "-"}});
        for (std::size_t j = 0; j < backend.servers.size(); ++j) {
            const BackendServer& server = backend.servers[j];
            out += server_line(backend, server, 2 * i + 3, j + 1, *site.find_host(server.name), now);
        }
        out += stat_line({{"pxname", backend.name},
                          {"svname", "BACKEND"},
                          {"qcur", "0"},
                          {"scur", fmt::to_string(sessions)},
                          {"status", usable > 0 ? "UP" : "DOWN"},
                          {"weight", fmt::to_string(usable)},
                          {"act", fmt::to_string(usable)},
                          {"bck", "0"},
                          {"chkdown", "0"},
                          {"lastchg", age},
                          {"pid", "1"},
                          {"iid", fmt::to_string(2 * i + 3)},
                          {"sid", "0"},
                          {"type", "1"},
                          {"mode", mode},
                          {"algo", "roundrobin"},
                          {"-", "-"}});
    }
    return out + "\n";
}

std::string show_servers_state(const Balancer& balancer, Time now, const lang::Site& site) {
    std::string out = fmt::format("1\n{}\n", servers_state_header);
    for (std::size_t i = 0; i < balancer.backends.size(); ++i) {
        const Backend& backend = balancer.backends[i];
        for (std::size_t j = 0; j < backend.servers.size(); ++j) {
            const BackendServer& server = backend.servers[j];
            const bool maint = server.admin == Admin::Maint;
            const CheckResult check = last_check(backend, server);
            constexpr std::array<int, 3> admin_state = {0, 8, 1};
            out += fmt::format("{} {} {} {} {} {} {} 1 1 {} {} {} {} {} 0 0 0 - {} - 0 0 - - 0\n", 2 * i + 3, backend.name, j + 1,
                               server.name, site.find_host(server.name)->address, server.up && !maint ? 2 : 0,
                               admin_state[static_cast<std::size_t>(server.admin)], seconds_between(server.changed, now), check.number,
                               check.result, maint ? 0 : server.health, maint ? 14 : 6, port(backend));
        }
    }
    return out + "\n";
}

std::string show_info(const Balancer& balancer, const std::string& node, Time now) {
    const auto up = seconds_between(balancer.since, now);
    int sessions = 0;
    for (const Backend& backend : balancer.backends) {
        for (const BackendServer& server : backend.servers) sessions += server.sessions;
    }
    return fmt::format(
        "Name: HAProxy\nVersion: 2.6.12-1+deb12u4\nRelease_date: 2026/10/17\nNbthread: 2\nNbproc: 1\nProcess_num: 1\nPid: {}\n"
        "Uptime: {}d {}h{:02}m{:02}s\nUptime_sec: {}\nMaxconn: 500\nCurrConns: {}\nIdle_pct: 100\nnode: {}\nStopping: 0\nTainted: 0\n\n",
        600 + static_cast<int>(pick(900, node, "haproxy")) + balancer.starts, up / 86400, up / 3600 % 24, up / 60 % 60, up % 60, up,
        sessions, node);
}

}  // namespace rehearsal
