#include "runtime/interpret/effects/action_runner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/event/value_json.hpp"
#include "runtime/shell/dialect.hpp"

namespace runtime {

namespace {

using State = Verdict::State;
using Purpose = event::CommandEnded::For;

/// For one look while an action is on its way: a host that hangs must not eat the whole deadline.
constexpr Duration probe_timeout = std::chrono::seconds(30);

std::string default_complaint(const Reply& reply) { return reply.describe(); }

std::optional<Gap> gap_of(const Value& value) {
    if (!value.is_not_simulated()) return std::nullopt;
    return Gap{.why = value.why_unknown().why, .mend = value.why_unknown().mend};
}

}  // namespace

/// The parts of one action with everything that they are given.
struct ActionRunner::Attempt {
    ActionRunner& self;
    const Request& request;
    const runtime::Action& action;
    Time started;
    Detected detected;
    Looked looked = {};  ///< the last look

    const lang::Host& host = request.host;
    Deadline deadline = request.deadline;

    Time now() const { return self.world_.scheduler.now(); }
    Duration left() const { return deadline.left(now()); }
    Context context() const { return self.connections_.context(request.arguments, &host, detected); }

    bool can_look() const { return action.probe || request.done_when; }
    Duration patience() const { return std::clamp(left(), shortest_look, probe_timeout); }

    struct Look {
        Value seen;  ///< what the probe saw; nothing where the procedure judges
        Verdict verdict;
    };
    /// Is it needed?
    Look look() {
        looked = {};
        if (request.done_when) return {{}, request.done_when(patience(), looked)};
        Value seen = probe(Purpose::Probe);
        Verdict verdict = judged(seen);
        return {std::move(seen), std::move(verdict)};
    }
    /// Has it arrived, since `before` was seen?
    Verdict probe_again(const Value& before) {
        looked = {};
        return request.done_when ? request.done_when(patience(), looked) : judged_after(before, probe(Purpose::Verify));
    }
    Value probe(Purpose purpose) {
        std::string commands;
        Value seen = self.connections_.read(*action.probe, context(), patience(), purpose, request.step, &commands);
        if (!commands.empty()) looked.by = fmt::format("{} by: {}", host.name, without_base64(commands));
        looked.gap = gap_of(seen);
        return seen;
    }

    /// Waits one poll. False when the deadline or an interruption came.
    bool pause() {
        const Stop& stop = self.world_.stop;
        self.world_.scheduler.sleep_until(Deadline::after(now(), action.poll).tighter(deadline).time(), stop, Stop::Level::StopWaiting);
        return !deadline.expired(now()) && !stop.stop_waiting();
    }

    void progress(const std::string& seen) {
        self.emitter_.emit(
            request.step, host.name,
            event::ActionProgress{.call = request.call, .seen = seen, .elapsed = now() - started, .within = deadline.left(started)});
    }

    std::string read_by() const { return looked.by.empty() ? std::string() : "\n  read on " + looked.by; }

    Verdict judged(const Value& seen) const {
        if (seen.is_unknown()) return {.state = State::Unclear, .why = seen.why_unknown().why};
        return action.judge(seen, context());
    }

    Verdict judged_after(const Value& before, const Value& seen) const {
        if (seen.is_unknown()) return {.state = State::Unclear, .why = seen.why_unknown().why};
        return action.arrived ? action.arrived(before, seen, context()) : action.judge(seen, context());
    }

    /// As it was told before the earlier part of the run sent it.
    Verdict judged_since_sent(const Value& now) const {
        const Value before = request.sent_before->seen.empty() || now.is_unknown()
                                 ? Value::unknown("what was there before it was sent is not known")
                                 : value_from_json_like(request.sent_before->seen, now, self.connections_.site());
        return judged_after(before, now);
    }

    ActionResult failed(Effect effect, const std::string& why) const {
        return {.effect = effect, .why = why + read_by(), .interrupted = self.world_.stop.no_new_action()};
    }

