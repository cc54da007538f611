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
std::set<std::string> give_names(std::vector<Findings>& all, const runtime::Registry& registry) {
    std::set<std::string> taken;
    for (const runtime::Module* module : discovering(registry)) {
        if (module->discovery->fact) taken.insert(module->discovery->fact->name);
    }
    for (Findings& one : all) {
        const std::string wanted = one.machine.name.empty() ? one.machine.address : one.machine.name;
        const std::string name = name_for(wanted, taken);
        if (name != wanted && one.machine.address.empty()) one.machine.address = wanted;
        one.machine.name = name;
    }
    return taken;
}

/// What a procedure acts on stands first: the software, then what it runs on.
std::string facts(const std::vector<Findings>& all, const runtime::Registry& registry) {
    std::string out = "# What procedures want to know of a machine is declared here, and said of each: on which VM host it is, for one.\n";
    std::vector<const runtime::Module*> modules = discovering(registry);
    std::stable_sort(modules.begin(), modules.end(),
                     [](const auto* a, const auto* b) { return a->discovery->layer > b->discovery->layer; });
    for (const runtime::Module* module : modules) {
        const std::optional<runtime::FoundFact>& fact = module->discovery->fact;
        if (!fact || !any(all, [&](const Findings& one) { return !fact->texts(one.machine).empty(); })) continue;
        out += fmt::format("fact {}: {}  # {}\n", fact->name, fact->is_list ? "list of text = []" : "text = \"\"", fact->doc);
    }
    return out + "\n";
}

/// Behind the fact's name: a list stays one where it has one text.
std::string fact_value(const runtime::FoundFact& fact, const std::vector<std::string>& texts) {
    if (!fact.is_list) return quoted(texts.front());
    return texts.size() == 1 ? "[" + quoted(texts.front()) + "]" : text_or_list(texts);
}

/// What holds for all Linux machines is said once.
bool all_become(const std::vector<Findings>& all) {
    return !any(all, [](const Findings& one) { return !one.unreachable && one.os == lang::Os::Linux && !one.sudo; });
}

std::string host(const Findings& one, bool sudo_is_said, const runtime::Registry& registry) {
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
    if (!one.user.empty()) out += " user " + quoted(one.user);
    if (one.sudo && !sudo_is_said) out += " become sudo";
    for (const runtime::Module* module : discovering(registry)) {
        const std::optional<runtime::FoundFact>& fact = module->discovery->fact;
        const std::vector<std::string> texts = fact ? fact->texts(one.machine) : std::vector<std::string>{};
        if (!texts.empty()) out += fmt::format(" {} {}", fact->name, fact_value(*fact, texts));
    }
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

std::string write(const std::string& site, std::vector<Findings> all, const runtime::Registry& registry) {
    std::set<std::string> taken = give_names(all, registry);
    std::vector<runtime::FoundMachine> machines;
    for (const Findings& one : all) machines.push_back(one.machine);
    std::string out =
        "# Written by `procrun new site`, from what the machines said when they were asked. Review it, fill in what\n"
        "# could not be detected, and check it: `procrun check`.\n\n";
    out += fmt::format("site {}\n\n{}", quoted(site), facts(all, registry));
    const bool linux_machines = any(all, [](const Findings& one) { return !one.unreachable && one.os == lang::Os::Linux; });
    const bool sudo_is_said = linux_machines && all_become(all);
    if (sudo_is_said) out += "connect linux { become sudo }\n";
    out += section("machines");
    for (const Findings& one : all) out += host(one, sudo_is_said, registry);
    out += "\n" + groups(all, taken);
    out += section("what they make up together");
    const std::vector<std::string> together = clusters(machines, registry, taken);
    if (together.empty()) out += "# " + no_clusters(registry) + "\n";
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
