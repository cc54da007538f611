#include "runtime/interpret/effects/residues.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>

#include "lang/analysis/named_hosts.hpp"
#include "lang/model/this_machine.hpp"

namespace runtime {

namespace {

using namespace std::chrono_literals;

/// For all residues of one host together: a host that does not answer must not hold up the run. One that needed some of it at the start may
/// need more at the end, when it has more to do: it gets what it needed then on top.
constexpr Duration patience_with_a_host = 15s;
/// So long a host that has not answered is not asked again.
constexpr Duration silence_lasts = 1min;
/// Nothing tells the branches that wait for the start when it was read.
constexpr Duration reading_pause = 50ms;

const lang::Signature no_signature{};
const Arguments no_arguments(no_signature, {});

/// May the module's verbs be used there?
bool is_for(const Module& module, const lang::Host& host) {
    using lang::HostKind;
    for (const Builtin& builtin : module.builtins) {
        const HostKind kind = builtin.signature.hosts;
        if (kind == HostKind::Any || kind == (host.os == lang::Os::Windows ? HostKind::Windows : HostKind::Linux)) return true;
    }
    return false;
}

/// Whose things it tells: the host's, or those of the cluster that it is one machine of.
std::string told_of(const Residue& residue, const lang::Host& host, const lang::Site& site) {
    if (residue.told_by_all_of.empty()) return host.name;
    for (const lang::Cluster& cluster : site.clusters) {
        if (cluster.kind != residue.told_by_all_of) continue;
        const std::vector<const lang::Host*> machines = lang::machines_of(cluster);
        if (std::find(machines.begin(), machines.end(), &host) != machines.end()) return cluster.name;
    }
    return host.name;
}

/// As `thing` writes it.
event::Item item_of(const Value& value) {
    const std::vector<Value>& texts = value.items();
    event::Item item{.item = texts.at(1).text(), .about = {}, .text = texts.at(0).text()};
    for (std::size_t i = 2; i < texts.size(); ++i) item.about.push_back(texts[i].text());
    return item;
}

}  // namespace

bool applies(const Residue& residue, const Module& module, const lang::Host& host, const lang::Site& site) {
    return residue.applies ? residue.applies(host, site) : is_for(module, host);
}

Residues::Residues(const lang::program::Program& program, World& world, HostConnections& connections, EventEmitter& emitter,
                   const Resumption& resumption)
    : program_(program),
      world_(world),
      connections_(connections),
      emitter_(emitter),
      state_(resumption.found().empty() ? State::NotRead : State::Read),
      start_(resumption.found()) {}

std::set<std::string> Residues::were_read() const {
    std::set<std::string> names;
    for (const Found& found : start_) names.insert(found.host);
    return names;
}

std::set<const lang::Host*> Residues::concerned() const {
    const lang::Site& site = *program_.site;
    const auto named = lang::named_hosts(program_);
    std::set<const lang::Host*> hosts = lang::cluster_peers({named.begin(), named.end()}, site);
    const std::set<std::string> read = were_read();
    for (const lang::Host* host : lang::all_machines(site)) {
        if (read.contains(host->name)) hosts.insert(host);
    }
    return hosts;
}

std::vector<std::vector<Residues::Asked>> Residues::asked_of(const std::set<const lang::Host*>& hosts) const {
    const lang::Site& site = *program_.site;
    std::vector<std::vector<Asked>> all;
    for (const lang::Host* host : lang::all_machines(site)) {
        if (!hosts.contains(host)) continue;
        std::vector<Asked> here;
        for (const Module& module : world_.registry.modules()) {
            for (const Residue& residue : module.residues) {
                if (applies(residue, module, *host, site)) here.push_back({host, &module, &residue});
            }
        }
        if (!here.empty()) all.push_back(std::move(here));
    }
    return all;
}

Found Residues::read(const Asked& asked, Time until) const {
    Found found{.host = asked.host->name, .said = {}};
    found.said.where = told_of(*asked.residue, *asked.host, *program_.site);
    found.said.module = asked.module->name;
    found.said.residue = asked.residue->name;
    const auto patience = [&] { return std::max(until - world_.scheduler.now(), Duration(0)); };
    const auto silent = silent_.find(asked.host);
    const bool is_silent = silent != silent_.end();
    const Detected detected = is_silent ? Detected() : connections_.detect(*asked.host, asked.residue->needs, patience(), {});
    const Context context = connections_.context(no_arguments, asked.host, detected);
    const std::vector<Footprint> reads = asked.residue->query.reads(context);
    found.object = reads.empty() ? "*" : reads.front().object;
    if (is_silent) {
        found.said.unknown.push_back(silent->second);
        return found;
    }
    const Value value = connections_.read(asked.residue->query.read, context, patience(), event::CommandEnded::For::Query, {});
    if (value.is_unknown()) {
        found.said.unknown.push_back(value.why_unknown().why);
        return found;
    }
    for (const Value& item : value.items()) {
        item.is_unknown() ? found.said.unknown.push_back(item.why_unknown().why) : found.said.items.push_back(item_of(item));
    }
    return found;
}

std::vector<Found> Residues::read(const std::set<const lang::Host*>& of) {
    const std::vector<std::vector<Asked>> hosts = asked_of(of);
    std::vector<Duration> took(hosts.size());
    std::vector<std::vector<Found>> found(hosts.size());
    std::vector<std::exception_ptr> broken(hosts.size());
    std::vector<std::function<void()>> branches;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        branches.emplace_back([&, i] {
            try {
                const auto before = needed_.find(hosts[i].front().host);
                const Time began = world_.scheduler.now();
                const Time until = began + patience_with_a_host + (before == needed_.end() ? Duration(0) : before->second);
                for (const Asked& asked : hosts[i]) found[i].push_back(read(asked, until));
                took[i] = world_.scheduler.now() - began;
            } catch (...) {
                broken[i] = std::current_exception();  // an observer that cannot go on
            }
        });
    }
    world_.scheduler.run_all(std::move(branches), 0);
    for (const std::exception_ptr& one : broken) {
        if (one) std::rethrow_exception(one);
    }
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        Duration& needed = needed_[hosts[i].front().host];
        needed = std::max(needed, took[i]);
    }
    std::vector<Found> all;
    for (std::vector<Found>& of_host : found) all.insert(all.end(), of_host.begin(), of_host.end());
    return all;
}

