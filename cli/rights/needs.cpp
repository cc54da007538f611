#include "cli/rights/needs.hpp"

#include <fmt/format.h>

#include "lang/analysis/named_hosts.hpp"
#include "lang/model/this_machine.hpp"
#include "runtime/interpret/effects/residues.hpp"
#include "runtime/shell/sudo.hpp"

namespace cli::show {

namespace {

constexpr const char* healthy = "healthy";
constexpr lang::Duration patience = std::chrono::seconds(30);  // simulated

std::string in_step(const std::string& step) { return step.empty() ? std::string() : " in step " + step; }

}  // namespace

Needs::Needs(const lang::program::Program& program) : program_(program), paths_(registry().paths()) {
    if (!program.scene.empty() && program.scene != healthy)
        sites_.push_back(std::make_unique<SimulatedSite>(program, make_scene(program.site, program.scene, 1)));
    sites_.push_back(std::make_unique<SimulatedSite>(program, make_scene(program.site, healthy, 1)));
}

void Needs::sent(const runtime::Command& command, const lang::Host& asked, const std::string& caller) {
    const lang::Host& host = command.other_host() != nullptr ? *command.other_host() : asked;
    if (host.os == lang::Os::Windows || !runtime::goes_by_sudo(command, {.become = host.become, .sudo_password = {}})) return;
    HostNeeds& needs = by_host_[&host];
    const auto narrowed = runtime::sudoers_command(command, paths_);
    if (const auto* line = std::get_if<runtime::SudoersCommand>(&narrowed)) {
        needs.sudoers[line->text].insert(caller);
    } else {
        needs.not_narrow[std::get<runtime::NotNarrow>(narrowed).why].insert(caller);
    }
}

void Needs::sent(const std::vector<runtime::Command>& commands, const lang::Host& host, const std::string& caller) {
    for (const runtime::Command& command : commands) sent(command, host, caller);
}

void Needs::granted(const runtime::Rights& rights, const runtime::Context& context, const std::string& caller) {
    for (const runtime::Right& right : rights(context)) by_host_[context.host].granted[right.granted_by][right.statement].insert(caller);
}

void Needs::detections(SimulatedSite& site, const std::vector<std::string>& names, const runtime::Context& context,
                       const std::string& caller) {
    const lang::Signature no_signature{};
    const runtime::Arguments no_arguments(no_signature, {});
    runtime::Detected before;  // each is asked when only those before it are known
    for (const std::string& name : names) {
        const runtime::Context asked = site.connections.context(no_arguments, context.host, before);
        sent(registry().detection(name).read.commands(asked), *context.host, caller);
        if (const auto found = context.detected.find(name); found != context.detected.end()) before.insert(*found);
    }
}

std::string Needs::action(SimulatedSite& site, const runtime::Builtin& builtin, const runtime::Context& context,
                          const std::string& caller) {
    const auto& action = std::get<runtime::Action>(builtin.parts);
    if (action.preview) sent(action.preview->commands(context), *context.host, "what a plan tells beforehand of " + caller);
    lang::Value seen;
    if (action.probe) {
        sent(action.probe->commands(context), *context.host, caller);
        seen = site.connections.read(*action.probe, context, patience, runtime::event::CommandEnded::For::Probe, "");
        if (seen.is_unknown()) return "the simulated site does not tell: " + seen.why_unknown().why;
        const runtime::Verdict verdict = action.judge(seen, context);
        using State = runtime::Verdict::State;
        if (verdict.state == State::Unclear || verdict.state == State::Refused)
            return "on the simulated site it is refused: " + verdict.why;
    }
    sent(action.command(seen, context), *context.host, caller);
    return {};
}

void Needs::call(std::size_t index, const std::vector<lang::Value>& values, const lang::Host& host, const std::string& step) {
    const runtime::Builtin& builtin = registry()[index];
    if (std::holds_alternative<runtime::Pure>(builtin.parts)) return;
    const std::string call = runtime::call_text(builtin.signature, values);
    if (!called_.insert({&host, call}).second) return;
    const std::string caller = call + in_step(step);
    const runtime::Arguments arguments(builtin.signature, values);
    std::string why_not;
    bool is_told = false;
    for (const auto& site : sites_) {
        const runtime::Detected detected = site->connections.detect(host, builtin.needs, patience, "");
        const runtime::Context context = site->connections.context(arguments, &host, detected);
        detections(*site, builtin.needs, context, caller);
        granted(builtin.rights, context, caller);
        if (const auto* query = std::get_if<runtime::Query>(&builtin.parts)) {
            sent(query->read.commands(context), host, caller);
            is_told = true;
        } else {
            std::string why = action(*site, builtin, context, caller);
            is_told = is_told || why.empty();
            if (!why.empty()) why_not = std::move(why);
        }
    }
    if (!is_told && host.os != lang::Os::Windows && host.become == lang::Become::Sudo) by_host_[&host].untold[why_not].insert(caller);
}

void Needs::open_call(const lang::Host& host, const std::string& source, const std::string& step) {
    if (host.become == lang::Become::Sudo) by_host_[&host].untold["what the run finds out stands in it"].insert(source + in_step(step));
}

void Needs::residues() {
    const lang::Site& site = *program_.site;
    const auto named = lang::named_hosts(program_);
    const lang::Signature no_signature{};
    const runtime::Arguments no_arguments(no_signature, {});
    for (const lang::Host* host : lang::cluster_peers({named.begin(), named.end()}, site)) {
        for (const runtime::Module& module : registry().modules()) {
            for (const runtime::Residue& residue : module.residues) {
                if (!runtime::applies(residue, module, *host, site)) continue;
                const std::string caller = fmt::format("what a run may leave behind: {}", residue.name);
                for (const auto& simulated : sites_) {
                    const runtime::Detected detected = simulated->connections.detect(*host, residue.needs, patience, "");
                    const runtime::Context context = simulated->connections.context(no_arguments, host, detected);
                    detections(*simulated, residue.needs, context, caller);
                    granted(module.rights, context, caller);
                    sent(residue.query.read.commands(context), *host, caller);
                }
            }
        }
    }
}

}  // namespace cli::show
