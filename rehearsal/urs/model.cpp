#include "rehearsal/urs/model.hpp"

#include <fmt/format.h>

#include "rehearsal/core/coreutils.hpp"
#include "rehearsal/core/words.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using Mode = UrsServer::Mode;

/// As long as the longest call.
constexpr lang::Duration draining = 25min;

constexpr std::string_view mode_script = "/usr/local/bin/urs-mode";

int console_of(const lang::Host& host) {
    const auto fact = host.facts.find("console");
    const auto* port = fact == host.facts.end() ? nullptr : std::get_if<std::int64_t>(&fact->second.payload());
    return port == nullptr ? 0 : static_cast<int>(*port);
}

std::string application_of(const lang::Host& host) {
    const auto fact = host.facts.find("application");
    return fact == host.facts.end() ? host.name : fact->second.plain();
}

}  // namespace

Urs Urs::healthy(const lang::Site& site, lang::Time) {
    Urs urs;
    for (const auto& host : site.hosts) {
        const int console = console_of(*host);
        if (console == 0) continue;
        urs.servers_[host->name] = {
            .mode = urs.servers_.empty() ? Mode::Primary : Mode::Backup, .console = console, .application = application_of(*host)};
    }
    return urs;
}

void Urs::advance(lang::Time now, World&) {
    for (auto& [name, server] : servers_) {
        if (server.mode == Mode::Draining && server.drained && *server.drained <= now) server.mode = Mode::Down;
    }
}

std::optional<Answer> Urs::answer(const Invocation& call, World&) {
    const auto it = servers_.find(call.host.name);
    if (it == servers_.end()) return std::nullopt;
    const UrsServer& server = it->second;
    if (call.words.front() == mode_script) {
        if (server.mode == Mode::Down) return Answer{.code = 1, .err = "urs-mode: no URS runs here\n"};
        return Answer{.out = server.mode == Mode::Primary ? "primary\n" : "backup\n", .takes = 300ms};
    }
    const auto request = read_port_request(call);
    if (!request || request->port != server.console) return std::nullopt;
    if (server.mode == Mode::Down) return connection_refused();
    return request->is_tcp() ? Answer{.takes = 2ms} : console(*it, request->target, call.now);
}

Answer Urs::console(Server& asked, const std::string& target, lang::Time now) {
    auto& [name, server] = asked;
    Server* backup = other_than(name);
    if (target == "/urs/console?rollover") return roll_over(server, backup, now);
    if (target != "/urs/console?backup") return {.code = 404, .out = "unknown command\n"};
    if (backup == nullptr || !server.has_backup) return {.code = 200, .out = "no backup\n"};
    const int socket = server.is_connected ? 812 : -1;
    return {.code = 200,
            .out = fmt::format("{}({}:5010,{});{}\n", backup->second.application, backup->first, socket,
                               server.calls_unseen ? "0008a2c4f01b7e93" : "0000000000000000")};
}

Answer Urs::roll_over(UrsServer& server, Server* backup, lang::Time now) {
    if (backup == nullptr || !server.has_backup) return {.code = 200, .out = "no backup\n"};
    if (!server.is_connected || backup->second.mode == Mode::Down) return {.code = 200, .out = "no connection\n"};
    server.mode = Mode::Draining;
    if (!server.never_drained) server.drained = now + draining;
    backup->second.mode = Mode::Primary;
    return {.code = 200, .out = backup->second.application + "\n"};
}

Urs::Server* Urs::other_than(const std::string& name) {
    for (Server& server : servers_) {
        if (server.first != name) return &server;
    }
    return nullptr;
}

void Urs::power_off(const lang::Host& host, lang::Time, World&) {
    const auto it = servers_.find(host.name);
    if (it == servers_.end()) return;
    Server* backup = other_than(host.name);
    if (it->second.mode == Mode::Primary && backup != nullptr && backup->second.mode == Mode::Backup) backup->second.mode = Mode::Primary;
    it->second.mode = Mode::Down;
}

void Urs::power_on(const lang::Host& host, lang::Time, World&) {
    const auto it = servers_.find(host.name);
    if (it == servers_.end()) return;
    const Server* other = other_than(host.name);
    it->second.mode = other != nullptr && other->second.mode == Mode::Primary ? Mode::Backup : Mode::Primary;
    it->second.drained.reset();
}

TroublesOf Urs::troubles() {
    return {
        .system = "urs",
        .troubles = {
            {.form = "urs unseen calls", .doc = "The server has calls that its backup has not seen.", .example = "urs-a: urs unseen calls"},
            {.form = "urs no backup", .doc = "The server has no backup.", .example = "urs-a: urs no backup"},
            {.form = "urs no connection", .doc = "The server is not connected to its backup.", .example = "urs-a: urs no connection"},
            {.form = "urs never drained",
             .doc = "The server is asked to drain its calls and never comes to an end.",
             .example = "urs-a: urs never drained"},
            {.form = "urs down", .doc = "The server is down.", .example = "urs-b: urs down"},
            {.form = "urs primary", .doc = "The server is primary, whatever the other one is.", .example = "urs-b: urs primary"}}};
}

std::optional<std::string> Urs::inject(const lang::Host& host, std::string_view trouble, lang::Time now, World& world, Fault fault) {
    const bool there = fault == Fault::Begins;
    if (!trouble.starts_with("urs ")) return std::nullopt;
    const auto it = servers_.find(host.name);
    if (it == servers_.end()) return fmt::format("{} has no URS: its fact `console` names no port", host.name);
    UrsServer& server = it->second;
    if (trouble == "urs unseen calls") {
        server.calls_unseen = there;
    } else if (trouble == "urs no backup") {
        server.has_backup = !there;
    } else if (trouble == "urs no connection") {
        server.is_connected = !there;
    } else if (trouble == "urs never drained") {
        server.never_drained = there;
    } else if (trouble == "urs down" || trouble == "urs primary") {
        server.mode = !there ? healthy(*world.site, now).servers_.at(host.name).mode : trouble == "urs down" ? Mode::Down : Mode::Primary;
    } else {
        return std::nullopt;
    }
    return "";
}

void Urs::snapshot(std::map<std::string, std::string>& out) const {
    static constexpr std::string_view names[] = {"primary", "backup", "draining", "down"};
    for (const auto& [name, server] : servers_) out[name + " urs"] = names[static_cast<std::size_t>(server.mode)];
}

}  // namespace rehearsal
