// A run from its beginning to its last part, on a house: what may happen to it, and what is wrong with what became of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/runtime/resume/house.hpp"

namespace runtime_tests {

/// What a person may change in the text while a run is not completed.
struct Edits {
    bool inserts_step = false, changes_parameter = false, changes_define = false, asks_more = false, moves_machine = false,
         moves_other = false;
    auto operator<=>(const Edits&) const = default;

    std::string address() const { return moves_machine ? "10.0.0.2" : "10.0.0.1"; }
    std::string other_address() const { return moves_other ? "10.0.0.4" : "10.0.0.3"; }
    std::string extra() const { return changes_parameter ? "u" : "v"; }
    std::string inner() const { return changes_define ? "q" : "z"; }
};

/// What the run does when it fails.
enum class Answer { Nothing, PutsOut };

/// What those who resume it know of the text.
enum class Agrees { No, Yes };

struct Act {
    std::string name;
    Fate fate = {};
    enum class Kind {
        Part,     ///< it begins, or is resumed
        Undo,     ///< `procrun undo`
        Edit,     ///< of the text
        Another,  ///< another run puts `lamp` out
        Switch,   ///< somebody turns `lamp`: what a condition reads, and no run
    } kind = Kind::Part;
    bool Edits::*edit = nullptr;
    std::string lamp = {};
};

class Life {
  public:
    Life(Answer, Asked, Agrees);

    void happens(const Act&);
    /// Three more parts to which nothing happens, or fewer where it is over before.
    void goes_on_to_its_end();

    bool is_over() const { return end_ == runtime::End::Completed || end_ == runtime::End::CompletedWithSkips; }
    /// What is wrong with it, as the house tells.
    std::vector<std::string> judged() const;
    std::string text() const;  ///< "nobody is asked, …"

  private:
    void part(const Fate&);
    void undo(const Fate&);
    bool has_finished(const std::string& title) const;
    bool has_ever_finished(const std::string& title) const;
    bool is_undone() const;
    void judge_undone();
    void judge_stopped(std::vector<std::string>& wrong) const;

    Answer answer_;
    Asked asked_;
    Agrees agrees_;
    House house_;
    Edits edits_;
    std::vector<runtime::Event> events_;
    std::vector<runtime::OtherRun> others_;
    std::vector<Edits> parts_;
    std::optional<runtime::End> end_;
    bool was_disturbed_ = false;  ///< by somebody else than the run
};

}  // namespace runtime_tests
