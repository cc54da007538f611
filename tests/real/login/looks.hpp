// What a procedure sees of an account: builtins, as a run asks them, over real SSH.
#pragma once

#include <fmt/format.h>

#include <list>
#include <map>

#include "runtime/connection/host_connections.hpp"
#include "runtime/connection/ssh/connections.hpp"
#include "stdlib/all.hpp"
#include "tests/support/sshd.hpp"

namespace real {

struct Unattended final : runtime::Person {
    runtime::Reaction confirm(const std::string&, runtime::Time) override { return {}; }
    runtime::Reaction ask(const runtime::Question&, const lang::Type&, runtime::Time) override { return {}; }
    runtime::Reaction choose(const runtime::Question&, const std::vector<runtime::Option>&, runtime::Time) override { return {}; }
    runtime::Reaction sign(const runtime::Question&, const std::string&, const std::string&, runtime::Time) override { return {}; }
    std::optional<std::string> secret(const std::string&) override { return std::nullopt; }
};

/// Everything that was told.
struct Told final : runtime::Observer {
    void on(const runtime::Event& event) override { events.push_back(event); }
    std::vector<runtime::event::CommandEnded> commands() const {
        std::vector<runtime::event::CommandEnded> all;
        for (const runtime::Event& event : events)
            if (const auto* ended = std::get_if<runtime::event::CommandEnded>(&event.body)) all.push_back(*ended);
        return all;
    }
    std::vector<runtime::Event> events;
};

class Looks {
  public:
    explicit Looks(support::SshHome& home)
        : world_{.scheduler = *scheduler_,
                 .stop = stop_,
                 .registry = registry_,
                 .connect = runtime::ssh_connections(
                     *scheduler_, stop_, [](const std::string&) { return std::nullopt; },
                     [this](std::string_view name) { return secret(name); }, {.directory = home.directory()}),
                 .person = nobody_,
                 .observers = {&told},
                 .secret = [this](std::string_view name) { return secret(name); },
                 .mask = [](std::string text) { return text; },
                 .kept = [](const std::string&, const std::string&, const lang::Type&) { return lang::Value::unknown("nothing was kept"); },
                 .keep = [](const std::string&, const lang::Value&) {},
                 .broken_invariant = nullptr},
          emitter_(world_),
          connections(world_, site_, emitter_) {}

    /// Connections know their hosts by their places.
    lang::Host& add(lang::Host host) { return hosts_.emplace_back(std::move(host)); }

    lang::Value query(const lang::Host& host, const std::string& builtin, std::map<std::string, lang::Value> given) {
        const auto dot = builtin.find('.');
        const auto index = registry_.catalog().find(builtin.substr(0, dot), builtin.substr(dot + 1)).value();
        const runtime::Builtin& found = registry_[index];
        std::vector<lang::Value> values;
        for (const lang::Parameter& parameter : found.signature.parameters) {
            const auto it = given.find(parameter.name);
            values.push_back(it != given.end() ? it->second : parameter.default_value.value());
        }
        const runtime::Arguments arguments(found.signature, std::move(values));
        const runtime::Detected detected = connections.detect(host, found.needs, patience, "");
        return connections.read(std::get<runtime::Query>(found.parts).read, connections.context(arguments, &host, detected), patience,
                                runtime::event::CommandEnded::For::Query, "");
    }
    lang::Value succeeds(const lang::Host& host, const std::string& script) { return query(host, "shell.succeeds", {{"script", script}}); }
    runtime::Reply run(const lang::Host& host, const runtime::Command& command) {
        return connections.run(host, command, patience, runtime::event::CommandEnded::For::Query, "");
    }

    std::map<std::string, std::string, std::less<>> secrets;
    Told told;
    runtime::Duration patience = std::chrono::seconds(20);

  private:
    lang::Value secret(std::string_view name) const {
        const auto it = secrets.find(name);
        return it == secrets.end() ? lang::Value::unknown("there is no such secret") : lang::Value(lang::Secret{it->second});
    }

    std::unique_ptr<runtime::Scheduler> scheduler_ = runtime::real_scheduler();
    runtime::Stop stop_;
    runtime::Registry registry_{stdlib::all()};
    Unattended nobody_;
    std::list<lang::Host> hosts_;
    runtime::World world_;
    lang::Site site_;
    runtime::EventEmitter emitter_;

  public:
    runtime::HostConnections connections;
};

}  // namespace real
