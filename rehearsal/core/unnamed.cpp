#include "rehearsal/core/unnamed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lang/model/this_machine.hpp"
#include "rehearsal/core/roles.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using lang::Host;
using MaybeText = std::optional<std::string>;

/// "write `units ["a", "b"]` into `host web1 { … }`, and above it `fact units: list of text = []`"
std::string say_it(const Host& host, const std::string& fact, bool is_list, const std::string& name) {
    std::string value;
    if (is_list) {
        for (const std::string& other : fact_texts(host, fact)) value += fmt::format("\"{}\", ", other);
    }
    value += fmt::format("\"{}\"", name);
    const std::string entry = is_list ? fmt::format("{} [{}]", fact, value) : fmt::format("{} {}", fact, value);
    const std::string declaration = fmt::format("fact {}: {}", fact, is_list ? "list of text = []" : "text = \"\"");
    const bool is_named = !lang::is_of_no_site(host);
    return fmt::format("write `{}` into `host {} {{ {}… }}`", entry, is_named ? host.name : "NAME", is_named ? "" : "via local  ") +
           (host.facts.contains(fact) ? std::string() : fmt::format(", and above it `{}`", declaration));
}

MaybeText unit(const Host& host, const std::string& name, const World& world) {
    const bool one_is_meant = name.find_first_of("*?[\"`\n") == std::string::npos;
    return one_is_meant && world.systemd.find(host, name) == nullptr ? std::optional(unnamed_unit(host, name)) : std::nullopt;
}

/// Of `systemctl VERB … UNIT…` and `service NAME VERB`.
MaybeText units(const Invocation& call, const World& world) {
    if (call.words.front() == "service") return call.words.size() == 3 ? unit(call.host, call.words[1], world) : std::nullopt;
    bool is_verb = true;
    for (std::size_t i = 1; i < call.words.size(); ++i) {
        const std::string& word = call.words[i];
        if (word == "-p" || word == "--property") {
            ++i;
        } else if (word.starts_with('-')) {
            continue;
        } else if (std::exchange(is_verb, false)) {
            if (word == "list-units") return std::nullopt;
        } else if (auto what = unit(call.host, word, world)) {
            return what;
        }
    }
    return std::nullopt;
}

MaybeText service(const Invocation& call, const World& world) {
    const auto name = asked_service(call);
    if (!name || world.windows.has(call.host, *name)) return std::nullopt;
    for (const std::string& written : fact_texts(call.host, "services")) {
        if (written.find(*name) != std::string::npos) return std::nullopt;  // the site has it, and the scene took it away
    }
    return fmt::format("{} has no service \"{}\": {}", call.host.name, *name, say_it(call.host, "services", true, *name));
}

MaybeText drbd(const Invocation& call, const World& world) {
    const auto& words = call.words;
    const bool of_all = std::none_of(world.drbd.resources.begin(), world.drbd.resources.end(),
                                     [&](const DrbdResource& resource) { return resource.side_of(call.host).has_value(); });
    const std::string name = words.size() > 2 && !words.back().starts_with('-') ? words.back() : std::string();
    // A node of a cluster without DRBD, asked for whatever it has: the site says all that there is.
    if (name.empty() && lang::is_of_cluster(*world.site, call.host, "pacemaker")) return std::nullopt;
    if (!of_all && (name.empty() || words.front() != "drbdadm" || world.drbd.find(name, call.host) != nullptr)) return std::nullopt;
    return fmt::format("{0} has no DRBD{1}: write `drbd \"{2}\"` into a `cluster NAME {{ kind pacemaker  nodes {0}, OTHER … }}`",
                       call.host.name, name.empty() ? "" : " resource \"" + name + "\"", name.empty() ? "r0" : name);
}

/// A tool of a system that the machine has no part in.
MaybeText no_part(const Host& host, std::string_view system, std::string_view kind) {
    return fmt::format("{0} has no {1}: write it into the `nodes` of a `cluster NAME {{ kind {2}  nodes {0}, … }}`", host.name, system,
                       kind);
}

}  // namespace

std::string unnamed_unit(const Host& host, std::string_view name) {
    const std::string plain(name.substr(0, name.ends_with(".service") ? name.size() - 8 : name.size()));
    const bool has_one = !fact_texts(host, "unit").empty();
    return fmt::format("{} has no unit \"{}\": {}", host.name, plain, say_it(host, has_one ? "units" : "unit", has_one, plain));
}

std::optional<std::string> unnamed(const Invocation& call, const World& world) {
    const std::string& tool = call.words.front();
    const lang::Site& site = *world.site;
    if (call.words.back() == "--version") return std::nullopt;  // only whether there is such a tool
    if (call.host.os == lang::Os::Windows) return service(call, world);
    if (tool == "systemctl" || tool == "service") return units(call, world);
    if (tool == "drbdadm" || tool == "drbdsetup") return drbd(call, world);
    const bool asks_pacemaker = tool == "pcs" || tool == "crm_mon" || tool == "cibadmin";
    if (asks_pacemaker && !lang::is_of_cluster(site, call.host, "pacemaker")) return no_part(call.host, "Pacemaker", "pacemaker");
    if ((tool == "mysql" || tool == "mariadb") && !is_database(site, call.host)) return no_part(call.host, "MariaDB", "mysql");
    if (tool == "socat" && !is_balancer(site, call.host)) return no_part(call.host, "HAProxy", "haproxy");
    return std::nullopt;
}

}  // namespace rehearsal
