// Machines that do not answer: told before anything is changed, and left out where a person says so.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <exception>

#include "lang/analysis/needed_hosts.hpp"
#include "lang/analysis/nodes.hpp"
#include "runtime/interpret/effects/acts.hpp"
#include "runtime/interpret/interpreter.hpp"

namespace runtime {

namespace {

using namespace std::chrono_literals;
using Machine = event::SilentAtStart::Machine;

/// For all of them together: as long as what may be left behind is read of a host before the first change.
constexpr Duration patience_with_all = 15s;

/// What would not have us, or was not asked because we were told to stop, is not silent.
bool is_silent(const Reply& reply) {
    switch (reply.ending) {
        case Ending::NotSent:
            return reply.code != EACCES && reply.code != ECANCELED;
        case Ending::LinkLost:
        case Ending::Deadline:
            return true;
        case Ending::Exited:
        case Ending::Doubtful:
        case Ending::Signalled:
        case Ending::Cancelled:
        case Ending::NotSimulated:
            break;
    }
    return false;
}

/// Of a query that lists failings an item may be.
bool has_unknown(const Value& value) {
    if (value.is_unknown()) return true;
    if (!std::holds_alternative<std::shared_ptr<const lang::List>>(value.payload())) return false;
    return std::any_of(value.items().begin(), value.items().end(), [](const Value& item) { return item.is_unknown(); });
}

std::string names_of(const std::vector<Machine>& machines, std::string_view between = ", ") {
    std::vector<std::string> names;
    for (const Machine& machine : machines) names.push_back(machine.host);
    return fmt::format("{}", fmt::join(names, between));
}

std::string refusal(const std::vector<Machine>& needed, const std::string& nobody) {
    std::string text = "refused: machines that the procedure needs do not answer";
    for (const Machine& machine : needed) text += fmt::format("\n  {}, for {}: {}", machine.host, machine.needed_by, machine.why);
    std::string flags;
    for (const Machine& machine : needed) flags += " --without " + machine.host;
    text += fmt::format("\nNothing was changed. Make them answer, or run it with{}: what stands on them is skipped then.", flags);
    return nobody.empty() ? text : text + "\n" + nobody;
}

}  // namespace

event::SilentAtStart Interpreter::silent_machines() {
    const auto reads_silence = [&](std::size_t builtin) {
        const auto* query = std::get_if<Query>(&world_.registry[builtin].parts);
        return query != nullptr && query->read.reads_silence;
    };
    const auto is_over = [&](const std::string& step) {
        return resumption_.finished(step).has_value() || resumption_.passed_over(step) != nullptr;
    };
    std::vector<lang::ReachedHost> hosts =
        lang::reached_hosts(program_, world_.registry.catalog(), {.reads_silence = reads_silence, .is_over = is_over});
    std::erase_if(hosts, [&](const lang::ReachedHost& one) { return left_out_.contains(one.host); });
    std::vector<Reply> replies(hosts.size());
    std::vector<std::exception_ptr> broken(hosts.size());
    std::vector<std::function<void()>> looks;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        looks.emplace_back([&, i] {
            try {
                replies[i] = connections_.run(*hosts[i].host, Command::program({"hostname"}).as_login_user(), patience_with_all,
                                              event::CommandEnded::For::Detection, {});
            } catch (...) {
                broken[i] = std::current_exception();  // an observer that cannot go on
            }
        });
    }
    world_.scheduler.run_all(std::move(looks), 0);
    for (const std::exception_ptr& one : broken) {
        if (one) std::rethrow_exception(one);
    }
    // What this run has done already may be the reason of a silence: it has switched the machine off itself.
    std::set<std::string> acted_on;
    for (const Key& key : resumption_.done()) acted_on.insert(key.host);
    event::SilentAtStart told;
    std::map<const lang::Host*, std::string> silent;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        if (!is_silent(replies[i])) continue;
        const lang::Host& host = *hosts[i].host;
        const std::string why = world_.mask(replies[i].describe());
        silent.emplace(&host, why);
        std::string by;
        if (hosts[i].needed_by && !acted_on.contains(host.name)) {
            const lang::Span span = *hosts[i].needed_by;
            by = fmt::format("`{}` ({})", evaluator_.source_of(span), evaluator_.place_of(span));
        }
        told.machines.push_back({.host = host.name, .why = why, .needed_by = std::move(by)});
    }
    residues_.are_silent(std::move(silent));
    return told;
}

void Interpreter::look_for_silent(const Branch& branch) {
    for (const std::string& host : options_.without) leave_out(host, fmt::format("{} is left out: --without {}", host, host));
    for (bool first = true;; first = false) {
        event::SilentAtStart told;
        if (options_.silent != Silent::NotLooked && acts(program_)) told = silent_machines();
        if (first) told.without = options_.without;
        if (told.machines.empty() && told.without.empty()) return;
        emit(branch, told);
        std::vector<Machine> needed = told.machines;
        std::erase_if(needed, [](const Machine& machine) { return machine.needed_by.empty(); });
        if (needed.empty() || options_.silent != Silent::Decide) return;
        if (decide_about(needed, branch) == Choice::Without) return;
    }
}

