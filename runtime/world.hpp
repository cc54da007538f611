// Everything outside a program that a run touches, each behind a narrow interface: real, simulated or made up by a test.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/type.hpp"
#include "runtime/connection/stream.hpp"
#include "runtime/event/types.hpp"
#include "runtime/journal/left_behind.hpp"
#include "runtime/module.hpp"
#include "runtime/person.hpp"
#include "runtime/scheduler.hpp"

namespace runtime {

/// Where a statement stands that has failed.
struct FailedStatement {
    const lang::Host* host = nullptr;    ///< that it was used on; null: on none
    std::vector<event::Named> bindings;  ///< what it could name, with values as the language writes them
    Observer& told;                      ///< what is done here is told to it, and so to all that observe the run
};

struct World {
    Scheduler& scheduler;
    Stop& stop;
    const Registry& registry;
    ConnectionFactory connect;
    Person& person;
    std::vector<Observer*> observers;  ///< the journal first: it must know before anything is sent

    /// The bytes of a secret as a Secret, or unknown with the reason.
    std::function<Value(std::string_view name)> secret;
    /// Takes every known secret out of a text.
    std::function<std::string(std::string text)> mask;
    /// What the newest run of `procedure` on this site kept, or unknown.
    std::function<Value(const std::string& procedure, const std::string& name, const lang::Type& type)> kept;
    /// `keep name = …`: stored for a later run.
    std::function<void(const std::string& name, const Value& value)> keep;
    /// Asked after every action that may have changed something: the invariant that is broken, if one is. A rehearsal sets it;
    /// without it the invariants are read at the end of every outermost step.
    std::function<std::optional<std::string>()> broken_invariant;
    /// A prompt for the person whose statement failed, to look around. Absent where there is no terminal.
    std::function<void(const FailedStatement&)> look_around = {};
    /// The earlier runs on this site that have left something on purpose which nobody has taken back since.
    std::function<std::optional<EarlierRun>()> earlier = {};
};

}  // namespace runtime
