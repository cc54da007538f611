#include "runtime/interpret/effects/mark.hpp"

#include <fmt/format.h>

namespace runtime {

using Is = LockState::Is;

FiredMark::FiredMark(const lang::Site& site, std::string_view file, std::string_view text, HostConnections& connections)
    : hosts_(site.lock_hosts), mark_(mark_name(site, file, text), connections) {}

FiredMark::Taken FiredMark::take(const LockNote& note) {
    bool is_ours = hosts_.empty();
    std::string untold;
    for (const lang::Host* host : hosts_) {
        const LockState state = mark_.take(*host, note);
        if (state.is == Is::Held && state.note.token == note.token) {
            is_ours = true;
        } else if (state.is == Is::Held) {
            give_back(note.token);
            return {Taken::Is::Theirs, fmt::format("{}: {}", host->name, describe(state.note))};
        } else if (state.is == Is::Nameless) {
            give_back(note.token);
            return {Taken::Is::Theirs, fmt::format("{}: {} is there, and nothing says whose it is", host->name, state.where)};
        } else {
            untold += fmt::format("{}{}: {}", untold.empty() ? "" : "; ", host->name,
                                  state.is == Is::Obstacle ? fmt::format("{} is {}", state.where, state.why) : state.why);
        }
    }
    if (is_ours) return {Taken::Is::Ours};
    return {Taken::Is::Untold, std::move(untold)};
}

void FiredMark::give_back(const std::string& token) {
    for (const lang::Host* host : hosts_) mark_.release(*host, token);
}

std::vector<std::string> FiredMark::clear() {
    std::vector<std::string> left;
    for (const lang::Host* host : hosts_) {
        LockState state = mark_.look(*host, lock_patience);
        if (state.is == Is::Held || state.is == Is::Nameless) state = mark_.release(*host, state.note.token);
        if (state.is == Is::Free) continue;
        if (state.is == Is::Unknown)
            left.push_back(fmt::format("{}: {}", host->name, state.why));
        else if (state.is == Is::Obstacle)
            left.push_back(describe_obstacle(state, *host));
        else
            left.push_back(fmt::format("{}: it is there again", host->name));
    }
    return left;
}

}  // namespace runtime
