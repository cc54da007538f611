#include "runtime/event/texts.hpp"

namespace runtime {

namespace {

/// One line a kind: a new kind of event does not compile until it says which texts it has.
struct Texts {
    const std::function<void(std::string&)>& see;

    template <typename... Strings>
    void all(Strings&... texts) const {
        (see(texts), ...);
    }
    template <typename... Strings>
    void key(Key& key, Strings&... texts) const {
        each_text(key, see);
        all(texts...);
    }
    void thing(event::Thing& thing) const {
        all(thing.identity.where, thing.identity.module, thing.identity.residue, thing.identity.item, thing.text);
        list(thing.about);
    }
    void list(std::vector<std::string>& texts) const {
        for (std::string& text : texts) see(text);
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
    void operator()(event::ActionEnded& e) const { key(e.key, e.call, e.why); }
    void operator()(event::ActionProgress& e) const { all(e.call, e.seen); }
    void operator()(event::CommandEnded& e) const { all(e.command, e.ending, e.out, e.err); }
    void operator()(event::CommandOutput& e) const { all(e.line); }
    void operator()(event::WaitStarted& e) const { all(e.condition); }
    void operator()(event::WaitProgress& e) const { all(e.condition, e.seen, e.showing); }
    void operator()(event::WaitEnded& e) const { key(e.key, e.condition); }
    void operator()(event::Required& e) const { key(e.key, e.condition, e.explanation); }
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
    void operator()(event::UndoEnded& e) const { key(e.key, e.undo, e.why); }
    void operator()(event::Committed& e) const { all(e.reason); }
    void operator()(event::Left& e) const {
        all(e.call, e.until);
        for (event::Touched& one : e.touches) all(one.host, one.system, one.object);
    }
    void operator()(event::Skipped& e) const { key(e.key, e.what, e.reason); }
    void operator()(event::LockSought& e) const {
        all(e.token);
        list(e.hosts);
    }
    void operator()(event::LockTaken& e) const {
        list(e.hosts);
        list(e.again);
        list(e.without);
        all(e.before);
        list(e.not_told);
    }
    void operator()(event::LockLost& e) const { all(e.why); }
    void operator()(event::LockYielded& e) const { all(e.call); }
    void operator()(event::LockReleased& e) const {
        list(e.hosts);
        list(e.kept);
    }
    void operator()(event::SilentAtStart& e) const {
        for (event::SilentAtStart::Machine& one : e.machines) all(one.host, one.why, one.needed_by);
        list(e.without);
    }
    void operator()(event::FoundAtStart& e) const {
        all(e.where, e.module, e.residue);
        for (event::Item& item : e.items) {
            all(item.item, item.text);
            list(item.about);
        }
        list(e.unknown);
    }
    void operator()(event::LeftBehind& e) const {
        for (event::LeftBehind::Announced& one : e.announced) {
            thing(one.thing);
            all(one.until);
        }
        for (std::vector<event::Thing>* things : {&e.others, &e.still, &e.taken_back}) {
            for (event::Thing& one : *things) thing(one);
        }
        list(e.not_known);
        all(e.earlier);
    }
    void operator()(event::Failed& e) const { all(e.message); }
    void operator()(event::Interrupted&) const {}
    void operator()(event::RunEnded& e) const {
        list(e.skipped);
        list(e.undone);
        list(e.pending_undos);
        list(e.left);
    }
};

}  // namespace

void each_text(Event::Body& body, const std::function<void(std::string&)>& see) { std::visit(Texts{see}, body); }

}  // namespace runtime
