#include "tests/real/here.hpp"

#include <doctest/doctest.h>

#include "runtime/connection/net/network.hpp"
#include "runtime/connection/ssh/connections.hpp"
#include "runtime/shell/dialect.hpp"
#include "stdlib/all.hpp"

namespace real {

using namespace std::chrono_literals;
using runtime::Reply;
using State = Verdict::State;

namespace {

/// A machine that was switched off is given up soon: the tests wait for that. One that is slow is not.
constexpr runtime::Duration quiet = 1s, dead = 8s;

}  // namespace

Here::Here() : registry_(stdlib::all()), current_("here") {
    add_host(current_);
    connection_ = runtime::network_connections(runtime::local_connections(*scheduler_, stop_), *scheduler_, stop_)(host(current_));
}

Here::Here(const lang::Host& machine, support::SshHome& home) : registry_(stdlib::all()), current_(machine.name) {
    site.hosts.push_back(std::make_unique<lang::Host>(machine));
    connection_ = runtime::ssh_connections(
        *scheduler_, stop_, [](const std::string&) { return std::nullopt; },
        [](std::string_view) { return Value::unknown("there are no secrets here"); },
        {.directory = home.directory(), .quiet = quiet, .dead = dead})(host(current_));
}

void Here::add_host(const std::string& name) {
    site.hosts.push_back(std::make_unique<lang::Host>());
    site.hosts.back()->name = name;
}

const runtime::Builtin& Here::find(const std::string& builtin) const {
    const auto dot = builtin.find('.');
    const auto index = registry_.catalog().find(builtin.substr(0, dot), builtin.substr(dot + 1));
    REQUIRE_MESSAGE(index, "no builtin ", builtin);
    return registry_[*index];
}

runtime::Arguments Here::fill_in(const runtime::Builtin& builtin, std::map<std::string, Value> given) const {
    std::vector<Value> values;
    for (const lang::Parameter& parameter : builtin.signature.parameters) {
        const auto it = given.find(parameter.name);
        REQUIRE_MESSAGE((it != given.end() || parameter.default_value), "no value for ", parameter.name);
        values.push_back(it == given.end() ? *parameter.default_value : it->second);
    }
    return {builtin.signature, std::move(values)};
}

runtime::Context Here::context(const runtime::Arguments& arguments) const {
    return {.arguments = arguments,
            .host = &host(current_),
            .site = &site,
            .detected = detected_,
            .now = scheduler_->now(),
            .secret = [this](std::string_view name) -> Value { return lang::Secret{secrets.at(std::string(name))}; }};
}

/// As a run does it: what is unknown is asked again.
void Here::detect(const runtime::Builtin& builtin, const runtime::Context& context) {
    for (const std::string& need : builtin.needs) {
        const auto it = detected_.find(need);
        if (it == detected_.end() || it->second.is_unknown()) detected_[need] = read(registry_.detection(need).read, context);
    }
}

Reply Here::run(const runtime::Command& command, runtime::Language language) {
    runtime::Line line = runtime::line_for(host(current_), command, {}, language);
    line.text = environment + line.text;
    return runtime::execute(*connection_, line, patience, *scheduler_, stop_);
}

Value Here::read(const runtime::Read& read, const runtime::Context& context) {
    std::vector<Reply> replies;
    for (const runtime::Command& command : read.commands(context)) {
        replies.push_back(run(command, runtime::Language::Plain));
        if (replies.back().ending != runtime::Ending::Exited && !read.reads_silence) return Value::unknown(replies.back().describe());
    }
    return read.value(replies, context);
}

Value Here::query(const std::string& name, std::map<std::string, Value> given) {
    const runtime::Builtin& builtin = find(name);
    const runtime::Arguments arguments = fill_in(builtin, std::move(given));
    detect(builtin, context(arguments));
    return read(std::get<runtime::Query>(builtin.parts).read, context(arguments));
}

Done Here::act(const std::string& name, std::map<std::string, Value> given, lang::Duration patience) {
    const runtime::Builtin& builtin = find(name);
    const auto& action = std::get<runtime::Action>(builtin.parts);
    const runtime::Arguments arguments = fill_in(builtin, std::move(given));
    detect(builtin, context(arguments));
    Done done;
    const Value before = read(*action.probe, context(arguments));
    if (before.is_unknown()) {
        done.before = {State::Unclear, before.why_unknown().why};
        return done;
    }
    done.before = action.judge(before, context(arguments));
    if (done.before.state != State::Needed) return done;
    const Reply reply = run(action.command(before, context(arguments)));
    done.sent = true;
    if (action.ends_link) connection_->reset();
    if (action.complaint) {
        done.complaint = action.complaint(reply, context(arguments));
    } else if (!reply.ok()) {
        done.complaint = reply.describe();
    }
    const lang::Time until = scheduler_->now() + patience;
    do {
        const Value now = read(*action.probe, context(arguments));
        if (now.is_unknown()) {
            done.after = {State::Unclear, now.why_unknown().why};
        } else {
            done.after = action.arrived ? action.arrived(before, now, context(arguments)) : action.judge(now, context(arguments));
        }
    } while (done.after.state != State::Reached && done.after.state != State::Failed && !done.complaint && scheduler_->now() < until);
    return done;
}

}  // namespace real
