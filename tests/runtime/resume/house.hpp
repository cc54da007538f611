// A house with lamps that remember, on a clock that nothing waits for: what is claimed of it can be held against what is so.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lang/program/tree.hpp"
#include "runtime/interpret/run.hpp"
#include "runtime/resume/resumption.hpp"

namespace runtime_tests {

/// What becomes of an order.
enum class Obeyed {
    Well,
    Not,   ///< exit 1, and nothing was done
    Later  ///< exit 1, and it is done when this part of the run is over
};

/// Machines are what stands at an address, whatever a site calls them.
///
/// Scripts are flashes, which must not be done twice; "close" takes "open" back.
struct House {
    std::map<std::string, bool> lit;                        ///< "10.0.0.1 x"
    std::map<std::string, int> flashes;                     ///< the same
    std::vector<std::string> orders;                        ///< as they came
    std::vector<std::pair<std::string, std::string>> late;  ///< address and line of those that are not done yet
    /// Judges an order before it is done: what is wrong with it, or nothing.
    std::function<std::string(const House&, const std::string& address, const std::string& verb, const std::string& lamp)> judge;
    std::vector<std::string> wrong;
    lang::Time now{};

    // What the journal cannot know, so that somebody has to be asked.
    bool script_in_doubt = false;  ///< one failed, or the run died while it was on its way
    bool walk_in_doubt = false;    ///< an undo was begun after a script without one, or not ended

    bool is_lit(const std::string& address, const std::string& lamp) const;
    int times(const std::string& address, const std::string& flash) const;
    bool is_open(const std::string& address) const { return is_lit(address, "open"); }
    runtime::Stream::End run(const std::string& address, const std::string& line, Obeyed, std::string& out);
    /// What is late is done.
    void catch_up();
};

/// What happens to one part of a run. Counted from 1; 0: never.
struct Fate {
    int fails = 0;          ///< the order that does nothing and exits with 1
    int times = 1;          ///< … and so many from there on
    bool late = false;      ///< … but does its work when this part is over
    int not_sent = 0;       ///< the order for which there is no link
    std::string with, out;  ///< where lighting the first fails on the first attempt of an outermost step, the second goes out
    int dies_before = 0;    ///< as by kill -9: the intent is in the journal, and nothing was sent
    int dies_after = 0;     ///< the order was done, and no result is in the journal
    bool undoes = false;    ///< --on-failure undo
    std::string typed;      ///< at the prompt of the statement that fails: the lamp that is put out
};

/// Who is asked what became of a script.
enum class Asked { Nobody, OneWhoKnows };

/// One part of a run: its first, what goes on, or its undos. Appends to `events`. Nothing where it died.
std::optional<runtime::End> play_part(House&, std::vector<runtime::Event>& events, const lang::program::Program&, const Fate&, Asked,
                                      const runtime::Resumption*, bool only_undos = false);

/// Checks a procedure with its site in it.
std::shared_ptr<const lang::program::Program> checked_alone(const std::string& text);

}  // namespace runtime_tests
