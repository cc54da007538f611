#include "tests/real/jtel/hypervisor.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <sstream>

#include "rehearsal/scheduler.hpp"

namespace real {

using rehearsal::Message;

namespace {

constexpr int look_every = 20;  ///< ms: a machine that went off has gone off for its peers soon after

lang::Host named(const std::string& name) {
    lang::Host host;
    host.name = name;
    return host;
}

Message says(int code, const std::string& out, const std::string& err) {
    return {"answer", std::to_string(code), out, err, "0", std::to_string(static_cast<int>(runtime::Ending::Exited)), "", ""};
}

/// One request, from a client that waits for its answer.
std::optional<Message> receive(int socket) {
    rehearsal::Unpacker unpacker;
    char bytes[4096];
    while (const ssize_t count = recv(socket, bytes, sizeof bytes, 0)) {
        if (count < 0) break;
        unpacker.feed({bytes, static_cast<std::size_t>(count)});
        if (auto message = unpacker.next()) return message;
    }
    return std::nullopt;
}

}  // namespace

lang::Time Pace::now_there() const {
    const auto here = std::chrono::floor<lang::Duration>(std::chrono::system_clock::now());
    return rehearsal::first_moment + std::chrono::duration_cast<lang::Duration>((here - since) * speed);
}

std::map<std::string, std::string> Pace::environment() const {
    return {{"PROCRUN_SPEED", fmt::to_string(speed)}, {"PROCRUN_SINCE", std::to_string(since.time_since_epoch().count())}};
}

Hypervisor::Hypervisor(const std::string& socket, const std::string& site_socket, const Pace& pace, std::map<std::string, Power> machines)
    : pace_(pace), machines_(std::move(machines)), site_(site_socket), listener_(rehearsal::listen_at(socket)) {
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

void Hypervisor::serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        follow_power();
        pollfd waiting{.fd = listener_.number(), .events = POLLIN, .revents = 0};
        if (poll(&waiting, 1, look_every) <= 0) continue;
        const runtime::Descriptor client(accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
        const auto request = client ? receive(client.number()) : std::nullopt;
        if (!request) continue;
        const std::string bytes = rehearsal::pack(answer(*request));
        send(client.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
}

Message Hypervisor::answer(const Message& request) {
    if (request.size() != 5) return {"error", "this is not a command"};
    std::istringstream words(request[3]);
    std::string virsh, verb, name;
    words >> virsh >> verb >> name;
    const auto machine = machines_.find(name);
    if (machine == machines_.end()) return says(1, "", fmt::format("error: failed to get domain '{}'\n", name));
    const bool is_off = machine->second.is_off();
    if (verb == "domstate") return says(0, is_off ? "shut off\n\n" : "running\n\n", "");
    if (verb != "start") return says(1, "", fmt::format("error: unknown command: '{}'\n", verb));
    if (!is_off) return says(1, "", "error: Domain is already active\n");
    power_on(name);
    return says(0, fmt::format("Domain '{}' started\n\n", name), "");
}

/// The simulated half first, so that nobody finds a machine that is up and knows nothing of its storage.
void Hypervisor::power_on(const std::string& name) {
    follow_power();
    tell_site("virsh start " + name);
    simulated_off_[name] = false;
    const bool up = eventually([&] { return std::holds_alternative<rehearsal::Reached>(site_.reach(named(name), pace_.now_there())); });
    CHECK_MESSAGE(up, "the simulated half of ", name, " does not come up");
    machines_.at(name).on();
}

void Hypervisor::follow_power() {
    for (const auto& [name, power] : machines_) {
        if (simulated_off_[name] || !power.is_off()) continue;
        tell_site("virsh destroy " + name);
        simulated_off_[name] = true;
    }
}

void Hypervisor::tell_site(const std::string& line) {
    site_.run(named("vmhost1"), {.text = line, .shown = line, .input = {}}, pace_.now_there());
}

}  // namespace real
