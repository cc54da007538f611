#include "cli/discover/survey.hpp"

#include <cerrno>
#include <functional>
#include <iterator>
#include <sstream>
#include <utility>

#include "runtime/connection/host_connections.hpp"
#include "runtime/event/emitter.hpp"

namespace cli::new_site {

namespace {

using runtime::Command;
using runtime::Ending;
using runtime::Reply;
using runtime::Value;

constexpr auto patience = std::chrono::seconds(20);  ///< for one answer

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

class Survey {
  public:
    Survey(Findings& findings, runtime::HostConnections& connections, const runtime::Registry& registry, bool simulated)
        : found_(findings), connections_(connections), registry_(registry) {
        const runtime::FoundMachine& machine = found_.machine;
        host_.name = machine.name.empty() ? machine.address : machine.name;
        host_.address = machine.address.empty() ? host_.name : machine.address;
        host_.user = found_.user;
        host_.via = simulated ? lang::Via::Simulated : lang::Via::Ssh;
    }

    void run() {
        const Reply reply = ask(Command::program({"uname", "-s"}).as_login_user());
        if (reply.ok()) return look_at_linux();
        // A log-in that refuses says no to whatever it is asked: Windows is only what answers as Windows does.
        const bool nobody_there = reply.ending == Ending::NotSent && reply.code != EACCES;
        if (nobody_there || !look_at_windows()) found_.unreachable = reply.describe();
    }

  private:
    /// The machine as a module sees it.
    class Asked final : public runtime::AskedMachine {
      public:
        Asked(Survey& survey, const runtime::Module& module) : survey_(survey), module_(module) {}

        Reply ask(const Command& command) override {
            Reply reply = survey_.ask(command);
            answered_ = answered_ || reply.ending == Ending::Exited;
            return reply;
        }
        Value query(std::string_view name) override {
            Value value = survey_.query(module_.name, name);
            answered_ = answered_ || !value.is_unknown();
            return value;
        }
        bool answered() const { return answered_; }

      private:
        Survey& survey_;
        const runtime::Module& module_;
        bool answered_ = false;
    };

    Reply ask(const Command& command) { return connections_.run(*asked_, command, patience, runtime::event::CommandEnded::For::Query, ""); }

    Value query(std::string_view module, std::string_view name) {
        const std::size_t index = registry_.catalog().find(module, name).value();
        const runtime::Builtin& builtin = registry_[index];
        const runtime::Arguments none(builtin.signature, {});
        const runtime::Detected detected = connections_.detect(*asked_, builtin.needs, patience, "");
        return connections_.read(std::get<runtime::Query>(builtin.parts).read, connections_.context(none, asked_, detected), patience,
                                 runtime::event::CommandEnded::For::Query, "");
    }

    void take(const runtime::Module& module, runtime::Finding finding) {
        if (!finding.what.is_nothing()) found_.machine.has.emplace(module.name, std::move(finding.what));
        std::move(finding.unknown.begin(), finding.unknown.end(), std::back_inserter(found_.unknown));
    }

    void look_at_linux() {
        runtime::FoundMachine& machine = found_.machine;
        const Reply names = ask(Command::program({"hostname"}).as_login_user());
        if (machine.name.empty() && names.ok() && !words_of(names.out).empty()) machine.name = words_of(names.out).front();
        const Reply addresses = ask(Command::program({"hostname", "-I"}).as_login_user());
        if (addresses.ok()) machine.addresses = words_of(addresses.out);
        find_rights();
        for (const runtime::Module* module : discovering(registry_)) {
            if (module->discovery->os != lang::Os::Linux) continue;
            Asked asked(*this, *module);
            take(*module, module->discovery->look(asked));
        }
    }

    /// False where it is no Windows machine, which the first module is told by an answer, whatever it says.
    bool look_at_windows() {
        windows_ = host_;
        windows_.os = lang::Os::Windows;
        asked_ = &windows_;
        for (const runtime::Module* module : discovering(registry_)) {
            if (module->discovery->os != lang::Os::Windows) continue;
            Asked asked(*this, *module);
            runtime::Finding finding = module->discovery->look(asked);
            if (found_.os != lang::Os::Windows && !asked.answered()) return false;
            found_.os = lang::Os::Windows;
            take(*module, std::move(finding));
        }
        return found_.os == lang::Os::Windows;
    }

    void find_rights() {
        const Reply id = ask(Command::program({"id", "-u"}).as_login_user());
        found_.root = id.ok() && id.out == "0\n";
        if (found_.root) return;
        host_.become = lang::Become::Sudo;
        found_.sudo = ask(Command::program({"true"})).ok();
        if (!found_.sudo) host_.become = lang::Become::None;
    }

    Findings& found_;
    runtime::HostConnections& connections_;
    const runtime::Registry& registry_;
    lang::Host host_, windows_;
    const lang::Host* asked_ = &host_;
};

}  // namespace

std::vector<Findings> survey(const std::vector<Machine>& machines, runtime::World& world, bool simulated) {
    std::vector<Findings> all(machines.size());
    const lang::Site nothing_known;
    runtime::EventEmitter emitter(world);
    runtime::HostConnections connections(world, nothing_known, emitter);
    std::vector<Survey> surveys;
    surveys.reserve(machines.size());  // connections know their hosts by their places
    std::vector<std::function<void()>> branches;
    for (std::size_t i = 0; i < machines.size(); ++i) {
        all[i].machine.name = machines[i].name;
        all[i].machine.address = machines[i].address;
        all[i].user = machines[i].user;
        Survey& one = surveys.emplace_back(all[i], connections, world.registry, simulated);
        branches.emplace_back([&one] { one.run(); });
    }
    world.scheduler.run_all(std::move(branches), 0);
    return all;
}

}  // namespace cli::new_site
