// What was found out about the readers, for people and as a file that can be sent on.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/doctor/examine.hpp"
#include "cli/terminal/screen.hpp"

namespace cli::doctor {

struct Examination {
    const lang::Site& site;
    std::vector<Examined> machines;
    lang::Duration took{};
    lang::Time when{};
    std::vector<std::string> only_in_procedures;   ///< queries that take what only a procedure says
    std::function<std::string(std::string)> mask;  ///< takes secrets out of what a machine said
};

/// Is there anything to look at: a machine that was not reached, what is unknown or was not asked, two tools that disagree, a clock that
/// is off?
bool has_findings(const Examination&);

/// What to look at first; with `verbose` also what every command answered.
std::string as_text(const Examination&, const Screen&, bool verbose);
std::string as_html(const Examination&);
/// In the notation of the readers' tests (tests/stdlib/fixture.hpp): commands, answers and what was read from them, without the names and
/// addresses of the machines.
std::string as_bundle(const Examination&);

/// A machine whose clock is off by more than this, and more than can be told, is told.
constexpr lang::Duration tolerated_clock = std::chrono::seconds(2);
bool is_off(const Examined&);
/// As a run takes it: "true", or "false: " and all that is wrong, where that is what was asked for.
std::string shown(const Reading&);
/// "root@10.1.1.81, Linux, clock +3.2s, drbd.version 8.4.11"
std::string about(const Examined&);

}  // namespace cli::doctor
