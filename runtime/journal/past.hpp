// What the earlier parts of a run have done, as a resume needs it. Read from the run's own events.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "runtime/event/types.hpp"
#include "runtime/journal/left_behind.hpp"

namespace runtime {

struct Past {
    /// How far an action came.
    enum class Came {
        Done,    ///< changed, unchanged, signed off, or skipped by a person: not done again
        Sent,    ///< sent, and no result was recorded, or an unknown one: look first
        Failed,  ///< it ended badly
    };
    struct Action {
        Came came = Came::Sent;
        Time when{};
        std::string seen = {};  ///< what was there before it was sent: event::Intent
    };
    struct Binding {
        std::string stored;  ///< as value_to_json writes it
        Time read{};
    };

    int parts = 1;                      ///< how many parts the run has had
    std::map<std::string, Time> steps;  ///< finished ones, by number: when they ended
    struct PassedOver {
        std::string by;
        bool counted = false;  ///< an earlier part has told it: it is in `totals`
    };
    std::map<std::string, PassedOver> passed_over;  ///< steps that `resume --from` counts as done, by number
    std::map<std::string, int> attempts;            ///< of an unfinished step: the number of the last
    std::map<std::string, Action> actions;          ///< by key
    std::map<std::string, bool> decisions;          ///< of `if`, by key, where something was sent since
    std::map<std::string, Time> conditions;         ///< `require`s that held and waits that were reached, where something was done since
    std::map<std::string, Time> doubtful;           ///< … where something was sent since, and nobody knows what it did
    std::map<std::string, Binding> bindings;
    std::map<std::string, Binding> of_step;  ///< the same for `let`s directly in a step, by "number name"
    std::map<std::string, Time> sign_offs;   ///< confirmed, by key
    struct Undo {
        event::UndoPending told;
        int part = 1;  ///< of the run: its `place` is in the text of that part
    };
    std::vector<Undo> undos;                   ///< still pending, oldest first
    std::set<std::string> signed_off;          ///< dangerous actions, by two persons: keys
    std::vector<Found> found;                  ///< at the start of the first part that changed anything
    std::vector<event::Left> left;             ///< on purpose
    std::vector<std::string> finished_titles;  ///< `3 "Stop the software"`
    std::vector<std::string> lock_tokens;      ///< under which it has sought the site's lock
    std::set<std::string> lock_yielded;        ///< lock hosts that it has switched off
    event::RunEnded totals;                    ///< the last part's end, and counts, skips and what was left, so far
};

Past read_past(const std::vector<Event>&);

/// As the end of the run tells it: `step 3 "third": passed over by --from (kay)`.
std::string passed_over_text(const std::string& step, const event::PassedOver&);

}  // namespace runtime
