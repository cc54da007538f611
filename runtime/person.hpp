// The person who runs the procedure, or who stands in for her.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/model/type.hpp"
#include "runtime/scheduler.hpp"

namespace runtime {

struct Reaction {
    enum class Kind {
        Yes,      ///< confirmed, or answered in `text`
        No,       ///< told that it is not so
        Nobody,   ///< there is nobody to ask
        Expired,  ///< no answer in time, or interrupted
    } kind = Kind::Nobody;
    std::string text;
    std::string by;  ///< "alice", "alice by answers.txt", "the rehearsal"
};

/// One of the ways to go on that a person is offered.
struct Option {
    std::string word;     ///< what she types: "retry", "abort"
    std::string meaning;  ///< one line
};

class Person {
  public:
    virtual ~Person() = default;
    /// "Is it so?" Waits until `until` at most.
    virtual Reaction confirm(const std::string& text, Time until) = 0;
    /// A value of `type` as text; asked again until it reads as one.
    virtual Reaction ask(const std::string& question, const lang::Type& type, Time until) = 0;
    /// Which of them? The word chosen, in Reaction::text.
    virtual Reaction choose(const std::string& question, const std::vector<Option>& options, Time until) = 0;
    /// A dangerous action needs two persons. The first one, where `first` is empty, types what is at stake; the second one, whose name
    /// is not `first`, types her name and agrees. Each is told in Reaction::by.
    virtual Reaction sign(const std::string& question, const std::string& stake, const std::string& first, Time until) = 0;
    /// A password or passphrase, not echoed. Nothing where nobody can answer.
    virtual std::optional<std::string> secret(const std::string& prompt) = 0;
};

}  // namespace runtime
