// The admin socket of HAProxy 2.6: one command line in, one answer out, always with an empty line at its end. There is no exit
// code: a command that was obeyed answers with that empty line only.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "rehearsal/haproxy.hpp"
#include "rehearsal/spread.hpp"
#include "rehearsal/world.hpp"

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

std::string show_stat(const Balancer& balancer, Time now, const World& world) {
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
            out += server_line(backend, server, 2 * i + 3, j + 1, *world.site->find_host(server.name), now);
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

std::string show_servers_state(const Balancer& balancer, Time now, const World& world) {
    std::string out = fmt::format("1\n{}\n", servers_state_header);
    for (std::size_t i = 0; i < balancer.backends.size(); ++i) {
        const Backend& backend = balancer.backends[i];
        for (std::size_t j = 0; j < backend.servers.size(); ++j) {
            const BackendServer& server = backend.servers[j];
            const bool maint = server.admin == Admin::Maint;
            const CheckResult check = last_check(backend, server);
            constexpr std::array<int, 3> admin_state = {0, 8, 1};
            out += fmt::format("{} {} {} {} {} {} {} 1 1 {} {} {} {} {} 0 0 0 - {} - 0 0 - - 0\n", 2 * i + 3, backend.name, j + 1,
                               server.name, world.site->find_host(server.name)->address, server.up && !maint ? 2 : 0,
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

Fields words_of(std::string_view line) {
    Fields words = split(line.substr(0, line.find('\n')), ' ');
    std::erase(words, "");
    return words;
}

constexpr std::string_view obeyed = "\n";
constexpr std::string_view unknown_command =
    "Unknown command, but maybe one of the following ones is a better match:\n"
    "  help [<command>]                        : list matching or all commands\n"
    "  prompt                                  : toggle interactive mode with prompt\n"
    "  quit                                    : disconnect\n\n";

/// A server by "backend/server", or what HAProxy says where there is none.
struct Found {
    BackendServer* server = nullptr;
    std::string_view complaint;
};
Found find_server(Balancer& balancer, std::string_view path) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) return {nullptr, "Require 'backend/server'.\n\n"};
    for (Backend& backend : balancer.backends) {
        if (backend.name != path.substr(0, slash)) continue;
        for (BackendServer& server : backend.servers) {
            if (server.name == path.substr(slash + 1)) return {&server, {}};
        }
        return {nullptr, "No such server.\n\n"};
    }
    return {nullptr, "No such backend.\n\n"};
}

void set_admin(BackendServer& server, Admin admin, Time now) {
    if (server.admin == admin) return;
    // Nobody knows how a server is that was not checked: it counts as up until a check fails.
    if (server.admin == Admin::Maint) {
        server.up = true;
        server.health = BackendServer::rise;
    }
    server.admin = admin;
    server.changed = now;
}

std::string_view set_state(BackendServer& server, std::string_view state, Time now) {
    if (state == "ready") {
        set_admin(server, Admin::Ready, now);
    } else if (state == "drain") {
        set_admin(server, Admin::Drain, now);
    } else if (state == "maint") {
        set_admin(server, Admin::Maint, now);
    } else {
        return "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n\n";
    }
    return obeyed;
}

}  // namespace

std::optional<Answer> Haproxy::answer(const Invocation& call, World& world) {
    if (call.host.os != lang::Os::Linux || call.words.front() != "socat") return std::nullopt;
    constexpr std::string_view address = "UNIX-CONNECT:";
    const auto target =
        std::find_if(call.words.begin(), call.words.end(), [&](const std::string& word) { return word.starts_with(address); });
    if (target == call.words.end()) return std::nullopt;
    const std::string path = target->substr(address.size());
    const auto it = balancers_.find(call.host.name);
    const auto refused = [&](std::string_view why) {
        return Answer{.code = 1,
                      .err = fmt::format("socat[{}] E connect(5, AF=1 \"{}\", {}): {}\n", 6000 + path.size(), path, path.size() + 2, why)};
    };
    if (it == balancers_.end() || it->second.socket != path) return refused("No such file or directory");
    if (!it->second.runs) return refused("Connection refused");
    return Answer{.out = command(it->second, call.host.name, call.input, call.now, world)};
}

std::string Haproxy::command(Balancer& balancer, const std::string& node, std::string_view line, Time now, const World& world) {
    const Fields words = words_of(line);
    const auto is = [&](std::initializer_list<std::string_view> start) {
        return words.size() >= start.size() && std::equal(start.begin(), start.end(), words.begin());
    };
    if (is({"show", "stat"})) return show_stat(balancer, now, world);
    if (is({"show", "servers", "state"})) return show_servers_state(balancer, now, world);
    if (is({"show", "info"})) return show_info(balancer, node, now);

    const bool shutdown = is({"shutdown", "sessions", "server"});
    const bool set = is({"set", "server"}), disable = is({"disable", "server"}), enable = is({"enable", "server"});
    if (!shutdown && !set && !disable && !enable) return std::string(unknown_command);
    const std::size_t at = shutdown ? 3 : 2;
    const Found found = find_server(balancer, words.size() > at ? std::string_view(words[at]) : std::string_view());
    if (found.server == nullptr) return std::string(found.complaint);
    if (shutdown) {
        found.server->stuck = false;
        found.server->sessions = 0;
        return std::string(obeyed);
    }
    if (disable || enable) return std::string(set_state(*found.server, disable ? "maint" : "ready", now));
    if (words.size() < 4 || words[3] != "state") {
        return "usage: set server <backend>/<server> addr | agent | agent-addr | agent-port | agent-send | check-addr | check-port | fqdn "
               "| health | "
               "ssl | state | weight\n\n";
    }
    return std::string(set_state(*found.server, words.size() > 4 ? std::string_view(words[4]) : std::string_view(), now));
}

}  // namespace rehearsal
