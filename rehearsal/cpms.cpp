#include "rehearsal/cpms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "rehearsal/request.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using State = CpmsServer::State;
using Daemon = CpmsServer::Daemon;

constexpr lang::Duration starting = 40s, stopping = 20s, following = 15s;
constexpr int pop3 = 110, smtp = 25, http = 80;

const lang::Value* fact(const lang::Host& host, std::string_view name) {
    const auto found = host.facts.find(std::string(name));
    return found == host.facts.end() ? nullptr : &found->second;
}

int shutdown_port(const lang::Host& host) {
    const lang::Value* port = fact(host, "shutdown_port");
    return port == nullptr ? 0 : static_cast<int>(port->integer());
}

bool is_balanced(const lang::Host& host) {
    const lang::Value* balanced = fact(host, "balanced");
    return balanced != nullptr && balanced->boolean();
}

/// Is it the last of these scripts, or one before it?
enum class Script { None, OneBefore, Last };
Script which(const lang::Host& host, std::string_view scripts, const std::string& word) {
    const lang::Value* list = fact(host, scripts);
    if (list == nullptr) return Script::None;
    const auto& items = list->items();
    const auto found = std::find_if(items.begin(), items.end(), [&](const lang::Value& item) { return item.text() == word; });
    if (found == items.end()) return Script::None;
    return found + 1 == items.end() ? Script::Last : Script::OneBefore;
}

/// Nothing where nobody listens there.
std::optional<Answer> greeting(const CpmsServer& server, int port) {
    if (port != pop3 && port != smtp && port != http) return std::nullopt;
    if (server.hangs)
        return Answer{.code = ETIME, .err = "it took the connection, and not a word came", .ending = runtime::Ending::NotSent};
    if (server.state != State::Running) return std::nullopt;
    if (port == pop3) return Answer{.out = "+OK CPMS POP3 server ready\n"};
    if (port == smtp) return Answer{.out = "220 mail.example.net ESMTP CPMS\n"};
    return Answer{.code = 200, .out = "<title>Mail</title>\n"};
}

}  // namespace

Cpms Cpms::healthy(const lang::Site& site, lang::Time) {
    Cpms cpms;
    for (const auto& host : site.hosts) {
        if (shutdown_port(*host) == 0) continue;
        const bool first = cpms.servers_.empty();
        cpms.servers_[host->name] = {.state = first ? State::Running : State::Stopped, .is_mounted = first};
        if (first) cpms.balanced_to_ = host->name;
    }
    return cpms;
}

void Cpms::advance(lang::Time now, World&) {
    for (auto& [name, server] : servers_) {
        if (!server.until || *server.until > now) continue;
        if (server.state == State::Starting && !server.does_not_start) server.state = State::Running;
        if (server.is_stopping) {
            server.state = State::Stopped;
            server.is_mounted = server.is_stopping = false;
        }
        server.until.reset();
    }
    const auto other = std::find_if(servers_.begin(), servers_.end(), [&](const auto& entry) {
        return entry.second.state == State::Running && !entry.second.hangs && entry.first != balanced_to_;
    });
    const auto same = servers_.find(balanced_to_);
    const bool serves = same != servers_.end() && same->second.state == State::Running && !same->second.hangs;
    if (other == servers_.end() || serves || balancer_stays_) {
        follows_.reset();
    } else if (!follows_) {
        follows_ = now + following;
    } else if (*follows_ <= now) {
        balanced_to_ = other->first;
        follows_.reset();
    }
}

std::optional<Answer> Cpms::answer(const Invocation& call, World&) {
    const auto request = read_port_request(call);
    if (is_balanced(call.host)) {
        const CpmsServer* server = behind();
        return request && server != nullptr ? greeting(*server, request->port) : std::nullopt;
    }
    const auto it = servers_.find(call.host.name);
    if (it == servers_.end()) return std::nullopt;
    CpmsServer& server = it->second;
    if (!request) return command(server, call);
    if (request->port != shutdown_port(call.host)) return greeting(server, request->port);
    if (server.no_daemon) return std::nullopt;
    if (call.input.empty()) return Answer{.takes = 2ms};
    if (server.daemon == Daemon::IsSilent) return Answer{.takes = 1h};
    if (call.input != "SHUTDOWN_YOUR_SERVICE\n") return Answer{.out = "ERR unknown command\n"};
    if (server.daemon == Daemon::Refuses) return Answer{.out = "ERR a script failed\n"};
    return shut_down(server, call.now);
}

