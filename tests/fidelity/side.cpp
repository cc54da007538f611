#include "tests/fidelity/side.hpp"

#include <fmt/format.h>

#include <sstream>
#include <stdexcept>
#include <utility>

#include "rehearsal/connection.hpp"
#include "runtime/connection/net/network.hpp"
#include "runtime/shell/dialect.hpp"
#include "stdlib/all.hpp"

namespace fidelity {

namespace {

using namespace std::chrono_literals;
using lang::Value;
using runtime::Reply;

constexpr lang::Duration patience = 60s;  ///< for one command
constexpr lang::Duration rest = 1min;     ///< after which a simulated site is at rest

const runtime::Registry& registry() {
    static const runtime::Registry all(stdlib::all());
    return all;
}

const runtime::Builtin& find(const std::string& name) {
    const auto dot = name.find('.');
    const auto index = registry().catalog().find(name.substr(0, dot), name.substr(dot + 1));
    if (!index) throw std::runtime_error("there is no builtin " + name);
    return registry()[*index];
}

runtime::Arguments fill_in(const lang::Signature& signature, const std::map<std::string, Value>& given) {
    std::vector<Value> values;
    for (const lang::Parameter& parameter : signature.parameters) {
        const auto it = given.find(parameter.name);
        values.push_back(it == given.end() ? parameter.default_value.value() : it->second);
    }
    return {signature, std::move(values)};
}

}  // namespace

Side::Side(const lang::Site& site, runtime::Scheduler& scheduler, const runtime::Stop& stop, runtime::ConnectionFactory connect)
    : site_(site), scheduler_(scheduler), stop_(stop), connect_(std::move(connect)) {}

Reply Side::send(const lang::Host& host, const runtime::Command& command, bool plainly) {
    auto& connection = connections_[host.name];
    if (!connection) connection = connect_(host);
    runtime::Line line = runtime::line_for(host, command, {}, plainly ? runtime::Language::Plain : runtime::Language::OfAccount);
    line.text = environment[host.name] + line.text;
    return runtime::execute(*connection, line, patience, scheduler_, stop_);
}

Reply Side::run(const std::string& host, const runtime::Command& command) { return send(*site_.find_host(host), command, false); }

std::string Side::first_line(const std::string& host, const runtime::Command& command) {
    const Reply reply = run(host, command);
    return reply.out.substr(0, reply.out.find('\n'));
}

Value Side::read(const runtime::Read& read, const runtime::Context& context) {
    std::vector<Reply> replies;
    for (const runtime::Command& command : read.commands(context)) {
        replies.push_back(send(*context.host, command, true));
        if (replies.back().ending != runtime::Ending::Exited && !read.reads_silence) return Value::unknown(replies.back().describe());
    }
    return read.value(replies, context);
}

Value Side::read_on(const std::string& host, const runtime::Read& what, const runtime::Arguments& arguments,
                    const std::vector<std::string>& needs) {
    runtime::Detected& detected = detected_[host];
    const runtime::Context context{
        .arguments = arguments, .host = site_.find_host(host), .site = &site_, .detected = detected, .now = scheduler_.now()};
    for (const std::string& need : needs) {
        const auto it = detected.find(need);
        if (it == detected.end() || it->second.is_unknown()) detected[need] = read(registry().detection(need).read, context);
    }
    return read(what, context);
}

Value Side::query(const std::string& host, const std::string& name, std::map<std::string, Value> given) {
    const runtime::Builtin& builtin = find(name);
    return read_on(host, std::get<runtime::Query>(builtin.parts).read, fill_in(builtin.signature, given), builtin.needs);
}

Value Side::residue(const std::string& host, const std::string& name) {
    for (const runtime::Module& module : registry().modules()) {
        for (const runtime::Residue& one : module.residues) {
            if (one.name == name) return read_on(host, one.query.read, {lang::Signature{}, {}}, one.needs);
        }
    }
    throw std::runtime_error("there is no residue " + name);
}

Simulated::Simulated(const lang::Site& site)
    : site_(site),
      world_(rehearsal::World::healthy(site, rehearsal::first_moment)),
      place_(world_),
      side(site, scheduler_, stop_,
           [this](const lang::Host& host) { return rehearsal::simulated_connection(host, place_, scheduler_, stop_); }) {
    pass(rest);
}

void Simulated::pass(lang::Duration time) {
    scheduler_.sleep_until(scheduler_.now() + time, stop_, runtime::Stop::Level::StopWaiting);
    world_.advance(scheduler_.now());
}

void Simulated::trouble(const std::string& host, const std::string& what, rehearsal::Fault fault) {
    const auto why_not = world_.inject(*site_.find_host(host), what, scheduler_.now(), fault);
    if (!why_not || !why_not->empty()) throw std::runtime_error(fmt::format("{}: {}: {}", host, what, why_not.value_or("no trouble")));
}

rehearsal::Answer Simulated::order(const std::string& host, const runtime::Command& command) {
    const lang::Host& machine = *site_.find_host(host);
    const runtime::Line line = runtime::line_for(machine, command, {}, runtime::Language::OfAccount);
    return world_.run(machine, line.text, line.input, scheduler_.now());
}

std::string told(const Value& value) { return value.is_unknown() ? "unknown: " + value.why_unknown().why : value.show(); }

std::string ending(const Reply& reply) {
    return reply.ending == runtime::Ending::Exited ? fmt::format("exit {}", reply.code) : reply.describe();
}

runtime::Command program(const std::string& line) {
    std::istringstream in(line);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    return runtime::Command::program(std::move(words));
}

}  // namespace fidelity
