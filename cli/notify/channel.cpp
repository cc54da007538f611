#include "cli/notify/channel.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "runtime/connection/local.hpp"
#include "runtime/connection/net/http.hpp"
#include "runtime/connection/net/mail.hpp"
#include "runtime/shell/dialect.hpp"

namespace cli {

namespace {

using lang::Notified;

std::string message_of(const Notice& notice) { return notice.text.empty() ? notice.title : notice.title + "\n" + notice.text; }

std::map<std::string, nlohmann::json> values_of(const Notice& notice, const NoticeContext& context) {
    return {{"message", message_of(notice)},     {"title", notice.title},          {"text", notice.text},
            {"about", name(notice.about)},       {"procedure", context.procedure}, {"site", context.site},
            {"operator", context.operator_name}, {"machine", context.machine},     {"run", context.run}};
}

/// "https://hooks.example.org:8443/services/T0" taken apart.
struct Url {
    lang::Host host;
    runtime::HttpRequest request;
};

std::optional<Url> read_url(std::string_view url) {
    Url read;
    read.request.tls = url.starts_with("https://");
    if (!read.request.tls && !url.starts_with("http://")) return std::nullopt;
    url.remove_prefix(url.find("://") + 3);
    const std::size_t slash = std::min(url.find('/'), url.size());
    std::string_view authority = url.substr(0, slash);
    read.request.target = slash == url.size() ? "/" : std::string(url.substr(slash));
    read.request.port = read.request.tls ? 443 : 80;
    const std::size_t colon = authority.rfind(':');
    if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
        const std::string_view port = authority.substr(colon + 1);
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), read.request.port);
        if (error != std::errc{} || end != port.data() + port.size()) return std::nullopt;
        authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
    if (authority.empty() || authority.find('@') != std::string_view::npos) return std::nullopt;
    if (runtime::no_port(read.request.port) || runtime::no_target(read.request.target)) return std::nullopt;
    read.host.name = read.host.address = authority;
    return read;
}

class Sending {
  public:
    Sending(const Notified& to, const Notice& notice, const NoticeContext& run, const ChannelContext& context)
        : to_(to), notice_(notice), run_(run), context_(context) {}

    std::optional<std::string> done() {
        switch (to_.way) {
            case Notified::Way::Mail:
                return by_mail();
            case Notified::Way::Webhook:
                return by_webhook();
            case Notified::Way::Command:
                return by_command();
        }
        return std::nullopt;
    }

  private:
    std::optional<std::string> by_mail() {
        const auto password = secret(to_.password);
        if (!password) return why_;
        return runtime::send_mail({.server = to_.server,
                                   .plain = to_.plain,
                                   .ca_file = to_.ca_file,
                                   .user = to_.user,
                                   .password = *password,
                                   .from = to_.from,
                                   .to = to_.to,
                                   .subject = fmt::format("[procrun] {}", notice_.title),
                                   .text = message_of(notice_)},
                                  context_.scheduler.wall(), longest_sending);
    }

    std::optional<std::string> by_webhook() {
        const auto url = to_.server_secret ? secret(to_.server_secret) : std::optional(to_.server);
        const auto token = secret(to_.token);
        if (!url || !token) return why_;
        auto read = read_url(*url);
        if (!read) return to_.server_secret ? fmt::format("the secret {} is not a URL", *to_.server_secret) : to_.server + " is not a URL";
        runtime::HttpRequest& request = read->request;
        request.method = "POST";
        request.files.ca = to_.ca_file;
        request.headers = {{.name = "Content-Type", .value = "application/json"}};
        if (to_.token) request.headers.push_back({.name = "Authorization", .value = "Bearer " + *token, .is_secret = true});
        const std::string body = webhook_body(to_.body, notice_, run_);
        if (!nlohmann::json::accept(body)) return "its `body` is not JSON: a placeholder such as $title stands without quotes";
        const runtime::Reply reply = runtime::ask_over_http(
            {.host = read->host, .until = until(), .scheduler = context_.scheduler, .stop = context_.stop}, request, body);
        if (reply.ending != runtime::Ending::Exited) return reply.describe();
        return reply.code >= 200 && reply.code < 300 ? std::nullopt : std::optional(fmt::format("HTTP {}", reply.code));
    }

    std::optional<std::string> by_command() {
        std::string line;
        for (const std::string& word : to_.command) line += (line.empty() ? "" : " ") + runtime::posix_quote(word);
        lang::Host here;
        here.name = "this machine";
        const auto connection = runtime::local_connections(context_.scheduler, context_.stop)(here);
        runtime::Line command;
        command.text = command.shown = line;
        command.input = message_of(notice_);
        const runtime::Reply reply = runtime::execute(*connection, command, longest_sending, context_.scheduler, context_.stop);
        return reply.ok() ? std::nullopt : std::optional(reply.describe());
    }

    /// Empty where none is named; nothing, and `why_`, where it cannot be had.
    std::optional<std::string> secret(const std::optional<std::string>& name) {
        if (!name) return std::string();
        const lang::Value value = context_.secret(*name);
        if (!value.is_unknown()) return value.secret_bytes();
        why_ = value.why_unknown().why;
        return std::nullopt;
    }

    runtime::Time until() const { return runtime::Deadline::after(context_.scheduler.now(), longest_sending).time(); }

    const Notified& to_;
    const Notice& notice_;
    const NoticeContext& run_;
    const ChannelContext& context_;
    std::string why_;
};

}  // namespace

std::string webhook_body(const std::string& written, const Notice& notice, const NoticeContext& context) {
    const std::string pattern = written.empty() ? "{\"text\": $message}" : written;
    const auto values = values_of(notice, context);
    std::string body;
    for (std::size_t at = 0; at < pattern.size();) {
        std::size_t end = at + 1;
        while (pattern[at] == '$' && end < pattern.size() && pattern[end] >= 'a' && pattern[end] <= 'z') ++end;
        const auto value = values.find(pattern.substr(at + 1, end - at - 1));
        body += pattern[at] == '$' && value != values.end() ? value->second.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                                                            : pattern.substr(at, end - at);
        at = end;
    }
    return body;
}

std::optional<std::string> send(const Notified& to, const Notice& notice, const NoticeContext& run, const ChannelContext& context) {
    const auto why = Sending(to, notice, run, context).done();
    return why ? std::optional(context.mask(*why)) : std::nullopt;
}

}  // namespace cli
