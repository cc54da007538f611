#include "cli/discover/survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <sstream>

#include "runtime/connection/host_connections.hpp"
#include "runtime/event/emitter.hpp"
#include "stdlib/winsvc/roster.hpp"
#include "stdlib/winsvc/script.hpp"

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

/// The tool is not there: so is not what it would tell of.
bool is_absent(const Reply& reply) {
    const auto says = [&](std::string_view words) { return reply.err.find(words) != std::string::npos; };
    return reply.ending == Ending::Exited && (reply.code == 127 || (reply.code != 0 && (says("not found") || says("No such file"))));
}

/// Software of these names comes with packages, and is what a site is there for all the same.
bool is_server_software(std::string_view unit) {
    constexpr std::string_view names[] = {"nginx",     "apache2",    "httpd",    "tomcat",  "wildfly",   "redis",
                                          "memcached", "postgresql", "asterisk", "docker",  "smbd",      "nfs-",
                                          "php",       "rabbitmq",   "postfix",  "dovecot", "keepalived"};
    return std::any_of(std::begin(names), std::end(names), [&](std::string_view name) { return unit.starts_with(name); });
}

class Survey {
  public:
    Survey(Findings& findings, runtime::HostConnections& connections, const runtime::Registry& registry, bool simulated)
        : found_(findings), connections_(connections), registry_(registry) {
        host_.name = found_.machine.name.empty() ? found_.machine.address : found_.machine.name;
        host_.address = found_.machine.address.empty() ? host_.name : found_.machine.address;
        host_.user = found_.machine.user;
        host_.via = simulated ? lang::Via::Simulated : lang::Via::Ssh;
    }

    void run() {
        const Reply reply = ask(Command::program({"uname", "-s"}).as_login_user());
        if (reply.ok()) return look_at_linux();
        // A log-in that refuses says no to whatever it is asked: Windows is only what answers as Windows does.
        const bool nobody_there = reply.ending == Ending::NotSent && reply.code != EACCES;
        if (!nobody_there) {
            windows_ = host_;
            windows_.os = lang::Os::Windows;
            asked_ = &windows_;
            const Reply services = ask(stdlib::winsvc::own_states_script());
            if (services.ending == Ending::Exited) return look_at_windows(services);
        }
        found_.unreachable = reply.describe();
    }

  private:
    Reply ask(const Command& command) { return connections_.run(*asked_, command, patience, runtime::event::CommandEnded::For::Query, ""); }

    /// What a query of a module says of this machine.
    Value query(std::string_view module, std::string_view name) {
        const std::size_t index = registry_.catalog().find(module, name).value();
        const runtime::Builtin& builtin = registry_[index];
        const runtime::Arguments none(builtin.signature, {});
        const runtime::Detected detected = connections_.detect(host_, builtin.needs, patience, "");
        return connections_.read(std::get<runtime::Query>(builtin.parts).read, connections_.context(none, &host_, detected), patience,
                                 runtime::event::CommandEnded::For::Query, "");
    }

    void unknown(std::string_view what, std::string_view why) { found_.unknown.push_back(fmt::format("{}: {}", what, why)); }

    void look_at_linux() {
        const Reply names = ask(Command::program({"hostname"}).as_login_user());
        if (found_.machine.name.empty() && names.ok() && !words_of(names.out).empty()) found_.machine.name = words_of(names.out).front();
        const Reply addresses = ask(Command::program({"hostname", "-I"}).as_login_user());
        if (addresses.ok()) found_.addresses = words_of(addresses.out);
        find_rights();
        look_at_drbd();
        look_at_pacemaker();
        look_at_databases();
        look_at_haproxy();
        look_at_units();
    }

    void find_rights() {
        const Reply id = ask(Command::program({"id", "-u"}).as_login_user());
        found_.root = id.ok() && id.out == "0\n";
        if (found_.root) return;
        host_.become = lang::Become::Sudo;
        found_.sudo = ask(Command::program({"true"})).ok();
        if (!found_.sudo) host_.become = lang::Become::None;
    }

    void look_at_windows(const Reply& reply) {
        found_.os = lang::Os::Windows;
        const auto all = reply.ok() ? stdlib::winsvc::roster_from_powershell(reply.out) : std::nullopt;
        if (!all) return unknown("Windows services", reply.ok() ? "the answer could not be read" : reply.describe());
        for (const stdlib::winsvc::Entry& entry : all->entries) found_.services.push_back(entry.name);
        if (!all->whole) unknown("Windows services", "some of them were not told");
    }

