// What persons decide: what shall become of a statement that failed, and whether what a manual warns of is sent.
#include <fmt/format.h>

#include <algorithm>

#include "lang/program/parts.hpp"
#include "runtime/interpret/interpreter.hpp"
#include "runtime/interpret/values/bindings.hpp"

namespace runtime {

namespace {

/// What can be done about a kind of statement. A binding that later statements need cannot be skipped.
struct Choices {
    bool can_send = false;  ///< "retry" may send something
    bool can_wait = false;  ///< "retry" waits again
    bool can_look = false;
    bool can_skip = false;
};

struct ChoicesOf {
    const Registry& registry;

    /// A script without `done_when` reaches no state that could be looked for.
    Choices operator()(const ir::Action& action) const {
        const bool has_state = std::get<Action>(registry[action.builtin].parts).probe || action.done_when;
        return {.can_send = true, .can_look = has_state, .can_skip = true};
    }
    Choices operator()(const ir::RunDefine&) const { return {.can_send = true, .can_look = false, .can_skip = true}; }
    Choices operator()(const ir::Require&) const { return {.can_look = true, .can_skip = true}; }
    Choices operator()(const ir::Wait&) const { return {.can_wait = true, .can_skip = true}; }
    Choices operator()(const ir::Let&) const { return {.can_look = true}; }
    Choices operator()(const ir::Find&) const { return {.can_look = true}; }
    Choices operator()(const ir::Ask&) const { return {.can_look = true}; }
    Choices operator()(const ir::Confirm&) const { return {.can_look = true, .can_skip = true}; }
    Choices operator()(const ir::If&) const { return {.can_look = true}; }
    Choices operator()(const ir::Fail&) const { return {.can_skip = true}; }
    template <lang::AnyOf<ir::Step, ir::On, ir::Parallel, ir::For, ir::Note, ir::Mark, ir::GoOn, ir::Commit, ir::OnFailure> Other>
    Choices operator()(const Other&) const {
        return {};
    }
};

/// Holds the other branches while it lives.
class Held {
  public:
    explicit Held(std::atomic<int>& count) : count_(count) { ++count_; }
    ~Held() { --count_; }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

  private:
    std::atomic<int>& count_;
};

/// "r0 on acd-store1": what the person has to type, and so to look at.
std::string stake_of(const lang::Signature& signature, const Arguments& arguments, const lang::Host& host) {
    std::string stake;
    for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
        const lang::Parameter& parameter = signature.parameters[i];
        const std::string value = arguments.values()[i].plain();
        if (parameter.default_value && parameter.default_value->plain() == value) continue;
        stake += value + ' ';
    }
    return fmt::format("{}on {}", stake, host.name);
}

}  // namespace

Interpreter::Decision Interpreter::ask_how_to_proceed(const ir::Stmt& stmt, const Failure& failure, Branch& branch) {
    const bool may_ask =
        options_.on_failure == OnFailure::Ask && !branch.bounds.compensating && !branch.bounds.retried && !world_.stop.no_new_action();
    if (!may_ask || failure.final || (failure.end != End::Failed && failure.end != End::UnknownOutcome)) return Decision::GiveUp;
    const Choices can = std::visit(ChoicesOf{world_.registry}, stmt.node);
    if (!can.can_send && !can.can_wait && !can.can_look && !can.can_skip) return Decision::GiveUp;

    const lang::Host* host = branch.frame.host;
    std::vector<Option> options;
    if (can.can_send) {
        options.push_back({"retry", failure.end == End::UnknownOutcome ? "again: look first, and send it once more if it is needed"
                                                                       : "try again; checks first whether it is still needed"});
    }
    if (can.can_wait) options.push_back({"retry", "wait again, as long as before; goes on as soon as it is so"});
    if (can.can_look) options.push_back({"check", "look again, and go on if it is so now; nothing is sent"});
    if (can.can_skip) options.push_back({"skip", "go on without it; asks for the reason"});
    options.push_back({"undo", undo_offer()});
    if (world_.look_around) {
        options.push_back({"prompt", host == nullptr ? "look around first" : fmt::format("look around on {} first", host->name)});
    }
    options.push_back({"abort", site_ends() ? "end the run here" : "end the run here; `procrun resume` goes on from here"});

    const Held held(asking_);
    const std::string about = shortened_source(stmt);
    const std::string where = host == nullptr ? about : fmt::format("{} on {}", about, host->name);
    while (true) {
        const Reaction answer = world_.person.choose(
            {.kind = Question::Kind::Failed, .about = where, .text = fmt::format("{} failed. What now?", where)}, options, Time::max());
        if (answer.kind != Reaction::Kind::Yes) return Decision::GiveUp;
        if (answer.text == "prompt") {
            look_around(about, answer.by, branch);
            continue;
        }
        std::string reason;
        if (answer.text == "skip") {
            const auto given = reason_to_skip(where);
            if (!given) return Decision::GiveUp;
            reason = *given;
        }
        return decided(answer.text, reason, about, answer.by, branch);
    }
}