    ActionResult not_simulated(Effect effect, Gap gap) const {
        std::string why = gap.why;
        return {.effect = effect, .why = std::move(why), .verified = false, .gap = std::move(gap)};
    }

    /// What an earlier part of the run had sent: waits for it as long as it is on its way, where it was not said to have failed.
    /// Nothing: it has not arrived.
    std::optional<ActionResult> arrived_since() {
        // Nothing but the state that it is to reach tells of a script. Until its time is over it may be at work, and that is not our time.
        const Time until = request.done_when ? request.sent_before->may_run_until : now();
        if (until > now()) deadline = deadline.later_by(until - now());
        while (true) {
            Verdict verdict = request.done_when ? look().verdict : judged_since_sent(probe(Purpose::Probe));
            if (verdict.state == State::Reached)
                return ActionResult{.effect = Effect::Changed, .why = verdict.why, .verified = verdict.verified};
            if (verdict.state != State::Moving && now() < until) {
                verdict.state = State::Moving;
                verdict.why += fmt::format("\nit was sent before, and may still be at work until {}", Value(until).plain());
            }
            if (verdict.state != State::Moving || request.sent_before->is_over) return std::nullopt;
            progress(verdict.why);
            if (!pause()) return failed(Effect::Unknown, fmt::format("it is still on the move: {}", verdict.why));
        }
    }

    ActionResult perform() {
        if (request.sent_before != nullptr) {
            if (auto performance = arrived_since()) return *performance;
        }
        Look before;
        if (can_look()) {
            before = look();
            while (before.verdict.state == State::Moving) {
                progress(before.verdict.why);
                if (!pause())
                    return failed(Effect::NotSent,
                                  fmt::format("it is still on the move after {}: {}", lang::show(now() - started), before.verdict.why));
                before = look();
            }
            if (looked.gap) return not_simulated(Effect::NotSimulated, *looked.gap);
            const State state = before.verdict.state;
            const std::string& why = before.verdict.why;
            if (state == State::Reached) return {.effect = Effect::Unchanged, .why = why};
            if (state == State::Unclear) {
                return failed(Effect::NotSent, fmt::format("it could not be told whether this is needed, so nothing was sent: {}", why));
            }
            if (state != State::Needed) return failed(Effect::NotSent, fmt::format("refused, nothing was sent: {}", why));
        }
        if (request.only_look) {
            const std::string seen = before.verdict.why.empty() ? "" : fmt::format(" ({})", before.verdict.why);
            return failed(Effect::NotSent, fmt::format("it is still not so{}; nothing was sent", seen));
        }
        if (self.world_.stop.no_new_action())
            return {.effect = Effect::NotSent, .why = "interrupted: nothing was sent", .interrupted = true};
        return prepared() ? send(before.seen) : perform();
    }

    /// False where this took so long that what was seen may be so no more. It is not the action's time.
    bool prepared() {
        const Time began = now();
        if (!request.before_change || !request.before_change()) return true;
        deadline = deadline.later_by(now() - began);
        return false;
    }

