// When the fault strikes, and who answers for what became of an action.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "runtime/person.hpp"
#include "runtime/scheduler.hpp"
#include "tests/campaign/site.hpp"

namespace campaign {

/// Thrown by Fate: the run was killed.
struct Dead {};

/// Counts what is told and lets the fault strike at its turn. Stands behind the journal, and compares what it says with the wire.
class Fate final : public runtime::Observer {
  public:
    Fate(Fault fault, std::size_t at, FaultySite& site, runtime::Stop& stop, runtime::Scheduler& scheduler)
        : fault_(fault), at_(at), site_(site), stop_(stop), scheduler_(scheduler) {}

    /// Throws Dead, or JournalError where the disk is full.
    void on(const runtime::Event& event) override;

    /// Has the action that a question is about arrived since its intent? The wire knows. Waits until what is under way has taken effect.
    bool arrived(const runtime::Question& question);
    /// The disk has room again.
    void mend() { full_ = false; }

    bool struck = false;
    std::size_t acts_when_full = 0;
    std::optional<std::string> untrue;  ///< what the journal says of an action, against the wire

  private:
    struct Intended {
        std::string host;
        std::size_t before = 0;  ///< how many actions had reached the host
        int part = 1;            ///< of the run
    };
    void count(const runtime::Event&);
    void compare(const runtime::Event&, const runtime::event::ActionEnded&);

    Fault fault_;
    std::size_t at_, count_ = 0;
    FaultySite& site_;
    runtime::Stop& stop_;
    runtime::Scheduler& scheduler_;
    std::map<std::string, Intended> intents_;
    std::set<std::string> signed_off_;  ///< calls
    bool full_ = false;
    int part_ = 1;
};

/// Signs everything off, and says truly what became of an action that cannot be looked up.
class Truthful final : public runtime::Person {
  public:
    explicit Truthful(Fate& fate) : fate_(fate) {}
    runtime::Reaction confirm(const std::string&, lang::Time) override { return yes("yes"); }
    runtime::Reaction ask(const runtime::Question&, const lang::Type&, lang::Time) override { return yes("0"); }
    runtime::Reaction choose(const runtime::Question& question, const std::vector<runtime::Option>& options, lang::Time) override;
    runtime::Reaction sign(const runtime::Question&, const std::string& stake, const std::string&, lang::Time) override {
        return yes(stake);
    }
    std::optional<std::string> secret(const std::string&) override { return "rehearsal"; }

  private:
    static runtime::Reaction yes(std::string text) { return {runtime::Reaction::Kind::Yes, std::move(text), "the campaign"}; }
    Fate& fate_;
};

}  // namespace campaign
