#include "stdlib/mysql/client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stdlib/support/scan.hpp"

namespace stdlib::mysql {

namespace {

using lang::Value;
using runtime::Command;
using runtime::Context;
using runtime::Reply;

/// More than anybody waits for an answer.
constexpr std::chrono::seconds longest_look{60};

const lang::Cluster* cluster_with(const lang::Host& host, const lang::Site& site) {
    for (const lang::Cluster& cluster : site.clusters) {
        if (cluster.kind != "mysql") continue;
        const auto machines = lang::machines_of(cluster);
        const auto same = [&](const lang::Host* machine) { return machine->name == host.name; };
        if (std::any_of(machines.begin(), machines.end(), same)) return &cluster;
    }
    return nullptr;
}

const lang::Cluster* cluster_of(const Context& context) {
    return context.site == nullptr || context.host == nullptr ? nullptr : cluster_with(*context.host, *context.site);
}

/// A setting of the host's cluster; empty where nothing was written.
std::string setting(const Context& context, const std::string& key) {
    const lang::Cluster* cluster = cluster_of(context);
    if (cluster == nullptr) return {};
    const auto it = cluster->settings.find(key);
    return it == cluster->settings.end() ? std::string() : it->second.text();
}

/// Nothing where the site names no password.
std::optional<Value> password(const Context& context) {
    const std::string secret = setting(context, "password");
    if (secret.empty()) return std::nullopt;
    if (!context.secret) return Value::unknown(fmt::format("the secret '{}' cannot be read here", secret));
    return context.secret(secret);
}

/// The line with the error: --batch puts the statement and rules before it.
std::string error_line(const Reply& reply) {
    for (const std::string_view line : support::lines(reply.err)) {
        if (line.starts_with("ERROR ")) return support::said(line, 300);
    }
    return support::said(support::first_line(reply.err).empty() ? reply.out : reply.err);
}

std::string_view advice(std::string_view error, int code) {
    const auto is = [&](std::string_view number) { return error.starts_with(fmt::format("ERROR {} ", number)); };
    if (is("1045") || is("1698")) return "check `user` and `password` of the mysql cluster in the site";
    if (is("1044") || is("1142") || is("1227") || is("1095")) return "grant the user what is missing";
    if (is("2002") || is("2003")) return "is the server running?";
    if (is("1205")) return "a transaction or a lock stands in the way: SHOW PROCESSLIST tells whose";
    if (code == 127 || error.find("not found") != std::string_view::npos) return "the mysql client is not installed there";
    return {};
}

std::string refusal(const Reply& reply) {
    const std::string error = error_line(reply);
    const std::string_view hint = advice(error, reply.code);
    const std::string said = error.empty() ? fmt::format("exit {}", reply.code) : error;
    return hint.empty() ? said : fmt::format("{}; {}", said, hint);
}

Command client(const Context& context, std::string sql, AfterError after_error) {
    const std::string user = setting(context, "user");
    const auto secret = password(context);
    const auto found = context.detected.find(detected_client);
    // Where it was not found, what comes of asking all the same says so.
    std::vector<std::string> words = {found == context.detected.end() || found->second.is_unknown() ? "mysql" : found->second.text()};
    const bool logs_in = !user.empty() || secret;
    if (logs_in) words.emplace_back("--defaults-extra-file=/dev/stdin");
    words.insert(words.end(), {"--batch", "-e", std::move(sql)});
    if (after_error == AfterError::GoOn) words.emplace_back("--force");  // -e takes back one that stands before it
    Command command = Command::program(std::move(words));
    if (!logs_in) return command;

    std::vector<runtime::Part> options = {runtime::Verbatim{"[client]\n"}};
    if (!user.empty()) options.push_back(runtime::Verbatim{fmt::format("user={}\n", option_value(user))});
    if (secret) {
        options.push_back(runtime::Verbatim{"password="});
        options.push_back(runtime::Hidden{option_value(secret->secret_bytes())});
        options.push_back(runtime::Verbatim{"\n"});
    }
    command.input(std::move(options));
    // The server knows the user by what is in the file: root is not needed, and a client that ran as root would take any option from it.
    return command.as_login_user();
}

std::string name_of(const Context& context) { return context.host == nullptr ? "the host" : context.host->name; }

}  // namespace

std::string option_value(std::string_view value) {
    std::string out = "\"";
    for (const char c : value) {
        switch (c) {
            case '\\':
                out += "\\\\";
                break;
            case '"':
                out += "\\\"";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += c;
        }
    }
    return out + '"';
}

bool is_database(const lang::Host& host, const lang::Site& site) { return cluster_with(host, site) != nullptr; }

std::string account_of(const Context& context) {
    if (const std::string user = setting(context, "user"); !user.empty()) return user;
    const bool as_root = setting(context, "password").empty() && context.host->become == lang::Become::Sudo;
    return as_root || context.host->user == "root" ? std::string() : context.host->user;
}

std::vector<std::string> known_server() { return {detected_client, detected_server}; }

Server server_of(const Context& context) {
    const auto found = context.detected.find(detected_server);
    return found == context.detected.end() ? Server{} : server_from(found->second);
}

runtime::Read find_client() {
    return {.commands =
                [](const Context&) {
                    return std::vector{Command::script({runtime::Verbatim{"command -v mysql || command -v mariadb"}}).as_login_user()};
                },
            .value = [](std::span<const Reply> replies, const Context& context) -> Value {
                const std::string_view path = support::first_line(replies.front().out);
                for (const std::string_view name : {"mysql", "mariadb"}) {
                    if (replies.front().ok() && path.ends_with(name)) return name;
                }
                return support::unreadable(fmt::format("neither mysql nor mariadb, the client, is installed on {}", name_of(context)),
                                           replies.front().err);
            }};
}

std::vector<Command> ask(const Context& context, std::string_view sql) {
    const auto secret = password(context);
    if (secret && secret->is_unknown()) return {};
    return {client(context, fmt::format("{}{}", server_of(context).limit_looks(longest_look), sql), AfterError::Stop)};
}

Command order(const Context& context, std::string_view sql, std::chrono::seconds limit, AfterError after_error) {
    return client(context, fmt::format("{}{}", server_of(context).limit_changes(limit), sql), after_error);
}

std::optional<std::string> complaint(const Reply& reply, const Context&) {
    if (reply.ok() || reply.ending != runtime::Ending::Exited) return std::nullopt;
    return refusal(reply);
}

std::optional<std::string> complaint_but(int number, const Reply& reply, const Context& context) {
    if (auto failed = complaint(reply, context); failed || !reply.ok()) return failed;
    const std::string passed_over = fmt::format("ERROR {} ", number);
    for (const std::string_view line : support::lines(reply.err)) {
        if (!line.starts_with("ERROR ") || line.starts_with(passed_over)) continue;
        const std::string_view hint = advice(line, reply.code);
        return hint.empty() ? support::said(line, 300) : fmt::format("{}; {}", support::said(line, 300), hint);
    }
    return std::nullopt;
}

Value answered(std::span<const Reply> replies, const Context& context, const Reader& read) {
    if (replies.empty()) {
        const auto secret = password(context);
        return secret && secret->is_unknown() ? *secret : Value::unknown("nothing was asked");
    }
    for (const Reply& reply : replies) {
        if (reply.truncated) return Value::unknown(fmt::format("MySQL's answer on {} was too long to read", name_of(context)));
        if (!reply.ok()) return support::unreadable(fmt::format("MySQL on {}: {}", name_of(context), refusal(reply)), reply.err);
    }
    return read(replies);
}

Statement always(std::string_view sql) {
    return [sql](const Context&) { return std::string(sql); };
}

runtime::Read read(Statement statement, TableReader reader) {
    return {.commands = [statement = std::move(statement)](const Context& context) { return ask(context, statement(context)); },
            .value =
                [reader = std::move(reader)](std::span<const Reply> replies, const Context& context) {
                    return answered(replies, context, [&](std::span<const Reply> all) { return reader(all.front().out); });
                }};
}

runtime::Footprints about(std::string object) {
    return [object = std::move(object)](const Context&) { return std::vector{runtime::Footprint{"mysql", object}}; };
}

}  // namespace stdlib::mysql