Interpreter::Choice Interpreter::decide_about(const std::vector<Machine>& needed, const Branch& branch) {
    const auto end = [&](End end, std::string message) {
        emit(branch, event::Failed{message});
        throw Failure{.end = end, .message = std::move(message), .told = true, .final = true};
    };
    const std::string names = names_of(needed);
    const Reaction answer =
        world_.person.choose({.kind = Question::Kind::Silent,
                              .about = names,
                              .text = fmt::format("{} {} not answer, and the procedure needs {}. What now?", names_of(needed, " and "),
                                                  needed.size() == 1 ? "does" : "do", needed.size() == 1 ? "it" : "them")},
                             {{"without", "go on without: what stands on them is skipped, and told"},
                              {"retry", "look again whether they answer"},
                              {"abort", "end the run here; nothing was changed"}},
                             Time::max());
    if (answer.kind != Reaction::Kind::Yes) {
        if (world_.stop.no_new_action()) end(End::Aborted, "interrupted: nothing was changed");
        end(End::Refused, refusal(needed, answer.text));
    }
    emit(branch, event::Decided{.about = "machines that do not answer: " + names, .choice = answer.text, .reason = {}, .by = answer.by});
    if (answer.text == "retry") return Choice::Again;
    if (answer.text != "without") end(End::Aborted, fmt::format("{} has ended the run, as these do not answer: {}", answer.by, names));
    for (const Machine& machine : needed)
        leave_out(machine.host, fmt::format("{} did not answer as the run began, and {} has left it out", machine.host, answer.by));
    return Choice::Without;
}

// ---------------------------------------------------------------- leaving out

void Interpreter::leave_out(const std::string& host, const std::string& reason) {
    if (const lang::Host* one = program_.site->find_host(host)) left_out_.emplace(one, reason);
}

bool Interpreter::is_left_out(const Branch& branch) const { return left_out_.contains(branch.frame.host); }

void Interpreter::skip_left_out(const Key& key, const std::string& what, const Branch& branch) {
    const auto reason = left_out_.find(branch.frame.host);
    const std::string why = reason != left_out_.end() ? reason->second : "it is unknown because of what is left out";
    const std::string where = branch.frame.host == nullptr ? "" : " on " + branch.frame.host->name;
    const std::string step = branch.place.step.empty() ? "" : " in step " + branch.place.step;
    const std::string text = fmt::format("{}{}{}", what, where, step);
    emit(branch, event::Skipped{.key = key, .what = text, .reason = why});
    const std::lock_guard lock(mutex_);
    totals_.skipped.push_back(fmt::format("{}: {}", text, why));
}

bool Interpreter::skips(const ir::Stmt& stmt, const Failure& failure, Branch& branch) {
    if (failure.end != End::Failed || failure.final || !is_left_out(branch) || world_.stop.no_new_action()) return false;
    const auto unbound = [&](int slot) {
        branch.frame[slot] = Value::unknown(left_out_.at(branch.frame.host));
        return true;
    };
    const bool is_skipped = std::visit(
        [&]<typename Node>(const Node& node) {
            if constexpr (std::is_same_v<Node, ir::Let> || std::is_same_v<Node, ir::Find>) return unbound(node.slot);
            return std::is_same_v<Node, ir::Action> || std::is_same_v<Node, ir::RunDefine> || std::is_same_v<Node, ir::Require> ||
                   std::is_same_v<Node, ir::Wait> || std::is_same_v<Node, ir::If> || std::is_same_v<Node, ir::For>;
        },
        stmt.node);
    // Without a key: what it would be about is not known. A resume looks again.
    if (is_skipped) skip_left_out({}, shortened_source(stmt), branch);
    return is_skipped;
}

bool Interpreter::unknown_of_left_out(const ir::Expr& condition, const Evaluation& evaluation, const Branch& branch) const {
    if (left_out_.empty()) return false;
    const auto is_told_unknown = [](const Value& value) { return value.is_unknown() && !value.is_not_simulated(); };
    const bool has_other_unknowns = lang::analysis::any_node(condition, [&](const ir::Expr& part) {
        if (const auto* slot = std::get_if<ir::Slot>(&part.node)) {
            return is_told_unknown(branch.frame.slots[static_cast<std::size_t>(slot->index)]);
        }
        if (const auto* global = std::get_if<ir::Global>(&part.node)) return is_told_unknown(branch.frame.global(global->index));
        return std::holds_alternative<ir::Kept>(part.node);
    });
    if (has_other_unknowns) return false;
    const auto is_out = [&](const Observation& one) {
        return std::any_of(left_out_.begin(), left_out_.end(), [&](const auto& out) { return out.first->name == one.host; });
    };
    bool any = false;
    for (const Observation& one : evaluation.observations()) {
        if (!has_unknown(one.value) || one.value.is_not_simulated()) continue;
        if (!is_out(one)) return false;
        any = true;
    }
    return any;
}

}  // namespace runtime
