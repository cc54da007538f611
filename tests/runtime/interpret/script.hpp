// What happens around a run, as a case writes it down: one line each.
//
//   a x is warming 30                       the state of lamp x on host a at the start
//   a x is on at 10s                        … and from that time on
//   ctrl-c at 3s                            pressed then; also as a part of a reply: when the command arrives
//   a$ lamp on x: exit 3, err "no bulb"     the next reply to this command there. Several lines for one command are used one after
//                                           the other; then the lamp goes on answering by itself
//   killed at intent lamp.light             the run is killed when it tells of that, and resumed; several lines: one after the other
//   resumed                                 the run is resumed after its end
//   on failure: undo                        as --on-failure
//   silent machines: decide                 as a run at a terminal or without one; `go on`: as one that a watch has begun
//   without b                               as --without
//   "Ready?": yes, takes 20s                the person's answer: yes, no, a text in quotes, nobody, silent
//   param home=2                            on the command line
//
// Parts of a reply: `exit N`, `says "TEXT"`, `err "TEXT"`, `nothing` (it says that it did, and did not), `lost` (the link, and nothing
// was done), `done, lost` (done, and then lost), `silent` (never ends), `refused "WHY"` (never started), `not simulated`, `takes 5s`,
// `always` (this line is never used up), `ctrl-c`.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lang/model/value.hpp"
#include "runtime/command.hpp"
#include "runtime/interpret/run.hpp"

namespace runtime_tests {

struct Reply {
    bool happens = true;  ///< does the command do what it should?
    int code = 0;
    std::optional<std::string> out, err;
    runtime::Ending ending = runtime::Ending::Exited;
    bool silent = false, always = false, ctrl_c = false;
    lang::Duration takes = std::chrono::milliseconds(100);
};

struct Script {
    struct Later {
        lang::Duration at{};
        std::string host, lamp, state;  ///< no host: Ctrl-C
    };
    std::map<std::string, std::string> lamps;          ///< "a x" -> "warming 30"
    std::map<std::string, std::deque<Reply>> replies;  ///< "a$ lamp on x"; of the person by the question
    std::vector<Later> later;                          ///< sorted by time
    std::map<std::string, std::string> parameters;
    std::deque<std::string> kills;
    bool resumed = false;
    bool undo = false;
    runtime::Silent silent = runtime::Silent::NotLooked;
    std::vector<std::string> without;

    /// Throws std::runtime_error for a line that it does not understand.
    static Script read(const std::vector<std::string>& lines);
    /// The reply that is next in `key`'s queue; the default where there is none.
    std::optional<Reply> next(const std::string& key);
};

}  // namespace runtime_tests