/// What `undo` would do: a person decides on that, and not on the word.
std::string Interpreter::undo_offer() {
    const std::lock_guard lock(mutex_);
    if (undos_.empty()) return "end the run; nothing is undone, as no change has an undo that is still pending";
    std::string offer = "end the run, and undo, in this order:";
    for (auto undo = undos_.rbegin(); undo != undos_.rend(); ++undo) offer += '\n' + due_text(undo->told);
    return offer;
}

/// What is done there is an event of the run, at the step of the statement.
void Interpreter::look_around(const std::string& about, const std::string& by, Branch& branch) {
    struct Relay final : Observer {
        Relay(EventEmitter& emitter, const std::string& step) : emitter(emitter), step(step) {}
        void on(const Event& event) override {
            // A step that is typed is none of the procedure's: told with the number of one, it would end that one.
            if (std::holds_alternative<event::StepEnded>(event.body)) return;
            if (const auto* typed = std::get_if<event::StepStarted>(&event.body))
                return emitter.emit(step, event.host, event::Noted{fmt::format("step \"{}\"", typed->title)}, true);
            emitter.emit(step, event.host, event.body, true);
        }
        EventEmitter& emitter;
        const std::string& step;
    } relay(emitter_, branch.place.step);
    emit(branch, event::Decided{.about = about, .choice = "look around", .reason = {}, .by = by});
    residues_.read_whole_site();  // what she changes is to be seen at the end
    world_.look_around({.host = branch.frame.host, .bindings = bindings(program_, branch.place.define, branch.frame), .told = relay});
}

/// Asked for until there is one. Nothing where nobody answers: then it is not skipped.
std::optional<std::string> Interpreter::reason_to_skip(const std::string& about) {
    while (true) {
        const Reaction reason = world_.person.ask({.kind = Question::Kind::Skipped, .about = about, .text = "why is it skipped?"},
                                                  lang::Type(lang::Kind::Text), Time::max());
        if (reason.kind != Reaction::Kind::Yes) return std::nullopt;
        if (reason.text.find_first_not_of(" \t") != std::string::npos) return reason.text;
    }
}

Interpreter::Decision Interpreter::decided(const std::string& word, const std::string& reason, const std::string& about,
                                           const std::string& by, Branch& branch) {
    emit(branch, event::Decided{.about = about, .choice = word, .reason = reason, .by = by});
    if (word == "retry" || word == "check") {
        branch.unsettled.again = branch.place.key;
        branch.unsettled.only_look = word == "check";
        return Decision::TryAgain;
    }
    if (word == "skip") {
        const std::string where = branch.frame.host == nullptr ? "" : " on " + branch.frame.host->name;
        const std::string what = fmt::format("{}{} in step {}", about, where, branch.place.step);
        emit(branch, event::Skipped{.key = branch.place.key, .what = what, .reason = reason});
        const std::lock_guard lock(mutex_);
        totals_.skipped.push_back(fmt::format("{}: {}", what, reason));
        return Decision::Skip;
    }
    const std::lock_guard lock(mutex_);
    undo_wanted_ = undo_wanted_ || word == "undo";
    return Decision::GiveUp;
}

// ---------------------------------------------------------------- two persons

bool Interpreter::sign_off(const lang::Signature& signature, const Arguments& arguments, const std::string& call, Branch& branch) {
    const Key& key = branch.place.key;
    {
        const std::lock_guard lock(mutex_);
        if (signature.danger.empty() || signed_.contains(key)) return false;
    }
    const lang::Host& host = *branch.frame.host;
    const std::string stake = stake_of(signature, arguments, host);
    const std::string about = fmt::format("{} on {}", call, host.name);
    const std::string question = fmt::format("{} {}", about, signature.danger);
    std::string first;
    for (const int person : {1, 2}) {
        const std::string asked = person == 1 ? question : "second person, " + question;
        emit(branch, event::Asked{asked});
        const Reaction reaction = world_.person.sign(
            {.kind = person == 1 ? Question::Kind::FirstPerson : Question::Kind::SecondPerson, .about = about, .text = asked}, stake, first,
            branch.bounds.deadline.time());
        if (reaction.kind != Reaction::Kind::Yes) throw unanswered(reaction, asked, world_.stop.no_new_action());
        emit(branch, event::SignedOff{.key = key, .call = call, .stake = stake, .by = reaction.by, .person = person});
        first = reaction.by;
    }
    const std::lock_guard lock(mutex_);
    signed_.insert(key);
    totals_.signed_off += 2;
    return true;
}

}  // namespace runtime
