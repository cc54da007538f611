#include "stdlib/haproxy/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "stdlib/haproxy/read/server.hpp"
#include "stdlib/haproxy/read/table.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::haproxy {

namespace {

using lang::Value;
using runtime::Command;
using runtime::Context;
using runtime::HttpRequest;
using runtime::Reply;

const lang::Cluster* cluster_with_page(const Context& context) {
    if (context.site == nullptr || context.host == nullptr) return nullptr;
    for (const lang::Cluster& cluster : context.site->clusters) {
        const auto here = [&](const lang::Host* node) { return node->name == context.host->name; };
        if (cluster.kind == "haproxy" && cluster.settings.contains("page") && std::any_of(cluster.nodes.begin(), cluster.nodes.end(), here))
            return &cluster;
    }
    return nullptr;
}

std::string setting_of(const lang::Cluster& cluster, const std::string& key) {
    const auto it = cluster.settings.find(key);
    return it == cluster.settings.end() ? std::string() : it->second.text();
}

/// "http://:8404/haproxy?stats" as a request; nothing where it is none.
std::optional<HttpRequest> request_of(std::string_view page) {
    const bool tls = page.starts_with("https://:");
    if (!tls && !page.starts_with("http://:")) return std::nullopt;
    page.remove_prefix(page.find("://:") + 4);
    const auto slash = page.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto port = support::integer(page.substr(0, slash));
    if (!port || runtime::no_port(*port) || runtime::no_target(page.substr(slash))) return std::nullopt;
    return HttpRequest{.target = std::string(page.substr(slash)), .port = static_cast<int>(*port), .tls = tls};
}

/// What cannot be read so has port 0, which is refused with the reason before it is sent.
HttpRequest request(const Context& context, std::string method) {
    const lang::Cluster& cluster = *cluster_with_page(context);
    HttpRequest made = request_of(setting_of(cluster, "page")).value_or(HttpRequest{.port = 0});
    made.method = std::move(method);
    made.user = setting_of(cluster, "user");
    if (const std::string secret = setting_of(cluster, "password"); !secret.empty()) {
        const Value password = context.secret(secret);
        if (!password.is_unknown()) made.password.bytes = password.secret_bytes();
    }
    return made;
}

/// What a status says about who wants the server out.
Value admin_of(std::string_view status) {
    const auto only = [](std::string_view name) { return Value::list({Value::member(admin_type(), name)}); };
    if (status == "MAINT") return only("ForcedMaint");
    if (status.starts_with("MAINT (via")) return only("InheritedMaint");
    if (status == "MAINT (resolution)") return only("ResolutionMaint");
    if (status.starts_with("DRAIN")) return only("ForcedDrain");
    if (status.starts_with("UP") || status == "no check") return Value::list({});
    return Value::unknown(fmt::format("the page does not tell whether somebody wants a server out that is '{}'", status));
}

struct Outcome {
    std::string_view word, means;
};
constexpr std::array outcomes{
    Outcome{"NONE", "nothing was changed: it is so already, or it knows no such server"},
    Outcome{"PART", "only a part of it was done"},
    Outcome{"DENY", "it lets nobody give orders: it must be configured with `stats admin`"},
    Outcome{"ERRP", "it could not read the form"},
    Outcome{"EXCD", "the form was too long for it"},
};

/// The word with which it redirects after a form.
std::optional<std::string_view> outcome_of(const Reply& reply) {
    constexpr std::string_view mark = ";st=";
    const auto at = reply.err.find(mark);
    if (reply.status != 303 || at == std::string::npos) return std::nullopt;
    return std::string_view(reply.err).substr(at + mark.size(), 4);
}

}  // namespace

std::optional<std::string> no_page(std::string_view page) {
    if (request_of(page)) return std::nullopt;
    return fmt::format("a page is written \"http://:8404/haproxy?stats\", for the address is that of each node, and this is {}",
                       Value(page).show());
}

bool has_page(const Context& context) { return cluster_with_page(context) != nullptr; }

Command show_page(const Context& context) {
    HttpRequest csv = request(context, "GET");
    csv.target += ";csv";
    return Command::request(std::move(csv));
}

Value servers_from_page(const Reply& reply) {
    if (!reply.ok()) return support::unreadable(fmt::format("HAProxy's page was expected: {}", reply.describe()), reply.out);
    const auto table = stat_table(reply.out);
    if (!table)
        return support::unreadable(fmt::format("the table of HAProxy's page was expected; {}", support::quoted_output(reply.out)),
                                   reply.out);
    std::vector<Value> servers;
    for (const Row& row : *table) {
        if (row.at("type") == "2") servers.push_back(server_from(row, admin_of(row.at("status"))));
    }
    return Value::list(std::move(servers));
}

Command fill_in(const Context& context, const Value& servers, std::string_view action) {
    HttpRequest form = request(context, "POST");
    form.headers = {{.name = "Content-Type", .value = "application/x-www-form-urlencoded"}};
    std::string body;
    for (const Value& server : servers.items()) body += fmt::format("s={}&", server.field("server").text());
    body += fmt::format("action={}&b={}", action, servers.items().empty() ? "" : servers.items().front().field("backend").text());
    return Command::request(std::move(form)).input({runtime::Quoted{body}});
}

std::optional<std::string> too_many_for_page(const Value& servers) {
    for (const Value& server : servers.items()) {
        if (server.field("backend").text() != servers.items().front().field("backend").text())
            return "it stands in several back ends, and HAProxy's page takes orders for one: name it with `backend:`";
    }
    return std::nullopt;
}

std::optional<std::string> page_complaint(const Reply& reply) {
    const auto word = outcome_of(reply);
    if (!word) return fmt::format("HAProxy's page did not take the form: {}", reply.describe());
    if (*word == "DONE") return std::nullopt;
    for (const Outcome& outcome : outcomes) {
        if (*word == outcome.word) return fmt::format("HAProxy's page says {}: {}", *word, outcome.means);
    }
    return fmt::format("HAProxy's page says {}", *word);
}

bool page_says_done(const Reply& reply) {
    const auto word = outcome_of(reply);
    return word == "DONE" || word == "NONE";
}

}  // namespace stdlib::haproxy