void Residues::add_to_start(std::vector<Found> more) {
    for (const Found& found : more) emitter_.emit({}, found.host, found.said);
    start_.insert(start_.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void Residues::read_whole_site() {
    read_start();
    std::set<const lang::Host*> others;
    const std::set<std::string> read_already = were_read();
    for (const auto& host : program_.site->hosts) {
        if (!read_already.contains(host->name)) others.insert(host.get());
    }
    add_to_start(read(others));
}

bool Residues::read_start() {
    State state = State::NotRead;
    if (!state_.compare_exchange_strong(state, State::Reading)) {
        if (state == State::Read) return false;
        while (state_ == State::Reading && !world_.stop.stop_waiting()) {
            world_.scheduler.sleep_until(world_.scheduler.now() + reading_pause, world_.stop, Stop::Level::StopWaiting);
        }
        return true;
    }
    // Whoever waits is let go whatever happens here: what an observer throws ends the run.
    struct Done {
        std::atomic<State>& state;
        ~Done() { state = State::Read; }
    } const done{state_};
    const Time began = world_.scheduler.now();
    if (began - silent_at_ > silence_lasts) silent_.clear();
    add_to_start(read(concerned()));
    silent_.clear();
    return world_.scheduler.now() > began;
}

std::optional<event::LeftBehind> Residues::read_end(const std::vector<event::Left>& leaves) {
    if (state_ != State::Read || start_.empty()) return std::nullopt;
    if (world_.stop.stop_waiting()) {
        event::LeftBehind unread;
        unread.not_known.emplace_back("nothing was read: the run was told not to wait any longer");
        return unread;
    }
    return left_behind(start_, read(concerned()), leaves, world_.earlier ? world_.earlier() : std::nullopt);
}

}  // namespace runtime
