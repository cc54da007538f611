// What the readers make of the machines of a site, beside what these said.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/doctor/questions.hpp"
#include "runtime/world.hpp"

namespace cli::doctor {

/// One query, asked of one machine.
struct Reading {
    Question question;
    std::string call;  ///< `drbd.status("r0")`
    lang::Value value;
    bool lists_failings = false;          ///< the value is what is wrong: a run takes an empty list for true
    std::vector<runtime::Reply> replies;  ///< that it was read from; none where not all of them came
    lang::Duration took{};
    std::string tool;          ///< of a cross-check; empty where there is none
    std::string disagreement;  ///< what the tool says that cannot be so if the value is; empty where both agree
    std::string not_compared;  ///< why they could not be compared
};

struct Examined {
    const lang::Host* host = nullptr;
    std::string unreached;  ///< why; empty where it was
    runtime::Detected detected;
    std::optional<lang::Duration> clock;  ///< how much it is ahead of this machine's, where it told
    lang::Duration clock_error{};         ///< it may be that much more or less
    std::vector<Reading> readings;
    std::size_t not_asked = 0;  ///< queries for which the machine's time was over
    lang::Duration took{};
};

/// Asks all machines at the same time, by queries only, and each for a minute and a half at most.
std::vector<Examined> examine(const lang::Site&, runtime::World&);

}  // namespace cli::doctor
