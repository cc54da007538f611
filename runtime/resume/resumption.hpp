// What a resume may believe of what the earlier parts of its run have told.
//
// The rule: what was done or seen counts while nothing that does not stand behind it in the text can have undone it. That is
//   - an undo, from its beginning,
//   - what an `on_failure` did,
//   - a later attempt of a step around it,
//   - what was typed at the prompt,
//   - another run on the site.
// What does not count is found out: an action looks again, and one that cannot look is asked about; a condition is read again. What the
// walk itself did behind a condition supersedes it and takes nothing back: it was true when it was needed.
//
// Lines are known by what they say (runtime/resume/meaning.hpp) and by their order among those that say the same.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/event/types.hpp"
#include "runtime/journal/left_behind.hpp"

namespace runtime {

/// Another run that has acted on the same site.
struct OtherRun {
    std::string name;  ///< "run 13 (failback)"
    Time last{};       ///< when it was about to send its last action
};

/// How the steps of an earlier part's text are found in the text of now. Without a function both texts are the same.
struct EarlierText {
    /// The number that it has now; nothing where it is not there any more.
    std::function<std::optional<std::string>(int part, const std::string& number)> step_now = {};
    std::function<bool(int part, const std::string& number)> says_the_same = {};
};

class Resumption {
  public:
    /// What goes on: the walk, or only the undos that are due. What an undo has done counts for the undo alone.
    enum class GoesOn { Walk, Undos };
    /// Nothing was before: a run begins.
    Resumption() = default;
    /// From all events of the run's earlier parts, and the other runs on its site.
    explicit Resumption(const std::vector<Event>&, const std::vector<OtherRun>& = {}, const EarlierText& = {}, GoesOn = GoesOn::Walk);

    bool is_one() const { return parts_ > 0; }
    /// The number of the part that goes on; 1 for a run that begins.
    int part() const { return parts_ + 1; }

    // ---------------------------------------------------------------- what counts, by key

    /// When a step was finished that counts as a whole.
    std::optional<Time> finished(const std::string& step) const;
    std::vector<std::string> finished_titles() const;  ///< of the outermost steps: `3 "Stop the software"`
    /// The attempt of a step that goes on.
    int attempt(const std::string& step) const;

    enum class Standing {
        New,     ///< not done, or undone: it is to be done
        Counts,  ///< changed, unchanged, signed off, or skipped by a person: not done again
        Sent,    ///< sent, and no result was recorded, or an unknown one: look first
        Failed,  ///< it ended badly: look whether it has come about all the same
        Open,    ///< done once, and that does not count: look, or ask
    };
    struct Deed {
        Standing standing = Standing::New;
        Time when{};
        std::string seen = {};  ///< what was there before it was sent: event::Intent
        std::string why = {};   ///< it does not count
    };
    Deed deed(const Key& key) const;

    /// A `require` that held, a wait that was reached, a `confirm`.
    enum class Validity {
        Open,        ///< to be read again
        Superseded,  ///< something was done behind it that may still be so: read it, and where it is no longer true, look at that first
        Served,      ///< what was done behind it counts
    };
    struct Seen {
        Validity validity = Validity::Open;
        Time when{};
    };
    Seen seen(const Key& key) const;
    Seen confirmed(const Key& key) const;
    /// How an `if` went, where something was done behind it that may still be so.
    std::optional<bool> chosen(const Key& key) const;

    struct Binding {
        std::string stored;  ///< as value_to_json writes it
        Time read{};
        std::string doubtful = {};  ///< the other run that has acted since: what is read now must be the same
    };
    std::optional<Binding> bound(const Key& key) const;
    /// Of a `let` directly in a step that is not done again.
    std::optional<Binding> bound_in(const std::string& step, const std::string& name) const;

    /// That the lock hosts know of another run on the site, which may have acted, since this one had their lock.
    void another_run_since(const std::string& name);

    /// What was done before and is found out anew, and why; empty where all of it counts.
    const std::string& taken_back() const { return taken_back_; }

    // ---------------------------------------------------------------- what a run carries on

    struct PassedOver {
        std::string by;
        bool counted = false;  ///< an earlier part has told it: it is in `totals`
    };
    /// A step that `resume --from` counts as done.
    const PassedOver* passed_over(const std::string& step) const;
    void pass_over(const std::string& step, const std::string& by);

