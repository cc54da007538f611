// Was it right? The judge is the site's own log and state, beside those of an undisturbed play.
#pragma once

#include <optional>
#include <string>

#include "tests/campaign/theatre.hpp"

namespace campaign {

/// The points at which a fault can strike: journalled events, or actions that send something.
struct Points {
    std::size_t events = 0, actions = 0;
    std::vector<std::size_t> boundaries;                        ///< numbers of the events that are intents and results of actions
    std::vector<std::pair<std::string, std::size_t>> per_step;  ///< step number and its journalled events
};
Points points_of(const Outcome& undisturbed);

/// Nothing, or what is wrong.
std::optional<std::string> complaint(Fault, const Outcome&, const Outcome& undisturbed);

}  // namespace campaign
