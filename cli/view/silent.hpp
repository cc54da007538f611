// Machines that do not answer at the start of a run, in the two groups that an operator is told.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "runtime/event/types.hpp"

namespace cli {

struct SilentMachines {
    static constexpr const char* needed_title = "machines that do not answer, and that the procedure needs";
    static constexpr const char* expected_title = "machines that are off, as the procedure expects";

    explicit SilentMachines(const runtime::event::SilentAtStart& told) {
        for (const auto& machine : told.machines) {
            if (machine.needed_by.empty()) {
                expected.push_back(fmt::format("{}: {}", machine.host, machine.why));
            } else {
                needed.push_back(fmt::format("{}, for {}: {}", machine.host, machine.needed_by, machine.why));
            }
        }
        if (!told.without.empty()) without = fmt::format("without {}: what stands on them is skipped", fmt::join(told.without, ", "));
    }

    std::vector<std::string> needed;    ///< "acd-lb2, for haproxy.drain(w) (roll.proc:12): no answer in time"
    std::vector<std::string> expected;  ///< "acd-store1: no answer in time"
    std::string without;                ///< those that the command line leaves out; empty where it leaves out none
};

}  // namespace cli