    ActionResult send(const Value& before) {
        const Command command = action.command(before, context());
        self.emitter_.emit(request.step, host.name,
                           event::Intent{.key = request.key,
                                         .call = request.call,
                                         .command = self.connections_.shown(host, command),
                                         .seen = action.probe ? value_to_json(before) : std::string(),
                                         .undos = request.due_if_sent ? request.due_if_sent() : std::vector<event::UndoPending>()});
        // Telling the intent takes as long as the disk does, and this process may be paused at any time.
        if (std::string why = request.refused_now ? request.refused_now() : std::string(); !why.empty())
            return {.effect = Effect::NotSent, .why = "nothing was sent: " + why};
        const Reply reply = self.connections_.run(host, command, left(), Purpose::Action, request.step);
        if (action.ends_link) self.connections_.forget(host);

        if (reply.ending == Ending::NotSimulated)
            return not_simulated(Effect::NotSimulated, {.why = fmt::format("{}: {}", host.name, reply.describe()), .mend = reply.mend});
        if (reply.ending == Ending::NotSent) {
            return {.effect = Effect::NotSent,
                    .why = fmt::format("nothing was sent: {}", reply.describe()),
                    .interrupted = self.world_.stop.no_new_action(),
                    .kept_back = reply.kept_back};
        }
        // An exit status that may be a refusal is an end, and a complaint whatever the tool's own would be.
        const bool doubtful = reply.ending == Ending::Doubtful;
        const bool ended = doubtful || reply.ending == Ending::Exited || (action.ends_link && reply.ending == Ending::LinkLost);
        std::string complaint;
        if (!ended || doubtful) {
            complaint = reply.describe();
        } else if (action.complaint) {
            complaint = action.complaint(reply, context()).value_or("");
        } else if (reply.ending == Ending::Exited && reply.code != 0) {
            complaint = default_complaint(reply);
        }
        if (!can_look()) {
            if (!ended) return {.effect = Effect::Unknown, .why = complaint, .interrupted = self.world_.stop.no_new_action()};
            if (!complaint.empty())
                return {.effect = Effect::Failed, .why = fmt::format("`{}`: {}", without_base64(reply.command), complaint)};
            return {.effect = Effect::Changed, .verified = false};
        }
        return verify(before, reply, complaint, ended);
    }

    /// The command has ended or was lost: what does the system say? A complaint counts unless the state is reached all the same.
    ActionResult verify(const Value& before, const Reply& reply, const std::string& complaint, bool ended) {
        Verdict verdict;
        do {
            verdict = probe_again(before);
            if (verdict.state == State::Reached) return {.effect = Effect::Changed, .why = verdict.why, .verified = verdict.verified};
            if (verdict.state == State::Failed) return failed(Effect::Failed, verdict.why);
            if (looked.gap) return not_simulated(Effect::Unknown, *looked.gap);
            if (verdict.state == State::Unclear && ended && action.says_done && action.says_done(reply, context()))
                return {.effect = Effect::Changed, .why = verdict.why, .verified = false};
            // The tool said no and nothing moves: waiting would only hide its words.
            if (ended && !complaint.empty() && verdict.state != State::Moving && verdict.state != State::Unclear) break;
            progress(verdict.why);
        } while (pause());

        const std::string seen = verdict.why.empty() ? "not reached" : verdict.why;
        if (!complaint.empty()) {
            const Effect effect = ended ? Effect::Failed : Effect::Unknown;
            return failed(effect, fmt::format("`{}`: {}\n  afterwards: {}", without_base64(reply.command), complaint, seen));
        }
        if (verdict.state == State::Unclear) {
            return failed(Effect::Unknown, fmt::format("the command was sent, but for {} nobody could tell what it did: {}",
                                                       lang::show(now() - started), seen));
        }
        return failed(Effect::Failed, fmt::format("{} {}: {}\n  the command itself succeeded; the system may still be on its way",
                                                  self.world_.stop.stop_waiting() ? "we stopped waiting after" : "not reached within",
                                                  lang::show(now() - started), seen));
    }
};

ActionResult ActionRunner::perform(const Request& request) {
    if (const auto refused = lang::refusal(request.builtin.signature, request.arguments.values()))
        return {.effect = Effect::NotSent, .why = fmt::format("refused, nothing was sent: {}", *refused)};
    const Time started = world_.scheduler.now();
    const Duration patience = std::min(request.deadline.left(started), probe_timeout);
    Attempt attempt{.self = *this,
                    .request = request,
                    .action = std::get<runtime::Action>(request.builtin.parts),
                    .started = started,
                    .detected = connections_.detect(request.host, request.builtin.needs, patience, request.step)};
    if (const Value* gap = not_simulated_among(attempt.detected)) return attempt.not_simulated(Effect::NotSimulated, *gap_of(*gap));
    return attempt.perform();
}

}  // namespace runtime
