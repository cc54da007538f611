// `notify`: who is told of a run.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "lang/check/declarations/records.hpp"
#include "lang/check/declarations/sites.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

using Way = Notified::Way;
using About = Notified::About;

constexpr std::array<std::pair<const char*, Way>, 3> ways{{{"mail", Way::Mail}, {"webhook", Way::Webhook}, {"command", Way::Command}}};
constexpr std::array<std::pair<const char*, About>, 5> abouts{
    {{"begin", About::Begin}, {"question", About::Question}, {"failure", About::Failure}, {"end", About::End}, {"watch", About::Watch}}};

/// What stands in the body of a webhook for what is told.
const std::vector<std::string>& placeholders() {
    static const std::vector<std::string> all{"message", "title", "text", "about", "procedure", "site", "operator", "machine", "run"};
    return all;
}

template <std::size_t N, typename T>
std::vector<std::string> words(const std::array<std::pair<const char*, T>, N>& table) {
    std::vector<std::string> all;
    for (const auto& [word, value] : table) all.emplace_back(word);
    return all;
}

class NotifiedReader {
  public:
    NotifiedReader(const ast::RecordDecl& written, Environment& environment)
        : environment_(environment), record_(written, environment), notified_{.name = written.name.text, .span = written.name.span} {}

    Notified read() {
        const ast::Entry* by = record_.find("by");
        const auto way = by == nullptr ? std::nullopt : record_.word(*by, words(ways));
        if (by == nullptr) lacks("by", fmt::format("how it is told, {}", listing(words(ways))));
        if (!way) return std::move(notified_);
        notified_.way = std::find_if(ways.begin(), ways.end(), [&](const auto& one) { return *way == one.first; })->second;
        for (const ast::Entry* entry : record_.entries()) {
            if (entry != by) take(*entry);
        }
        if (record_.find("about") == nullptr) {
            for (const auto& [word, about] : abouts) notified_.about.insert(about);
        }
        is_complete();
        return std::move(notified_);
    }

  private:
    void take(const ast::Entry& entry) {
        const std::string& key = entry.key.text;
        if (key == "about") return about(entry);
        const std::vector<std::string> known = keys();
        if (std::find(known.begin(), known.end(), key) == known.end())
            return record_.unknown_key(entry, known, fmt::format("told by {}, it takes {}", word(), listing(known)));
        if (key == "to") notified_.to = texts(entry);
        if (key == "command") notified_.command = texts(entry);
        if (key == "from") notified_.from = record_.text(entry).value_or("");
        if (key == "user") notified_.user = record_.text(entry).value_or("");
        if (key == "server") server(entry, {"smtp://", "smtps://"});
        if (key == "url") url(entry);
        if (key == "body") body(entry);
        if (key == "ca_file") notified_.ca_file = record_.text(entry).value_or("");
        if (key == "tls") notified_.plain = record_.word(entry, {"required", "none"}) == "none";
        if (key == "password") notified_.password = record_.secret(entry);
        if (key == "token") notified_.token = record_.secret(entry);
    }

    std::vector<std::string> keys() const {
        switch (notified_.way) {
            case Way::Mail:
                return {"about", "server", "to", "from", "user", "password", "tls", "ca_file"};
            case Way::Webhook:
                return {"about", "url", "body", "token", "ca_file"};
            case Way::Command:
                return {"about", "command"};
        }
        return {};
    }

    const char* word() const {
        return std::find_if(ways.begin(), ways.end(), [&](const auto& one) { return one.second == notified_.way; })->first;
    }

    void about(const ast::Entry& entry) {
        for (const std::string& word : record_.words(entry, words(abouts)))
            notified_.about.insert(std::find_if(abouts.begin(), abouts.end(), [&](const auto& one) { return word == one.first; })->second);
    }

    std::vector<std::string> texts(const ast::Entry& entry) {
        if (std::holds_alternative<ast::TextLiteral>(entry.value.node)) {
            const auto one = record_.text(entry);
            return one ? std::vector{*one} : std::vector<std::string>{};
        }
        std::vector<std::string> all;
        const auto list = constant_of(entry.value, Type::list_of(Kind::Text), fmt::format("`{}`", entry.key.text), environment_);
        if (list) {
            for (const Value& item : list->items()) all.push_back(item.text());
        }
        return all;
    }

    void server(const ast::Entry& entry, const std::vector<std::string>& schemes) {
        const auto text = record_.text(entry);
        if (!text) return;
        notified_.server = *text;
        if (std::any_of(schemes.begin(), schemes.end(),
                        [&](const std::string& scheme) { return text->starts_with(scheme) && text->size() > scheme.size(); }))
            return;
        environment_.report.error("E0406", entry.value.span,
                                  fmt::format("`{}` begins with {}", entry.key.text, fmt::join(schemes, " or ")));
    }

    /// A text, or a secret: in the URL of many a service stands what allows to send.
    void url(const ast::Entry& entry) {
        if (std::holds_alternative<ast::TextLiteral>(entry.value.node)) return server(entry, {"http://", "https://"});
        notified_.server_secret = record_.secret(entry);
    }

    void body(const ast::Entry& entry) {
        notified_.body = record_.text(entry).value_or("");
        for (std::size_t at = notified_.body.find('$'); at != std::string::npos; at = notified_.body.find('$', at + 1)) {
            std::size_t end = at + 1;
            while (end < notified_.body.size() && notified_.body[end] >= 'a' && notified_.body[end] <= 'z') ++end;
            const std::string name = notified_.body.substr(at + 1, end - at - 1);
            if (std::find(placeholders().begin(), placeholders().end(), name) != placeholders().end()) continue;
            environment_.report.error("E0406", entry.value.span, fmt::format("`${}` stands for nothing that is told", name))
                .help(suggestion(name, placeholders(), fmt::format("there are {}", listing(placeholders()))));
        }
    }

    void is_complete() {
        const bool has_errors = environment_.report.has_errors();
        if (has_errors) return;
        if (notified_.way == Way::Mail) {
            if (notified_.server.empty()) lacks("server", "the mail server, \"smtp://mail.example.org:587\"");
            if (notified_.to.empty()) lacks("to", "one address or several");
            if (notified_.from.empty()) lacks("from", "the address that sends");
        }
        if (notified_.way == Way::Webhook && notified_.server.empty() && !notified_.server_secret) lacks("url", "a URL or a secret");
        if (notified_.way == Way::Command && notified_.command.empty()) lacks("command", "a program and its arguments");
    }

    void lacks(std::string_view key, std::string_view what) {
        environment_.report.error("E0421", notified_.span, fmt::format("`notify {}` does not say `{}`", notified_.name, key))
            .help(fmt::format("add `{}`: {}", key, what));
    }

    Environment& environment_;
    Record record_;
    Notified notified_;
};

}  // namespace

void declare_notified(const Declarations& all, Environment& environment) {
    ByName<Span> first;
    for (const auto& [written, span] : all.notified) {
        const auto [known, is_new] = first.try_emplace(written->name.text, written->name.span);
        if (!is_new) {
            environment.report.error("E0203", written->name.span, fmt::format("two `notify` are called `{}`", written->name.text))
                .label("a second one")
                .see(known->second, "the first one");
        }
        environment.site->notified.push_back(NotifiedReader(*written, environment).read());
    }
}

}  // namespace lang::checker
