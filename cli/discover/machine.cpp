#include "cli/discover/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>

#include "cli/run/load.hpp"
#include "cli/terminal/screen.hpp"
#include "lang/syntax/state.hpp"

namespace cli::new_site {

namespace {

bool is_plain(std::string_view text) {
    return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || std::string_view("-_.:%").find(static_cast<char>(c)) != std::string_view::npos;
    });
}

/// What a host cannot be called: words of the language, and what stands before a dot.
bool is_taken(const std::string& name, const std::set<std::string>& taken) {
    const bool means_something = name == "host" || name == "here" || name == "kept" || name == "nobody" || name == "none";
    return means_something || lang::parsing::is_reserved(name) || registry().catalog().has_module(name) || taken.contains(name);
}

}  // namespace

Machine read_machine(std::string_view words) {
    Machine machine;
    std::string_view rest = words;
    if (const std::size_t equals = rest.find('='); equals != std::string_view::npos) {
        machine.name = rest.substr(0, equals);
        rest.remove_prefix(equals + 1);
    }
    const std::size_t at = rest.rfind('@');
    if (at != std::string_view::npos) {
        machine.user = rest.substr(0, at);
        rest.remove_prefix(at + 1);
    }
    if (!is_plain(rest) || (at != std::string_view::npos && !is_plain(machine.user))) {
        throw UsageError{fmt::format("'{}': a machine is written web1, user@web1 or web1=user@10.0.0.11", words)};
    }
    const bool is_number = std::isdigit(static_cast<unsigned char>(rest.front())) != 0 || rest.find(':') != std::string_view::npos;
    std::set<std::string> none;
    if (machine.name.empty() && !is_number) machine.name = name_for(rest, none);
    if (machine.name != rest) machine.address = rest;
    return machine;
}

std::string name_for(std::string_view text, std::set<std::string>& taken) {
    const bool is_number = !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) != 0;
    std::string name;
    for (const char c : is_number ? text : text.substr(0, text.find('.'))) {
        const auto letter = static_cast<unsigned char>(c);
        if (std::isalnum(letter) != 0 || c == '_') {
            name += static_cast<char>(std::tolower(letter));
        } else if (!name.empty() && name.back() != '-') {
            name += '-';
        }
    }
    while (name.ends_with('-')) name.pop_back();
    if (name.empty() || std::islower(static_cast<unsigned char>(name.front())) == 0) name = "m" + name;
    std::string free = name;
    for (int i = 2; is_taken(free, taken); ++i) free = fmt::format("{}-{}", name, i);
    taken.insert(free);
    return free;
}

std::vector<std::string> hosts_of_ssh_config() {
    std::vector<std::string> hosts;
    const char* home = std::getenv("HOME");
    constexpr std::size_t most = std::size_t{1} << 20;
    std::istringstream file(
        runtime::read_file(std::string(home == nullptr ? "" : home) + "/.ssh/config", {.bytes = most}).text.value_or(""));
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string word;
        words >> word;
        std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (word != "host") continue;
        while (words >> word) {
            if (word.find_first_of("*?!") == std::string::npos) hosts.push_back(word);
        }
    }
    return hosts;
}

std::vector<const runtime::Module*> discovering(const runtime::Registry& registry) {
    std::vector<const runtime::Module*> all;
    for (const runtime::Module& module : registry.modules()) {
        if (module.discovery) all.push_back(&module);
    }
    std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->discovery->layer < b->discovery->layer; });
    return all;
}

std::string quoted(const std::string& text) { return lang::Value(visible(text)).show(); }

}  // namespace cli::new_site
