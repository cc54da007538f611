// One system twice: the real part and its model, from the same beginning, given the same commands.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace fidelity {

/// What one side shows: by what it is about ("answer", "web/s1"), in words. Both sides speak of the same things.
using Seen = std::map<std::string, std::string>;

struct Both {
    Seen real, model;
};

class System {
  public:
    virtual ~System() = default;

    virtual std::string name() const = 0;
    /// Of the real part, as it says itself.
    virtual std::string version() const = 0;
    /// What a walk is made of: command lines as the builtins send them, with arguments that there are and that there are not, and what
    /// happens beside them ("the software of s1 stops"). One that stands there twice is taken twice as often.
    virtual const std::vector<std::string>& steps() const = 0;

    /// Both sides as they were at first.
    virtual void begin() = 0;
    /// One step on both sides: what each answered, and how each stands when what the step has set going has come to its end.
    virtual Both take(const std::string& step) = 0;
};

}  // namespace fidelity
