// Undo: registered when an action changed something or may have, settled when its outermost step ends or a commit is reached,
// and run last first when the run ends otherwise.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "lang/program/parts.hpp"
#include "runtime/interpret/interpreter.hpp"
#include "runtime/interpret/values/stored_frame.hpp"

namespace runtime {

namespace {

// ---------------------------------------------------------------- words

/// Can it be told without asking a host?
struct IsPlain {
    bool operator()(const ir::Literal&) const { return true; }
    bool operator()(const ir::Slot&) const { return true; }
    bool operator()(const ir::Global&) const { return true; }
    bool operator()(const ir::CurrentHost&) const { return true; }
    bool operator()(const ir::FactOf& fact) const { return std::visit(*this, fact.host->node); }
    bool operator()(const ir::FieldOf& field) const { return std::visit(*this, field.record->node); }
    bool operator()(const ir::ListOf& list) const { return all(list.items); }
    bool operator()(const ir::Interpolated& text) const { return all(text.parts); }
    template <lang::AnyOf<ir::SecretUse, ir::Kept, ir::Not, ir::Negate, ir::Logic, ir::Compare, ir::Arithmetic, ir::IsUnknown, ir::Choice,
                          ir::Quantified, ir::Filter, ir::OneOf, ir::Call, ir::CallDefine, ir::Here>
                  Other>
    bool operator()(const Other&) const {
        return false;
    }
    bool all(const std::vector<ir::Expr>& parts) const {
        return std::all_of(parts.begin(), parts.end(), [&](const ir::Expr& part) { return std::visit(*this, part.node); });
    }
};

// ---------------------------------------------------------------- places

std::string place_text(lang::Span span) { return fmt::format("{}:{}", span.file, span.begin); }

/// The undo whose statements stand at a place of the text; null where there is none.
const ir::Block* find_undo(const ir::Block& block, const std::string& place) {
    for (const ir::Stmt& stmt : block) {
        for (const ir::InnerBlock& inner : ir::blocks_of(stmt)) {
            const bool is_it = inner.role == ir::Role::Undo && !inner.block->empty() && place_text(inner.block->front().span) == place;
            const ir::Block* found = is_it ? inner.block : find_undo(*inner.block, place);
            if (found != nullptr) return found;
        }
    }
    return nullptr;
}

const ir::Block* find_undo(const ir::Program& program, const std::string& place) {
    if (const ir::Block* found = find_undo(program.body, place)) return found;
    for (const ir::Define& define : program.defines) {
        const auto* body = std::get_if<ir::Block>(&define.body);
        const ir::Block* found = body == nullptr ? nullptr : find_undo(*body, place);
        if (found != nullptr) return found;
    }
    return nullptr;
}

}  // namespace

// ---------------------------------------------------------------- registering

/// A single call is told with its values, as far as they are known without asking a host; the rest as it is written.
std::string Interpreter::undo_text(const ir::Block& undo, Branch& branch) {
    if (undo.size() == 1) {
        if (const auto* action = std::get_if<ir::Action>(&undo.front().node); action != nullptr && IsPlain{}.all(action->arguments)) {
            std::vector<Value> values;
            for (const ir::Expr& argument : action->arguments) values.push_back(evaluate(argument, branch));
            const std::string call = call_text(world_.registry[action->builtin].signature, values);
            return branch.frame.host == nullptr ? call : fmt::format("{} on {}", call, branch.frame.host->name);
        }
    }
    return undo.empty() ? std::string() : evaluator_.source_of({undo.front().span.begin, undo.back().span.end, undo.front().span.file});
}

event::UndoPending Interpreter::pending_undo(const ir::Block& undo, const Key& key, const std::string& call, Branch& branch) {
    return {.key = key,
            .call = call,
            .undo = undo_text(undo, branch),
            .place = place_text(undo.front().span),
            .frame = stored_frame({.define = branch.place.define, .step_title = branch.place.step_title, .frame = branch.frame})};
}

void Interpreter::register_undo(const ir::Block& undo, const Key& key, const std::string& call, Branch& branch) {
    if (undo.empty()) return;
    PendingUndo pending{.told = {}, .statements = &undo, .branch = branch, .globals = nullptr};
    pending.globals = detach(pending.branch);
    pending.branch.place.around.clear();
    pending.branch.unsettled.doubts.clear();
    pending.told = pending_undo(undo, key, call, branch);
    emit(branch, pending.told);
    const std::lock_guard lock(mutex_);
    if (!undo_keys_.insert(key).second) std::erase_if(undos_, [&](const PendingUndo& other) { return other.told.key == key; });
    std::erase_if(earlier_undos_, [&](const event::UndoPending& other) { return other.key == key; });
    undos_.push_back(std::move(pending));
}

void Interpreter::take_up_undo(const ir::Clauses& clauses, const Key& key, const std::string& call, Branch& branch) {
    if (!clauses.undo) return;
    {
        const std::lock_guard lock(mutex_);
        const auto is_it = [&](const event::UndoPending& undo) { return undo.key == key; };
        if (std::none_of(earlier_undos_.begin(), earlier_undos_.end(), is_it)) return;
    }
    register_undo(*clauses.undo, key, call, branch);
}

void Interpreter::settle_step(const std::string& number) {
    const auto is_in_it = [&](const event::UndoPending& undo) { return undo.key.outermost_step() == number; };
    const std::lock_guard lock(mutex_);
    std::erase_if(undos_, [&](const PendingUndo& undo) { return is_in_it(undo.told); });
    std::erase_if(earlier_undos_, is_in_it);
}

// ---------------------------------------------------------------- running

void Interpreter::undo_all() {
    world_.stop.rearm();
    while (!undos_.empty() && !world_.stop.no_new_action()) {
        PendingUndo undo = std::move(undos_.back());
        undos_.pop_back();
        Branch branch = undo.branch;
        branch.bounds.siblings = nullptr;
        branch.bounds.compensating = true;
        branch.bounds.deadline = Deadline::never();
        branch.place.path = undo.told.key.undo_path();
        emit(branch, event::UndoStarted{.key = undo.told.key, .undo = undo.told.undo});
        std::string why, short_why = "it was tried and failed";
        const int gaps = met_gaps_;
        try {
            block(*undo.statements, branch);
            if (met_gaps_ > gaps) why = short_why = "some of it is not simulated";
        } catch (const Failure& failure) {
            why = failure.message;
        }
        emit(branch, event::UndoEnded{.key = undo.told.key, .undo = undo.told.undo, .done = why.empty(), .why = why});
        if (why.empty()) {
            totals_.undone.push_back(due_text(undo.told));
            take_back_left(undo);
        } else {
            totals_.pending_undos.push_back(fmt::format("{}: {}", undo.told.undo, short_why));
        }
    }
}

void Interpreter::take_back_left(const PendingUndo& undo) {
    const std::string where = undo.branch.frame.host == nullptr ? "" : " on " + undo.branch.frame.host->name;
    const std::string of_earlier_part = fmt::format("{}{}: ", undo.told.call, where);
    const std::lock_guard lock(mutex_);
    std::set<std::string> gone;
    for (const auto& [key, text] : left_by_) {
        if (key.belongs_to(undo.told.key)) gone.insert(text);
    }
    std::erase_if(totals_.left, [&](const std::string& text) { return gone.contains(text) || text.starts_with(of_earlier_part); });
}

void Interpreter::settle_undos() {
    if (!undos_.empty() && !locked_out_ && options_.on_failure == OnFailure::Ask && !undo_wanted_) {
        std::vector<std::string> lines;
        for (auto undo = undos_.rbegin(); undo != undos_.rend(); ++undo) lines.push_back("  " + due_text(undo->told));
        const std::string question = fmt::format("{} to undo, in this order:\n{}\nundo now?", undos_.size(), fmt::join(lines, "\n"));
        world_.stop.rearm();
        const Reaction answer = world_.person.choose(
            {.kind = Question::Kind::Undo, .about = {}, .text = question},
            {{"undo", "run them now, last change first"},
             {"keep", site_ends() ? "leave everything as it is" : "leave everything as it is; `procrun undo` can run them later"}},
            Time::max());
        if (answer.kind == Reaction::Kind::Yes) {
            emit({}, event::Decided{.about = "undo", .choice = answer.text, .reason = {}, .by = answer.by});
            undo_wanted_ = answer.text == "undo";
        }
    }
    if (!undos_.empty() && (undo_wanted_ || options_.on_failure == OnFailure::Undo) && still_locked()) undo_all();
    const auto still_due = [&](const event::UndoPending& undo) { totals_.pending_undos.push_back(due_text(undo)); };
    for (auto undo = undos_.rbegin(); undo != undos_.rend(); ++undo) still_due(undo->told);
    std::for_each(earlier_undos_.rbegin(), earlier_undos_.rend(), still_due);
}

event::RunEnded Interpreter::run_undos(const std::vector<event::UndoPending>& pending) {
    const Time started = world_.scheduler.now();
    tell_resumed({}, static_cast<int>(pending.size()));
    for (const event::UndoPending& told : pending) {
        std::erase_if(earlier_undos_, [&](const event::UndoPending& other) { return other.key == told.key; });
        const Key& key = told.key;
        PendingUndo undo{.told = told, .statements = find_undo(program_, told.place), .branch = {}, .globals = nullptr};
        if (undo.statements == nullptr) {
            totals_.pending_undos.push_back(fmt::format("{}: it is no longer in the procedure's text", told.undo));
            continue;
        }
        Branch& branch = undo.branch;
        branch.place.step = key.step;
        branch.place.path = key.path;
        auto restored = restored_frame(told.frame, program_);
        const lang::Host* const host = key.host.empty() ? nullptr : program_.site->find_host(key.host);
        if (!restored || (host == nullptr && !key.host.empty())) {
            totals_.pending_undos.push_back(
                restored ? fmt::format("{}: the site has no host {} any more", told.undo, key.host)
                         : fmt::format("{}: the values that it needs are not in the journal as they were written", told.undo));
            continue;
        }
        branch.place.define = restored->define;
        branch.place.step_title = std::move(restored->step_title);
        branch.frame = std::move(restored->frame);
        branch.frame.host = host;
        undo.globals = std::move(restored->globals);
        branch.frame.globals = undo.globals.get();
        undos_.push_back(std::move(undo));
    }
    undo_wanted_ = true;
    try {
        take_lock({});
    } catch (const Failure& failure) {
        totals_.end = failure.end;
    }
    settle_undos();
    if (const auto left = residues_.read_end(leaves_)) emit({}, *left);
    release_lock();
    totals_.took = world_.scheduler.now() - started;
    tell_rehearsed();
    emit({}, totals_);
    return totals_;
}

event::RunEnded run_undos(const ir::Program& program, World& world, const RunOptions& options,
                          const std::vector<event::UndoPending>& pending) {
    return Interpreter(program, world, options).run_undos(pending);
}

}  // namespace runtime