    struct Undo {
        event::UndoPending told;
        int part = 1;  ///< of the run: its `place` is in the text of that part
    };
    const std::vector<Undo>& undos() const { return undos_; }  ///< still pending, oldest first
    void leave_undos_to_others(int part);                      ///< forgets those of a part

    const std::set<Key>& signed_off() const { return signed_off_; }          ///< dangerous actions, by two persons
    const std::vector<Found>& found() const { return found_; }               ///< at the start of the first part that changed anything
    const std::vector<event::Left>& left() const { return left_; }           ///< on purpose
    const std::vector<std::string>& lock_tokens() const { return tokens_; }  ///< under which it has sought the site's lock
    const std::set<std::string>& lock_yielded() const { return yielded_; }   ///< lock hosts that it has switched off
    const event::Rehearsed& rehearsed() const { return rehearsed_; }         ///< gaps so far
    const event::RunEnded& totals() const { return totals_; }                ///< the last part's end; counts, skips and lefts so far
    /// Steps that were finished and say something else now: they do not count as a whole.
    const std::vector<std::string>& changed_steps() const { return changed_steps_; }
    /// Actions that the run has done and not undone, whether they count or not.
    std::vector<Key> done() const;

  private:
    class Reader;
    struct Fact {
        int first = 0;        ///< its place in the order in which the lines were first come to
        int last = 0;         ///< and when it was told of for the last time
        std::string meaning;  ///< Key::meaning
        Time when{};
    };
    struct Done : Fact {
        Standing standing = Standing::Sent;
        std::string seen, why;
        bool by_person = false;  ///< skipped: nothing was done that could be undone
        bool stands() const { return standing == Standing::Counts || standing == Standing::Sent || standing == Standing::Open; }
        /// What failed may have come about all the same, and be the reason why a condition before it does not hold any more.
        bool may_stand() const { return stands() || standing == Standing::Failed; }
    };
    struct Chosen : Fact {
        bool yes = false;
    };
    struct Bound : Fact {
        Binding binding;
    };
    /// All that was done before `at` does not count any more by itself, but for what is done on the line `but`: that is who takes it back.
    void take_back(int at, const std::string& why, const std::optional<Key>& but = {});
    void taken_back_by_another(int at, const std::string& run);

    /// The best standing of what was done behind `fact`, which has this key.
    Validity behind(const Key&, const Fact& fact) const;
    /// Has a later outermost step done something that may still be so?
    bool later_step_acted(const Key&) const;
    template <typename One>
    const One* find(const std::map<Key, One>&, const Key&) const;

    int parts_ = 0;
    int events_ = 0;
    int taken_back_at_ = 0;  ///< what was told of before does not count
    int others_at_ = 0;      ///< the same, because of another run
    std::string taken_back_, other_;
    std::vector<std::string> changed_steps_;

    // By keys without their meaning: a line that says something else now is found, and does not count.
    std::map<Key, Done> done_;
    std::map<Key, Fact> seen_, confirmed_;
    std::map<Key, Chosen> chosen_;
    std::map<Key, Bound> bound_;
    std::map<std::string, Binding> bound_in_;  ///< by "number name"
    std::set<Key> keys_on_;                    ///< of `done_` and `confirmed_`: what goes on from a line stands behind it

    /// The last outermost step with something that may still be so, by the branch of a `parallel` in which that was done; 0: in none.
    std::map<int, int> last_acted_;
    std::map<std::string, Time> steps_;  ///< finished ones, by number
    std::map<std::string, std::string> titles_;
    std::map<std::string, int> attempts_;
    std::map<std::string, PassedOver> passed_over_;
    std::vector<Undo> undos_;
    std::set<Key> signed_off_;
    std::vector<Found> found_;
    std::vector<event::Left> left_;
    std::vector<std::string> tokens_;
    std::set<std::string> yielded_;
    event::RunEnded totals_;
    event::Rehearsed rehearsed_;
};

/// As the end of the run tells it: `step 3 "third": passed over by --from (kay)`.
std::string passed_over_text(const std::string& step, const event::PassedOver&);

/// As a person is told what is due, or was undone: `systemd.start("nginx") on web1, because of systemd.stop("nginx")`.
std::string due_text(const event::UndoPending&);

/// Counts a gap, once: what a resume comes to again is none more.
void add_gap(event::Rehearsed&, const event::GapMet&, const std::string& step, const std::string& host);

}  // namespace runtime
