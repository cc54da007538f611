// The admin socket of HAProxy 2.6: one command line in, one answer out, always with an empty line at its end. There is no exit
// code: a command that was obeyed answers with that empty line only.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "rehearsal/core/coreutils.hpp"
#include "rehearsal/core/unnamed.hpp"
#include "rehearsal/haproxy/model.hpp"
#include "rehearsal/haproxy/page.hpp"
#include "rehearsal/haproxy/show.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using lang::Time;
using Admin = BackendServer::Admin;
using Words = std::vector<std::string>;

Words words_of(std::string_view line) {
    Words words;
    while (!line.empty()) {
        const std::size_t end = std::min(line.find(' '), line.size());
        if (end > 0) words.emplace_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
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
    const bool names_both = slash != std::string_view::npos && slash > 0 && slash + 1 < path.size();
    if (!names_both) return {nullptr, "Require 'backend/server'.\n\n"};
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
    if (call.host.os != lang::Os::Linux) return std::nullopt;
    if (const auto on_socket = page_command(call, *world.site)) {
        const auto node = balancers_.find(call.host.name);
        if (node == balancers_.end() || !node->second.runs) return connection_refused();
        return page_answer(call, command(node->second, call.host.name, *on_socket, call.now, world));
    }
    const std::string& last = call.words.back();
    if (call.words.front() == "command" && (last == "socat" || last == "python3"))
        return balancers_.contains(call.host.name) ? Answer{.out = "/usr/bin/" + last + "\n"} : Answer{.code = 127};
    // `-W` without `-S`: the master process has no socket.
    if (call.words.front() == "test" && call.words.back().ends_with("haproxy-master.sock")) return Answer{.code = 1};
    if (call.words.front() != "socat") return std::nullopt;
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
    // Several commands in a line, parted by ";", are all carried out, and each of them answers.
    Answer all;
    std::string_view line = std::string_view(call.input).substr(0, call.input.find('\n'));
    while (true) {
        const std::size_t end = std::min(line.find(';'), line.size());
        all.out += command(it->second, call.host.name, line.substr(0, end), call.now, world);
        if (end == line.size()) return all;
        line.remove_prefix(end + 1);
    }
}

std::string Haproxy::command(Balancer& balancer, const std::string& node, std::string_view line, Time now, const World& world) {
    const Words words = words_of(line);
    const auto is = [&](std::initializer_list<std::string_view> start) {
        return words.size() >= start.size() && std::equal(start.begin(), start.end(), words.begin());
    };
    if (is({"show", "stat"})) return show_stat(balancer, now, *world.site);
    if (is({"show", "servers", "state"})) return show_servers_state(balancer, now, *world.site);
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

std::optional<std::string> Haproxy::unnamed(const Invocation& call, const World& world) const {
    return asks_for(call, {"socat"}) ? no_part(call.host, *world.site, "HAProxy", "haproxy") : std::nullopt;
}

std::vector<std::string> Haproxy::units(const lang::Site& site, const lang::Host& host) {
    return lang::is_of_cluster(site, host, "haproxy") ? std::vector<std::string>{"haproxy"} : std::vector<std::string>{};
}

}  // namespace rehearsal
