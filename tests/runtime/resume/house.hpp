// A house with lamps that remember, on a clock that nothing waits for: what is claimed of it can be held against what is so.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lang/model/program.hpp"
#include "runtime/interpret/run.hpp"
#include "runtime/resume/resumption.hpp"

namespace runtime_tests {

/// Machines are what stands at an address, whatever a site calls them.
struct House {
    std::map<std::string, bool> lit;     ///< "10.0.0.1 x"
    std::map<std::string, int> flashes;  ///< the same: a script, which must not be done twice
    std::vector<std::string> orders;     ///< as they came
    /// Judges an order before it is done: what is wrong with it, or nothing.
    std::function<std::string(const House&, const std::string& address, const std::string& verb, const std::string& lamp)> judge;
    std::vector<std::string> wrong;
    lang::Time now{};

    bool is_lit(const std::string& address, const std::string& lamp) const;
    /// What a machine answers; an order may `fail` without doing anything.
    runtime::Stream::End run(const std::string& address, const std::string& line, bool fail, std::string& out);
};

/// What happens to one part of a run. Counted from 1; 0: never.
struct Fate {
    int fails = 0;         ///< the order that does nothing and exits with 1
    bool goes_on = false;  ///< … and so do all later ones
    int dies_before = 0;   ///< as by kill -9: the intent is in the journal, and nothing was sent
    int dies_after = 0;    ///< the order was done, and no result is in the journal
    bool undoes = false;   ///< --on-failure undo
    std::string typed;     ///< at the prompt of the statement that fails: the lamp that is put out
};

/// Who is asked what became of a script.
enum class Asked { Nobody, OneWhoKnows };

/// One part of a run: its first, what goes on, or its undos. Appends to `events`. Nothing where it died.
std::optional<runtime::End> play_part(House&, std::vector<runtime::Event>& events, const lang::program::Program&, const Fate&, Asked,
                                      const runtime::Resumption*, bool only_undos = false);

/// Checks a procedure with its site in it.
std::shared_ptr<const lang::program::Program> checked_alone(const std::string& text);

}  // namespace runtime_tests
