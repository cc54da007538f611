#include "runtime/event/texts.hpp"

namespace runtime {

namespace {

/// One line a kind: a new kind of event does not compile until it says which texts it has.
struct Texts {
    const std::function<void(std::string&)>& see;
    bool only_prose = false;

    /// Names, calls, what a host has printed, what a person has typed.
    template <typename... Strings>
    void all(Strings&... texts) const {
        if (!only_prose) (see(texts), ...);
    }
    void list(std::vector<std::string>& texts) const {
        for (std::string& text : texts) all(text);
    }
    template <typename... Strings>
    void key(Key& key, Strings&... texts) const {
        if (!only_prose) each_text(key, see);
        all(texts...);
    }
    /// What procrun says of them to people.
    template <typename... Strings>
    void prose(Strings&... texts) const {
        (see(texts), ...);
    }
    void prose_list(std::vector<std::string>& texts) const {
        for (std::string& text : texts) see(text);
    }
    void thing(event::Thing& thing) const {
        all(thing.identity.where, thing.identity.module, thing.identity.residue, thing.identity.item);
        prose(thing.text);
        list(thing.about);
    }

    void operator()(event::RunStarted& e) const {
        all(e.procedure, e.site, e.operator_name, e.machine);
        for (event::Named& parameter : e.parameters) all(parameter.name, parameter.value);
    }
    void operator()(event::RunResumed& e) const {
        all(e.operator_name, e.machine);
        list(e.finished);
    }
    void operator()(event::StepStarted& e) const { all(e.title); }
    void operator()(event::StepEnded& e) const { all(e.title); }
    void operator()(event::DoneBefore& e) const { key(e.key, e.what); }
    void operator()(event::PassedOver& e) const { all(e.title, e.by); }
    void operator()(event::Intent& e) const {
        key(e.key, e.call, e.command, e.seen);
        for (event::UndoPending& undo : e.undos) (*this)(undo);
    }
    void operator()(event::ActionEnded& e) const {
        key(e.key, e.call);
        prose(e.why);
    }
    void operator()(event::ActionProgress& e) const {
        all(e.call);
        prose(e.seen);
    }
    void operator()(event::CommandEnded& e) const {
        all(e.command, e.out, e.err);
        prose(e.ending);
    }
    void operator()(event::CommandOutput& e) const { all(e.line); }
    void operator()(event::WaitStarted& e) const { all(e.condition); }
    void operator()(event::WaitProgress& e) const {
        all(e.condition, e.showing);
        prose(e.seen);
    }
    void operator()(event::WaitEnded& e) const { key(e.key, e.condition); }
    void operator()(event::Required& e) const {
        key(e.key, e.condition);
        prose(e.explanation);
    }
    void operator()(event::Chosen& e) const { key(e.key, e.condition); }
    void operator()(event::Asked& e) const { all(e.question); }
    void operator()(event::Answered& e) const { key(e.key, e.question, e.answer, e.by); }
    void operator()(event::Decided& e) const { all(e.about, e.choice, e.reason, e.by); }
    void operator()(event::SignedOff& e) const { key(e.key, e.call, e.stake, e.by); }
    void operator()(event::Noted& e) const { all(e.text); }
    void operator()(event::Marked& e) const { all(e.what); }
    void operator()(event::Bound& e) const { key(e.key, e.name, e.value, e.stored); }
    void operator()(event::UndoPending& e) const { key(e.key, e.call, e.undo, e.frame); }
    void operator()(event::UndoStarted& e) const { key(e.key, e.undo); }
    void operator()(event::UndoEnded& e) const {
        key(e.key, e.undo);
        prose(e.why);
    }
    void operator()(event::Committed& e) const { all(e.reason); }
    void operator()(event::Left& e) const {
        all(e.call, e.until);
        for (event::Touched& one : e.touches) all(one.host, one.system, one.object);
    }
    void operator()(event::Skipped& e) const { key(e.key, e.what, e.reason); }
    void operator()(event::GapMet& e) const {
        key(e.key, e.what);
        all(e.mend);
        prose(e.why);
    }
    void operator()(event::LockSought& e) const {
        all(e.token);
        list(e.hosts);
    }
    void operator()(event::LockTaken& e) const {
        list(e.hosts);
        list(e.again);
        list(e.without);
        prose(e.before);
        prose_list(e.not_told);
    }
    void operator()(event::LockLost& e) const { prose(e.why); }
    void operator()(event::LockYielded& e) const { all(e.call); }
    void operator()(event::LockReleased& e) const {
        list(e.hosts);
        list(e.kept);
    }
    void operator()(event::SilentAtStart& e) const {
        for (event::SilentAtStart::Machine& one : e.machines) {
            all(one.host);
            prose(one.why, one.needed_by);
        }
        list(e.without);
    }
    void operator()(event::FoundAtStart& e) const {
        all(e.where, e.module, e.residue);
        for (event::Item& item : e.items) {
            all(item.item);
            prose(item.text);
            list(item.about);
        }
        prose_list(e.unknown);
    }
    void operator()(event::LeftBehind& e) const {
        for (event::LeftBehind::Announced& one : e.announced) {
            thing(one.thing);
            all(one.until);
        }
        for (std::vector<event::Thing>* things : {&e.others, &e.still, &e.taken_back}) {
            for (event::Thing& one : *things) thing(one);
        }
        prose_list(e.not_known);
        prose(e.earlier);
    }
    void operator()(event::Failed& e) const { prose(e.message); }
    void operator()(event::Interrupted&) const {}
    void operator()(event::Rehearsed& e) const {
        for (std::vector<std::string>* texts : {&e.gaps, &e.mends, &e.rested_on}) prose_list(*texts);
    }
    void operator()(event::RunEnded& e) const {
        for (std::vector<std::string>* texts : {&e.skipped, &e.undone, &e.pending_undos, &e.left}) prose_list(*texts);
    }
};

}  // namespace

void each_text(Event::Body& body, const std::function<void(std::string&)>& see) { std::visit(Texts{.see = see}, body); }

void each_prose(Event::Body& body, const std::function<void(std::string&)>& see) {
    std::visit(Texts{.see = see, .only_prose = true}, body);
}

}  // namespace runtime