    void look_at_drbd() {
        const Reply reply = ask(Command::program({"drbdadm", "sh-resources"}));
        if (reply.ok()) {
            found_.drbd = words_of(reply.out);
        } else if (!is_absent(reply)) {
            unknown("DRBD resources", reply.describe());
        }
    }

    void look_at_pacemaker() {
        if (is_absent(ask(Command::program({"crm_mon", "--version"})))) return;
        const Value status = query("pcs", "status");
        if (status.is_unknown()) return unknown("Pacemaker", status.why_unknown().why);
        for (const Value& node : status.field("nodes").items()) found_.cluster_nodes.push_back(node.field("name").text());
        for (const Value& resource : status.field("resources").items()) {
            const Value& role = resource.field("role");
            const bool is_clone = !role.is_unknown() && (role.member_name() == "Promoted" || role.member_name() == "Unpromoted");
            const std::string& group = resource.field("group").text();
            if (!is_clone) add_once(found_.cluster_groups, group.empty() ? resource.field("id").text() : group);
        }
        const Reply resources = ask(Command::program({"cibadmin", "--query", "--scope", "resources"}));
        if (!resources.ok()) unknown("the addresses that the cluster moves", resources.describe());
        std::istringstream lines(resources.out);
        for (std::string line; std::getline(lines, line);) {
            constexpr std::string_view value = "value=\"";
            const std::size_t at = line.find(value);
            if (line.find("name=\"ip\"") == std::string::npos || at == std::string::npos) continue;
            const std::size_t begin = at + value.size();
            add_once(found_.cluster_addresses, line.substr(begin, line.find('"', begin) - begin));
        }
    }

    void look_at_databases() {
        const Reply client = ask(Command::script({runtime::Verbatim{"command -v mysql || command -v mariadb"}}).as_login_user());
        if (client.ending != Ending::Exited) return unknown("MySQL or MariaDB", client.describe());
        if (!client.ok()) return;
        const Value replicas = query("mysql", "replicas");
        if (replicas.is_unknown()) {
            const std::string& why = replicas.why_unknown().why;
            const bool no_server = why.find("ERROR 2002") != std::string::npos;  // only the client is installed
            if (!no_server) unknown("MySQL or MariaDB", why);
            return;
        }
        found_.is_database = true;
        for (const Value& replica : replicas.items()) {
            if (!replica.field("configured").boolean()) continue;
            const std::string& source = replica.field("source").text();
            found_.sources.push_back(source.substr(0, source.rfind(':')));
        }
    }

    void look_at_haproxy() {
        const Value servers = query("haproxy", "servers");
        if (servers.is_unknown()) {
            const std::string& why = servers.why_unknown().why;
            if (ask(Command::program({"pidof", "haproxy"}).as_login_user()).ok()) unknown("HAProxy, which runs", why);
            return;
        }
        for (const Value& server : servers.items()) {
            const std::string& name = server.field("backend").text();
            auto backend =
                std::find_if(found_.backends.begin(), found_.backends.end(), [&](const Balanced& b) { return b.backend == name; });
            if (backend == found_.backends.end()) backend = found_.backends.insert(backend, {name, {}});
            backend->servers.push_back(server.field("server").text());
        }
    }

    /// Those that run and were not installed with the system: their files stand where administrators put theirs.
    void look_at_units() {
        const Reply reply = ask(Command::program({"systemctl", "show", "-p", "Id,FragmentPath,ActiveState", "--", "*.service"}));
        if (!reply.ok())
            return is_absent(reply) ? unknown("units", "there is no systemctl: init scripts cannot be told apart")
                                    : unknown("units", reply.describe());
        std::istringstream lines(reply.out + "\n");
        std::string id, path, state;
        for (std::string line; std::getline(lines, line);) {
            const auto value = [&](std::string_view key, std::string& into) {
                if (line.starts_with(key)) into = line.substr(key.size());
            };
            value("Id=", id);
            value("FragmentPath=", path);
            value("ActiveState=", state);
            if (!line.empty()) continue;
            const bool by_hand = path.starts_with("/etc/systemd/system/") || path.starts_with("/usr/local/") || path.starts_with("/opt/");
            const std::string name = id.substr(0, id.rfind(".service"));
            const bool template_of = name.find('@') != std::string::npos;
            if (state == "active" && !template_of && (by_hand || is_server_software(name))) found_.units.push_back(name);
            id = path = state = "";
        }
        std::sort(found_.units.begin(), found_.units.end());
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
        all[i].machine = machines[i];
        Survey& one = surveys.emplace_back(all[i], connections, world.registry, simulated);
        branches.emplace_back([&one] { one.run(); });
    }
    world.scheduler.run_all(std::move(branches), 0);
    return all;
}

}  // namespace cli::new_site