Answer Cpms::shut_down(CpmsServer& server, lang::Time now) {
    if (server.state != State::Stopped || server.is_mounted) {
        server.is_stopping = true;
        server.hangs = false;
        server.until = now + stopping;
    }
    return {.out = "OK shutting down\n"};
}

std::optional<Answer> Cpms::command(CpmsServer& server, const Invocation& call) {
    const auto& words = call.words;
    if (words.front() == "procrun") return Answer{.out = "\"CPMS serves\" is armed again\n"};  // the watch beside it
    const lang::Value* folder = fact(call.host, "folder");
    if (folder != nullptr && words.back() == folder->plain()) {
        if (words.front() == "findmnt") return Answer{.code = server.is_mounted ? 0 : 1};
        if (words.front() == "mount") {
            if (server.is_mounted) return Answer{.code = 32, .err = "mount.nfs: already mounted\n"};
            server.is_mounted = true;
            return Answer{.takes = 800ms};
        }
        if (words.front() == "umount") {
            if (server.state != State::Stopped)
                return Answer{.code = 32, .err = fmt::format("umount: {}: target is busy.\n", words.back())};
            server.is_mounted = false;
            return Answer{.takes = 300ms};
        }
    }
    if (const Script script = which(call.host, "startup", words.front()); script != Script::None) {
        if (!server.is_mounted) return Answer{.code = 1, .err = words.front() + ": no database: is the filer mounted?\n"};
        if (script == Script::Last && server.state == State::Stopped) {
            server.state = State::Starting;
            server.until = call.now + starting;
        }
        return Answer{.takes = 2s};
    }
    if (const Script script = which(call.host, "shutdown", words.front()); script != Script::None) {
        if (script == Script::Last) {
            server.state = State::Stopped;
            server.hangs = false;
            server.until.reset();
        }
        return Answer{.takes = 5s};
    }
    return std::nullopt;
}

const CpmsServer* Cpms::behind() const {
    const auto it = servers_.find(balanced_to_);
    return it == servers_.end() ? nullptr : &it->second;
}

void Cpms::power_off(const lang::Host& host, lang::Time, World&) {
    const auto it = servers_.find(host.name);
    if (it == servers_.end()) return;
    CpmsServer& server = it->second;
    server.state = State::Stopped;
    server.until.reset();
    server.is_mounted = server.is_stopping = server.hangs = false;
}

std::vector<std::string> Cpms::troubles() {
    return {"cpms hangs",          "cpms down",          "cpms does not start", "cpms no daemon",
            "cpms daemon refuses", "cpms daemon silent", "cpms mounted",        "balancer stays"};
}

std::optional<std::string> Cpms::plant(const lang::Host& host, std::string_view trouble, lang::Time, World&) {
    if (trouble == "balancer stays") {
        if (!is_balanced(host)) return fmt::format("{} is no address of a load balancer: its fact `balanced` is not true", host.name);
        balancer_stays_ = true;
        return "";
    }
    if (!trouble.starts_with("cpms ")) return std::nullopt;
    const auto it = servers_.find(host.name);
    if (it == servers_.end()) return fmt::format("{} has no CPMS: its fact `shutdown_port` names no port", host.name);
    CpmsServer& server = it->second;
    if (trouble == "cpms hangs") {
        server.hangs = true;
    } else if (trouble == "cpms down") {
        server.state = State::Stopped;
    } else if (trouble == "cpms does not start") {
        server.does_not_start = true;
    } else if (trouble == "cpms no daemon") {
        server.no_daemon = true;
    } else if (trouble == "cpms daemon refuses") {
        server.daemon = Daemon::Refuses;
    } else if (trouble == "cpms daemon silent") {
        server.daemon = Daemon::IsSilent;
    } else if (trouble == "cpms mounted") {
        server.is_mounted = true;
    } else {
        return std::nullopt;
    }
    return "";
}

void Cpms::snapshot(std::map<std::string, std::string>& out) const {
    static constexpr std::string_view names[] = {"stopped", "starting", "running"};
    for (const auto& [name, server] : servers_) {
        out[name + " cpms"] = names[static_cast<std::size_t>(server.state)];
        out[name + " filer"] = server.is_mounted ? "mounted" : "not mounted";
    }
    if (!balanced_to_.empty()) out["balancer to"] = balanced_to_;
}

}  // namespace rehearsal
