#include "rehearsal/serve/client.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>

#include "rehearsal/scheduler.hpp"

namespace rehearsal {

namespace {

std::string show_time(lang::Time at) { return std::to_string(at.time_since_epoch().count()); }

std::int64_t number(const std::string& text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::optional<Message> receive(int socket) {
    Unpacker unpacker;
    char bytes[65536];
    for (;;) {
        const ssize_t count = recv(socket, bytes, sizeof bytes, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return std::nullopt;
        unpacker.feed({bytes, static_cast<std::size_t>(count)});
        if (auto message = unpacker.next()) return message;
        if (unpacker.is_broken()) return std::nullopt;
    }
}

}  // namespace

RemoteSite::Exchange RemoteSite::ask(const Message& request) {
    const std::lock_guard lock(mutex_);
    if (!socket_) socket_ = connect_to(path_);
    if (!socket_) return {};
    Exchange exchange{.answer = {}, .sent = true};
    if (send_all(socket_.number(), pack(request))) {
        if (auto answer = receive(socket_.number()); answer && !answer->empty()) exchange.answer = std::move(*answer);
    }
    if (exchange.answer.empty()) socket_ = Descriptor();
    return exchange;
}

Reachability RemoteSite::reach(const lang::Host& host, lang::Time at) {
    const Message request{"reach", show_time(at), host.name};
    Message answer = ask(request).answer;
    if (answer.empty()) answer = ask(request).answer;  // The site was restarted, perhaps: the second time makes a new link.
    if (answer.size() == 2 && answer[0] == "reached") return Reached{static_cast<int>(number(answer[1]))};
    if (answer.size() == 4 && answer[0] == "refused")
        return Refused{.why = answer[1], .after_waiting = answer[2] == "1", .keeps_links = answer[3] == "1"};
    if (answer.size() == 2) return Refused{.why = answer[1]};
    return Refused{.why = "no simulated site answers at " + path_};
}

Answer RemoteSite::run(const lang::Host& host, const runtime::Line& line, lang::Time at) {
    const Exchange exchange = ask({"run", show_time(at), host.name, line.text, line.input});
    const Message& answer = exchange.answer;
    if (answer.size() == 8 && answer[0] == "answer") {
        return {.code = static_cast<int>(number(answer[1])),
                .out = answer[2],
                .err = answer[3],
                .takes = lang::Duration(number(answer[4])),
                .ending = static_cast<runtime::Ending>(number(answer[5])),
                .mend = answer[6],
                .rests_on = answer[7]};
    }
    const bool refused = answer.size() == 2 && answer[0] == "error";
    const std::string why = refused ? answer[1] : "the simulated site at " + path_ + " does not answer";
    return {.err = why, .ending = exchange.sent && !refused ? runtime::Ending::LinkLost : runtime::Ending::NotSent};
}

lang::Time RemoteSite::now() {
    const Message answer = ask({"now"}).answer;
    return answer.size() == 2 && answer[0] == "now" ? lang::Time(lang::Duration(number(answer[1]))) : first_moment;
}

bool RemoteSite::answers() { return !ask({"now"}).answer.empty(); }

std::optional<std::string> RemoteSite::inject(std::string_view trouble, Fault fault, lang::Time at) {
    const bool begins = fault == Fault::Begins;
    const Message answer = ask({begins ? "inject" : "cure", show_time(at), std::string(trouble)}).answer;
    if (answer.size() == 1 && answer[0] == (begins ? "injected" : "cured")) return std::nullopt;
    return answer.size() == 2 ? answer[1] : "no simulated site answers at " + path_;
}

std::optional<std::vector<std::string>> RemoteSite::troubles(lang::Time at) {
    Message answer = ask({"troubles", show_time(at)}).answer;
    if (answer.empty() || answer[0] != "troubles") return std::nullopt;
    answer.erase(answer.begin());
    return answer;
}

std::optional<std::map<std::string, std::string>> RemoteSite::snapshot(lang::Time at) {
    const Message answer = ask({"snapshot", show_time(at)}).answer;
    if (answer.empty() || answer[0] != "snapshot") return std::nullopt;
    std::map<std::string, std::string> state;
    for (std::size_t i = 1; i + 1 < answer.size(); i += 2) state[answer[i]] = answer[i + 1];
    return state;
}

}  // namespace rehearsal
