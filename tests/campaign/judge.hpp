// Was it right? The judge is the site's own log and state, beside those of an undisturbed play.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "tests/campaign/simulated_run.hpp"

namespace campaign {

/// The points at which a fault can strike: journalled events, or actions that send something.
struct Points {
    std::size_t events = 0, host_events = 0, actions = 0;
    std::vector<std::size_t> boundaries;                        ///< numbers of the events that are intents and results of actions
    std::vector<std::pair<std::string, std::size_t>> per_step;  ///< step number and its journalled events
};
Points points_of(const Outcome& undisturbed);

using State = std::map<std::string, std::string>;
/// What is otherwise than after an undisturbed run, all of it; nothing where it is the same. Of `kept_locks`, names of hosts, it was told
/// that the lock stayed there.
std::optional<std::string> differences(const State&, const State& undisturbed, const std::set<std::string>& kept_locks = {});

/// Nothing, or what is wrong.
std::optional<std::string> complaint(Fault, const Outcome&, const Outcome& undisturbed);

}  // namespace campaign
