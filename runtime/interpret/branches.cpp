// Branches that run at the same time, and what they owe each other.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/interpret/effects/invariants.hpp"
#include "runtime/interpret/interpreter.hpp"

namespace runtime {

namespace {

/// Unknown outcomes weigh most, then an abort: a run ends as its worst branch does.
int weight(End end) { return end == End::UnknownOutcome ? 2 : end == End::Aborted ? 1 : 0; }

/// Slots of `let`s that stand directly in a step: later steps read them, so a branch hands them back.
void visible_slots(const ir::Stmt& stmt, std::vector<int>& slots) {
    const auto* step = std::get_if<ir::Step>(&stmt.node);
    if (step == nullptr) return;
    slots.insert(slots.end(), step->visible.begin(), step->visible.end());
    for (const ir::Stmt& inner : step->body) visible_slots(inner, slots);
}

}  // namespace

void Interpreter::in_parallel(Branch& branch, std::vector<Branch>& branches, std::size_t max,
                              const std::function<void(std::size_t, Branch&)>& body) {
    Siblings siblings{.outer = branch.bounds.siblings};
    std::vector<std::optional<Failure>> failures(branches.size());
    std::exception_ptr broken;  // an observer that cannot go on, or a bug of ours
    std::mutex broken_mutex;
    std::vector<std::function<void()>> lines;
    for (std::size_t i = 0; i < branches.size(); ++i) {
        branches[i].bounds.siblings = &siblings;
        lines.emplace_back([&, i] {
            try {
                body(i, branches[i]);
            } catch (const Failure& failure) {
                failures[i] = failure;
                siblings.failed = true;
            } catch (...) {
                siblings.failed = true;
                const std::lock_guard lock(broken_mutex);
                broken = std::current_exception();
            }
        });
    }
    world_.scheduler.run_all(std::move(lines), max);
    const int before = branch.done.changes, sent_before = branch.done.sent;
    for (const Branch& own : branches) {
        branch.done.changes += own.done.changes - before;
        branch.done.sent += own.done.sent - sent_before;
        carry_doubts(own, branch);
    }
    if (broken) std::rethrow_exception(broken);
    const Failure* worst = nullptr;
    for (const auto& failure : failures) {
        if (failure && (worst == nullptr || weight(failure->end) > weight(worst->end))) worst = &*failure;
    }
    if (worst != nullptr) throw Failure(*worst);
}

void Interpreter::execute(const ir::Parallel& parallel, Branch& branch) {
    std::vector<Branch> branches(parallel.branches.size(), branch);
    for (std::size_t i = 0; i < branches.size(); ++i)
        branches[i].place.path.push_back({.kind = Key::Part::Kind::Branch, .number = static_cast<int>(i) + 1});
    in_parallel(branch, branches, 0, [&](std::size_t i, Branch& own) { statement(parallel.branches[i], own); });
    for (std::size_t i = 0; i < branches.size(); ++i) {
        std::vector<int> slots;
        visible_slots(parallel.branches[i], slots);
        for (const int slot : slots) branch.frame[slot] = branches[i].frame[slot];
    }
}

void Interpreter::check_invariants(const Branch& branch) {
    if (world_.broken_invariant) return;  // asked after every action already
    if (auto broken = broken_invariant(evaluator_, branch.place.step)) throw Failure{.end = End::Failed, .message = std::move(*broken)};
}

}  // namespace runtime
