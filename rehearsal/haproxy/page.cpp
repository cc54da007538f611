#include "rehearsal/haproxy/page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/words.hpp"

namespace rehearsal {

namespace {

/// A field of a form; empty where it has none.
std::string_view field(std::string_view form, std::string_view name) {
    while (!form.empty()) {
        const std::string_view one = form.substr(0, form.find('&'));
        form.remove_prefix(std::min(one.size() + 1, form.size()));
        if (one.starts_with(name) && one.substr(name.size()).starts_with('=')) return one.substr(name.size() + 1);
    }
    return {};
}

/// Port and path of a node's page: "8404/haproxy?stats".
std::optional<std::string> page_of(const lang::Host& host, const lang::Site& site) {
    for (const lang::Cluster& cluster : site.clusters) {
        if (cluster.kind != "haproxy" || std::find(cluster.nodes.begin(), cluster.nodes.end(), &host) == cluster.nodes.end()) continue;
        const std::string page = setting_text(cluster, "page", "");
        if (const auto at = page.find("://:"); at != std::string::npos) return page.substr(at + 4);
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> page_command(const Invocation& call, const lang::Site& site) {
    const auto request = read_port_request(call);
    const auto page = page_of(call.host, site);
    if (!request || !page) return std::nullopt;
    const std::string asked = fmt::format("{}{}", request->port, request->target);
    if (request->method == "GET" && asked == *page + ";csv") return "show stat";
    if (request->method != "POST" || asked != *page) return std::nullopt;
    const std::string server = fmt::format("{}/{}", field(call.input, "b"), field(call.input, "s"));
    const std::string_view action = field(call.input, "action");
    return action == "shutdown" ? "shutdown sessions server " + server : fmt::format("set server {} state {}", server, action);
}

Answer page_answer(const Invocation& call, const std::string& socket_says) {
    if (call.words.front() == "GET") return {.code = 200, .out = socket_says};
    constexpr std::string_view obeyed = "\n";
    return {.code = 303,
            .err = fmt::format("HTTP/1.1 303 See Other\nLocation: {};st={}", call.words.back(), socket_says == obeyed ? "DONE" : "NONE")};
}

}  // namespace rehearsal
