#include "rehearsal/replies/model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rehearsal/core/coreutils.hpp"
#include "rehearsal/core/words.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using Said = lang::SimulatedReply::Said;

constexpr std::string_view trouble_begins = "command fails ";

/// "GET http://10.0.0.11:8080/health" as a site file has it: "GET http://:8080/health".
std::string without_address(std::string url) {
    const std::size_t address = url.find("://");
    if (address == std::string::npos) return url;
    const std::size_t slash = std::min(url.find('/', address + 3), url.size());
    const std::size_t port = url.rfind(':', slash);
    if (port != std::string::npos && port > address) url.erase(address + 3, port - address - 3);
    return url;
}

/// `--` only parts options from names: verbs send it, and people leave it out.
std::string key_of_words(const std::vector<std::string>& words) {
    std::string key;
    for (const std::string& word : words) {
        if (word != "--") key += word + '\0';
    }
    return key;
}

Answer answer_of(const Said& said, const std::string& asked, const lang::Host& host, const std::string& place) {
    const bool request = lang::is_request(asked);
    Answer answer = said.refused ? connection_refused() : Answer{.code = said.status, .out = said.text};
    answer.rests_on = fmt::format("`{}` on {} ({})", asked, host.name, place);
    if (request || said.text.empty()) return answer;
    answer.out += '\n';  // what a command writes are lines
    if (said.status != 0) std::swap(answer.out, answer.err);
    return answer;
}

/// What is said where only an `after` names it.
Said said_of_success(const std::string& asked) {
    const bool is_http = lang::is_request(asked) && !asked.starts_with("tcp://");
    return {.refused = false, .status = is_http ? 200 : 0, .text = {}};
}

Said said_of_failure(const std::string& asked) { return {.refused = lang::is_request(asked), .status = 1, .text = asked + ": failed"}; }

bool is_among(const std::vector<const lang::Host*>& hosts, const lang::Host& host) {
    return std::any_of(hosts.begin(), hosts.end(), [&](const lang::Host* one) { return one->name == host.name; });
}

}  // namespace

Replies Replies::healthy(const lang::Site& site, lang::Time) {
    Replies replies;
    for (const lang::SimulatedReply& written : site.replies) {
        One& one = replies.all_.emplace_back();
        one.written = &written;
        one.key = key_of(written.asked);
        for (const lang::SimulatedReply::Change& change : written.changes) one.after.push_back(key_of(change.after));
        for (const lang::Host* host : written.hosts) one.now[host->name] = 0;
    }
    return replies;
}

std::string Replies::key_of(std::string_view script) {
    if (lang::is_request(script)) return std::string(script);
    const auto commands = read_script(script);
    if (!commands || commands->size() != 1) return std::string(script);
    const SimpleCommand& only = commands->front();
    return only.out_dropped || only.err_dropped || only.err_to_out ? std::string(script) : key_of_words(only.words);
}

std::string Replies::key_of(const Invocation& call) {
    if (read_port_request(call)) return without_address(fmt::format("{}", fmt::join(call.words, " ")));
    if (call.words.size() == 2 && call.words.front() == "powershell") return call.words.back();
    return key_of_words(call.words);
}

std::optional<Answer> Replies::said(const lang::Host& host, const std::string& key) const {
    for (const One& one : all_) {
        if (one.key != key || !one.now.contains(host.name)) continue;
        const std::string& asked = one.written->asked;
        return answer_of(fails(host, key) ? said_of_failure(asked) : one.said_by(host.name), asked, host, one.written->place);
    }
    return std::nullopt;
}

std::optional<Answer> Replies::answer(const Invocation& call, World&) { return said(call.host, key_of(call)); }

std::optional<Answer> Replies::answer_script(const lang::Host& host, std::string_view script) const { return said(host, key_of(script)); }

std::optional<Answer> Replies::answer_named(const lang::Host& host, const std::string& key) const {
    for (const One& one : all_) {
        for (std::size_t i = 0; i < one.after.size(); ++i) {
            const lang::SimulatedReply::Change& change = one.written->changes[i];
            if (one.after[i] != key || !is_among(change.on.empty() ? one.written->hosts : change.on, host)) continue;
            return answer_of(fails(host, key) ? said_of_failure(change.after) : said_of_success(change.after), change.after, host,
                             one.written->place);
        }
    }
    return std::nullopt;
}

void Replies::happened(const lang::Host& host, const std::string& key) {
    for (One& one : all_) {
        for (std::size_t i = 0; i < one.after.size(); ++i) {
            if (one.after[i] != key) continue;
            const std::vector<const lang::Host*>& on = one.written->changes[i].on;
            for (auto& [name, now] : one.now) {
                if (on.empty() ? name == host.name : is_among(on, host)) now = i + 1;
            }
        }
    }
}

TroublesOf Replies::troubles() {
    return {
        .system = "replies",
        .troubles = {{.form = "command fails COMMAND",
                      .doc = "A command that a `reply` of the site names ends with exit status 1, and nothing changes after it; a request "
                             "is refused.",
                      .example = "db2: command fails pg_ctl promote"}}};
}

std::optional<std::string> Replies::inject(const lang::Host& host, std::string_view trouble, lang::Time, World&, Fault fault) {
    if (!trouble.starts_with(trouble_begins)) return std::nullopt;
    const std::string command(trouble.substr(trouble_begins.size()));
    const std::string key = key_of(command);
    if (!said(host, key) && !answer_named(host, key))
        return fmt::format("no `reply` of the site names \"{}\" on {}: write `{}`", command, host.name, reply_to_write(host, command));
    if (fault == Fault::Begins)
        failing_.insert({host.name, key});
    else
        failing_.erase({host.name, key});
    return std::string();
}

void Replies::snapshot(std::map<std::string, std::string>& out) const {
    for (const One& one : all_) {
        for (const auto& [host, now] : one.now) {
            const Said& said = one.said_by(host);
            out[fmt::format("{} reply {}", host, one.written->asked)] =
                said.refused ? "refused" : fmt::format("{} {}", said.status, said.text);
        }
    }
    for (const auto& [host, key] : failing_) out[fmt::format("{} fails {}", host, key)] = "yes";
}

std::string reply_to_write(const lang::Host& host, std::string_view asked) {
    // As a text of the language.
    return fmt::format("reply {} on {} = \"…\"", lang::Value(without_address(std::string(asked))).show(), host.name);
}

}  // namespace rehearsal
