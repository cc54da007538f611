#include "runtime/connection/host_connections.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "runtime/connection/net/network.hpp"
#include "runtime/shell/last_line.hpp"
#include "runtime/shell/sudo.hpp"

namespace runtime {

namespace {

/// Only a command that ended by itself has said anything: one that was killed has no exit status that could be read.
bool answered(const Reply& reply) { return reply.ending == Ending::Exited; }

/// No reader sees it: whatever it made of it would be about the simulation, and not about the host.
Value not_simulated(const lang::Host& host, const Reply& reply, const std::function<std::string(std::string)>& mask) {
    return Value::not_simulated(fmt::format("{}: {}", host.name, mask(reply.describe())), reply.mend);
}

/// An action does what its account would do. All else is asked so that its answer is read.
Language language_of(event::CommandEnded::For purpose) {
    return purpose == event::CommandEnded::For::Action ? Language::OfAccount : Language::Plain;
}

}  // namespace

const Value* not_simulated_among(const Detected& detected) {
    for (const auto& [name, value] : detected) {
        if (value.is_not_simulated()) return &value;
    }
    return nullptr;
}

Connection& HostConnections::connection(const lang::Host& host) {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Connection>& connection = known_[&host].connection;
    if (!connection) connection = world_.connect(host);
    return *connection;
}

Privilege HostConnections::privilege(const lang::Host& host) const {
    Privilege privilege{.become = host.become, .sudo_password = std::nullopt};
    if (host.become == lang::Become::Sudo && host.sudo_password) {
        const Value password = world_.secret(*host.sudo_password);
        if (password.is_unknown()) throw std::invalid_argument(password.why_unknown().why);
        privilege.sudo_password = password.secret_bytes();
    }
    return privilege;
}

Reply HostConnections::run(const lang::Host& host, const Command& command, Duration patience, event::CommandEnded::For purpose,
                           const std::string& step) {
    Reply reply;
    try {
        const bool is_action = purpose == event::CommandEnded::For::Action;
        const Sending sending = prepare(host, command, language_of(purpose));
        const Line line = is_action ? guarded_line(sending, command) : sending.line;
        LastLine last(world_.scheduler.now());
        const Duration limit = std::min(patience, command.patience());
        reply = execute(connection(sending.to), line, limit, world_.scheduler, world_.stop, [&](const Stream::Chunk& chunk) {
            if (auto news = last.hear(chunk.bytes, world_.scheduler.now())) {
                emitter_.emit(step, host.name, event::CommandOutput{std::move(*news)});
            }
        });
        // An action that failed has failed, whoever says so.
        if (!is_action) doubt_sudo(sending.to, command, limit - reply.took, reply);
        if (is_action && kept_back(reply)) {
            reply.ending = Ending::NotSent;
            reply.kept_back = true;
            reply.err = fmt::format("{} knows of a newer run on this site", sending.to.name);
        }
    } catch (const std::invalid_argument& refused) {
        reply.ending = Ending::NotSent;
        reply.err = refused.what();
    }
    reply.mask_told(world_.mask);
    if (!reply.rests_on.empty()) {
        const std::lock_guard lock(mutex_);
        rested_on_.insert(world_.mask(reply.rests_on));
    }
    if (!reply.mend.empty()) reply.mend = world_.mask(std::move(reply.mend));
    for (Reply& asked : reply.asked) asked.mask_told(world_.mask);
    for (const Reply& asked : reply.asked) emit(host, asked, event::CommandEnded::For::Detection, step);
    emit(host, reply, purpose, step);
    return reply;
}

std::vector<std::string> HostConnections::rested_on() const {
    const std::lock_guard lock(mutex_);
    return {rested_on_.begin(), rested_on_.end()};
}

void HostConnections::guard_actions(Guard guard) {
    const std::lock_guard lock(mutex_);
    guard_ = std::move(guard);
}

Line HostConnections::guarded_line(const Sending& sending, const Command& command) const {
    const std::lock_guard lock(mutex_);
    const bool can_test = guard_ && !sending.line.request && sending.to.os != lang::Os::Windows;
    return can_test ? guarded(sending.line, command, *guard_) : sending.line;
}

/// Where it may be sudo that has ended with this status, sudo is asked.
void HostConnections::doubt_sudo(const lang::Host& to, const Command& command, Duration patience, Reply& reply) {
    if (to.os == lang::Os::Windows || !may_be_sudos_word(reply)) return;
    const Privilege privilege = this->privilege(to);
    if (!goes_by_sudo(command, privilege)) return;
    const Line question = sudo_question(command, privilege);
    Reply answer = execute(connection(to), question, std::max(patience, Duration(0)), world_.scheduler, world_.stop);
    if (const auto why = not_the_commands(command, reply, answer)) {
        reply.ending = Ending::Doubtful;
        reply.err = fmt::format("{}\n{}", *why, reply.err);
    }
    reply.asked.push_back(std::move(answer));
}

std::optional<Reply> HostConnections::asked_of_sudo(const lang::Host& host, const Command& command, Duration patience,
                                                    const std::string& step) {
    const lang::Host& to = command.other_host() != nullptr ? *command.other_host() : host;
    if (to.os == lang::Os::Windows || !goes_by_sudo(command, {.become = to.become, .sudo_password = {}})) return std::nullopt;
    Reply answer;
    try {
        answer = execute(connection(to), sudo_question(command, privilege(to)), patience, world_.scheduler, world_.stop);
    } catch (const std::invalid_argument& refused) {
        answer.err = refused.what();
    }
    answer.mask_told(world_.mask);
    emit(to, answer, event::CommandEnded::For::Detection, step);
    return answer;
}

void HostConnections::emit(const lang::Host& host, const Reply& reply, event::CommandEnded::For purpose, const std::string& step) {
    emitter_.emit(step, host.name,
                  event::CommandEnded{.purpose = purpose,
                                      .command = reply.command,
                                      .ending = reply.describe(),
                                      .ok = reply.ok(),
                                      .out = reply.out,
                                      .err = reply.err,
                                      .took = reply.took});
}

HostConnections::Sending HostConnections::prepare(const lang::Host& host, const Command& command, Language language) const {
    const lang::Host& to = command.other_host() != nullptr ? *command.other_host() : host;
    return {to, line_for(to, command, command.may_become() ? privilege(to) : Privilege{}, language)};
}

std::string HostConnections::shown(const lang::Host& host, const Command& command) const {
    try {
        return prepare(host, command, Language::OfAccount).line.shown;
    } catch (const std::invalid_argument&) {
        return {};
    }
}

Value HostConnections::read(const Read& read, const Context& context, Duration patience, event::CommandEnded::For purpose,
                            const std::string& step, std::string* shown) {
    const lang::Host& host = *context.host;
    std::vector<Reply> replies;
    for (const Command& command : read.commands(context)) {
        replies.push_back(run(host, command, patience, purpose, step));
        const Reply& reply = replies.back();
        if (shown != nullptr) *shown += (shown->empty() ? "" : "; ") + reply.command;
        if (reply.ending == Ending::NotSimulated) return not_simulated(host, reply, world_.mask);
        if (!answered(reply) && !read.reads_silence) {
            // What could not be sent says by itself which host it is about.
            const std::string why = world_.mask(reply.describe());
            return Value::unknown(reply.ending == Ending::NotSent ? why : fmt::format("{}: {}", host.name, why));
        }
        if (reply.truncated) return Value::unknown(fmt::format("{}: more than {} MiB of output", host.name, output_limit >> 20));
    }
    return read.value(replies, context);
}

Detected HostConnections::detect(const lang::Host& host, const std::vector<std::string>& needs, Duration patience,
                                 const std::string& step) {
    Detected detected;
    for (const std::string& name : needs) {
        {
            const std::lock_guard lock(mutex_);
            const Detected& known = known_[&host].detected;
            if (const auto it = known.find(name); it != known.end()) {
                detected.insert(*it);
                continue;
            }
        }
        static const lang::Signature none{};
        static const Arguments no_arguments(none, {});
        const Value value = read(world_.registry.detection(name).read, context(no_arguments, &host, detected), patience,
                                 event::CommandEnded::For::Detection, step);
        detected.insert_or_assign(name, value);
        // What could not be told now may be told later.
        if (value.is_unknown()) continue;
        const std::lock_guard lock(mutex_);
        known_[&host].detected.insert_or_assign(name, value);
    }
    return detected;
}

void HostConnections::forget(const lang::Host& host) {
    const std::lock_guard lock(mutex_);
    const auto it = known_.find(&host);
    if (it == known_.end()) return;
    it->second.detected.clear();
    if (it->second.connection) it->second.connection->reset();
}

Context HostConnections::context(const Arguments& arguments, const lang::Host* host, const Detected& detected) const {
    return {.arguments = arguments,
            .host = host,
            .site = &site_,
            .detected = detected,
            .now = world_.scheduler.wall(),
            .secret = world_.secret};
}

}  // namespace runtime
