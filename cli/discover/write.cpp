#include "cli/discover/write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "cli/discover/clusters.hpp"
#include "cli/terminal/screen.hpp"
#include "lang/format/canonical.hpp"
#include "lang/model/value.hpp"

namespace cli::new_site {

namespace {

std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return visible(text);
}

bool any(const std::vector<Findings>& all, auto is) { return std::any_of(all.begin(), all.end(), is); }

/// Each host must be a name of its own, which what is said of it goes by.
std::set<std::string> give_names(std::vector<Findings>& all) {
    std::set<std::string> taken{"units", "services", "drbd"};  // facts
    for (Findings& one : all) {
        const std::string wanted = one.machine.name.empty() ? one.machine.address : one.machine.name;
        const std::string name = name_for(wanted, taken);
        if (name != wanted && one.machine.address.empty()) one.machine.address = wanted;
        one.machine.name = name;
    }
    return taken;
}

std::string facts(const std::vector<Findings>& all) {
    std::string out = "# What procedures want to know of a machine is declared here, and said of each: on which VM host it is, for one.\n";
    if (any(all, [](const Findings& one) { return !one.units.empty(); })) {
        out += "fact units: list of text = []  # the systemd units of the site's own software\n";
    }
    if (any(all, [](const Findings& one) { return !one.services.empty(); })) {
        out += "fact services: list of text = []  # Windows services that are no part of Windows\n";
    }
    if (any(all, [](const Findings& one) { return !drbd_without_manager(one).empty(); })) {
        out += "fact drbd: text = \"\"  # a DRBD resource that no cluster manager has in its hands\n";
    }
    return out + "\n";
}

/// What holds for all Linux machines is said once.
bool all_become(const std::vector<Findings>& all) {
    return !any(all, [](const Findings& one) { return !one.unreachable && one.os == lang::Os::Linux && !one.sudo; });
}

std::string host(const Findings& one, bool sudo_is_said) {
    std::string out;
    if (one.unreachable) out += fmt::format("# {} could not be asked: {}\n", one.machine.name, one_line(*one.unreachable));
    for (const std::string& unknown : one.unknown) out += fmt::format("# not known of {}: {}\n", one.machine.name, one_line(unknown));
    if (!one.unreachable && one.os == lang::Os::Linux && !one.sudo && !one.root) {
        out += fmt::format("# {}: `sudo -n` is refused. Where sudo asks for a password, say `become sudo  sudo_password SECRET`.\n",
                           one.machine.name);
    }
    out += fmt::format("host {} {{", one.machine.name);
    if (!one.machine.address.empty()) out += " address " + quoted(one.machine.address);
    if (one.os == lang::Os::Windows) out += " os windows";
    if (!one.machine.user.empty()) out += " user " + quoted(one.machine.user);
    if (one.sudo && !sudo_is_said) out += " become sudo";
    const std::vector<std::string> drbd = drbd_without_manager(one);
    if (!drbd.empty()) out += " drbd " + quoted(drbd.front());
    const auto list = [&](std::string_view key, const std::vector<std::string>& texts) {
        if (!texts.empty()) out += fmt::format(" {} {}", key, texts.size() == 1 ? "[" + text_or_list(texts) + "]" : text_or_list(texts));
    };
    list("units", one.units);
    list("services", one.services);
    return out + " }\n";
}

/// web1 and web2 are `web`; acd-web1 and acd-web2 too, where every machine is an acd-.
std::string groups(const std::vector<Findings>& all, std::set<std::string>& taken) {
    const std::string& first = all.front().machine.name;
    const std::string prefix = first.substr(0, first.find('-') + 1);  // npos + 1 is 0
    const bool shared = !any(all, [&](const Findings& one) { return !one.machine.name.starts_with(prefix); });
    std::vector<std::pair<std::string, std::vector<std::string>>> stems;
    for (const Findings& one : all) {
        const std::string& name = one.machine.name;
        const std::string stem =
            name.substr(shared ? prefix.size() : 0, name.find_last_not_of("0123456789-") + 1 - (shared ? prefix.size() : 0));
        const auto it = std::find_if(stems.begin(), stems.end(), [&](const auto& known) { return known.first == stem; });
        if (it == stems.end()) {
            stems.push_back({stem, {name}});
        } else {
            it->second.push_back(name);
        }
    }
    std::string out;
    for (const auto& [stem, names] : stems) {
        const bool is_host = any(all, [&stem = stem](const Findings& one) { return one.machine.name == stem; });
        if (!stem.empty() && !is_host) out += fmt::format("group {} = {}\n", name_for(stem, taken), joined(names));
    }
    return out;
}

std::string section(std::string_view title) {
    return fmt::format("\n# ---------------------------------------------------------------- {}\n\n", title);
}

}  // namespace

std::string write(const std::string& site, std::vector<Findings> all) {
    std::set<std::string> taken = give_names(all);
    std::string out =
        "# Written by `procrun new site`, from what the machines said when they were asked. Review it, fill in what\n"
        "# could not be detected, and check it: `procrun check`.\n\n";
    out += fmt::format("site {}\n\n{}", quoted(site), facts(all));
    const bool linux_machines = any(all, [](const Findings& one) { return !one.unreachable && one.os == lang::Os::Linux; });
    const bool sudo_is_said = linux_machines && all_become(all);
    if (sudo_is_said) out += "connect linux { become sudo }\n";
    out += section("machines");
    for (const Findings& one : all) out += host(one, sudo_is_said);
    out += "\n" + groups(all, taken);
    out += section("what they make up together");
    const std::vector<std::string> together = clusters(all, taken);
    if (together.empty()) out += "# Nothing was found: neither Pacemaker, nor replication of databases, nor back ends of HAProxy.\n";
    for (const std::string& line : together) out += line + "\n";
    out +=
        "\n# One run at a time: name the hosts that hold the lock, at least two that no procedure switches off.\n"
        "# lock NAMES\n";

    lang::Sources sources;
    lang::Diagnostics diagnostics;
    const auto formatted = lang::format(sources, sources.add("site.proc", out), diagnostics);
    if (!formatted)
        throw std::logic_error("a defect of procrun: the new site does not read:\n" + render(diagnostics.front(), sources) + out);
    return *formatted;
}

}  // namespace cli::new_site
