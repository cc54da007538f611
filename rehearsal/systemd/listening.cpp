// What the services of a machine answer at its ports: as the fact `listens` has it, while its units run.
#include <algorithm>

#include "rehearsal/core/coreutils.hpp"
#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/words.hpp"
#include "rehearsal/systemd/model.hpp"

namespace rehearsal {

namespace {

/// "http://:8080/health", "tcp://:5432" as a request that reached the machine.
std::optional<PortRequest> read_listens(const lang::Host& host, const std::string& listens) {
    std::vector<std::string> words{listens};
    if (!listens.starts_with("tcp://")) words.insert(words.begin(), "GET");
    return read_port_request({.host = host, .words = std::move(words), .input = {}, .now = {}});
}

}  // namespace

std::optional<Answer> Systemd::listening(const Invocation& call) const {
    const auto asked = read_port_request(call);
    if (!asked) return std::nullopt;
    bool is_port = false, is_page = false;
    for (const std::string& listens : fact_texts(call.host, "listens")) {
        const auto here = read_listens(call.host, listens);
        if (!here || here->port != asked->port) continue;
        is_port = true;
        is_page = is_page || (asked->method == "GET" && here->target == asked->target);
    }
    if (!is_port) return std::nullopt;
    const Units& units = machines_.at(call.host.name);
    const bool all_run = std::all_of(units.begin(), units.end(), [](const auto& one) { return one.second.state == Unit::State::Active; });
    if (!all_run) return connection_refused();
    if (asked->is_tcp()) return Answer{};
    return is_page ? std::optional(Answer{.code = 200}) : std::nullopt;
}

}  // namespace rehearsal
