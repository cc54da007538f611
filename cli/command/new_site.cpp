// `procrun new site`: machines are named, asked what runs on them, and written down.
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "cli/command/all.hpp"
#include "cli/discover/survey.hpp"
#include "cli/discover/write.hpp"
#include "cli/ending.hpp"
#include "cli/run/context.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/words.hpp"
#include "lang/check/api.hpp"
#include "runtime/outcome.hpp"

namespace cli {

namespace {

/// One a line, until an empty one or the end. At a terminal a person is asked, and offered the hosts of ~/.ssh/config by their numbers.
std::vector<std::string> read_machines() {
    const bool asks = isatty(STDIN_FILENO) == 1;
    const std::vector<std::string> known = asks ? new_site::hosts_of_ssh_config() : std::vector<std::string>{};
    if (asks) {
        print("Which machines make up the site? One a line: web1, user@web1, web1=user@10.0.0.11. An empty line ends.\n");
        for (std::size_t i = 0; i < known.size(); ++i) print("  {}  {}  (of ~/.ssh/config)\n", i + 1, known[i]);
    }
    std::vector<std::string> machines;
    for (std::string line;;) {
        write_at_once(stdout, asks ? "machine: " : "");
        if (!std::getline(std::cin, line)) break;
        line.erase(line.find_last_not_of(" \t\r") + 1);
        line.erase(0, line.find_first_not_of(" \t"));
        if (line.empty() && asks) break;
        if (line.empty()) continue;
        const bool is_number = line.size() < 5 && line.find_first_not_of("0123456789") == std::string::npos;
        const std::size_t number = is_number ? std::stoul(line) : 0;
        machines.push_back(number > 0 && number <= known.size() ? known[number - 1] : line);
    }
    return machines;
}

/// Never over another file.
void write_new(const std::string& path, std::string_view text) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) throw UsageError{fmt::format("{}: it cannot be written: {}", path, std::generic_category().message(errno))};
    std::FILE* file = fdopen(descriptor, "w");
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if (std::fclose(file) != 0 || !written) throw UsageError{path + ": it could not be written as a whole"};
}

/// It must check before anybody trusts it.
void see_that_it_checks(const std::string& path, const std::string& text) {
    const lang::Checked checked = lang::check({.procedure = path,
                                               .site = path,
                                               .parameters = {},
                                               .load = [&](const std::string&) { return std::optional<std::string>(text); },
                                               .catalog = &registry().catalog()});
    if (checked.program) return;
    std::string why;
    for (const lang::Diagnostic& diagnostic : checked.diagnostics) why += render(diagnostic, *checked.sources);
    throw Defect("the site that was found out does not check, and nothing was written:\n" + why);
}

void tell(const new_site::Findings& one) {
    if (one.unreachable) return print("{}: not reached: {}\n", one.machine.name, visible(*one.unreachable));
    std::vector<std::string> seen;
    for (const runtime::Module* module : new_site::discovering(registry())) {
        const auto what = one.machine.has.find(module->name);
        if (what != one.machine.has.end()) seen.push_back(module->discovery->summary(what->second));
    }
    print("{}: {}\n", one.machine.name, seen.empty() ? "nothing that was recognised" : visible(fmt::format("{}", fmt::join(seen, "; "))));
    for (const std::string& unknown : one.unknown) print("{}: not known: {}\n", one.machine.name, visible(unknown));
}

}  // namespace

int new_site_command(const NewSiteRequest& request) {
    if (std::filesystem::exists(request.output)) throw UsageError{request.output + ": already exists; not overwritten"};
    std::vector<new_site::Machine> machines;
    for (const std::string& words : request.machines.empty() ? read_machines() : request.machines) {
        machines.push_back(new_site::read_machine(words));
    }
    if (machines.empty()) throw UsageError{"no machines were named"};

    RunRequest run;
    run.journal = request.journal;
    run.at = request.at;
    run.watched = false;
    run.rehearse = request.at.has_value();
    lang::program::Program program;
    program.site = std::make_shared<lang::Site>();
    Screen screen;
    RunContext context(program, run, screen);
    context.world().observers.clear();  // to look is no run
    const std::vector<new_site::Findings> found = new_site::survey(machines, context.world(), request.at.has_value());
    for (const new_site::Findings& one : found) tell(one);
    const std::string name = std::filesystem::path(request.output).stem().string();
    const std::string text = new_site::write(
        name == "site" ? std::filesystem::absolute(request.output).parent_path().filename().string() : name, found, registry());
    see_that_it_checks(request.output, text);
    write_new(request.output, text);
    print("{}: {}; review it, and fill in what could not be detected\n", request.output,
          plural(static_cast<std::int64_t>(found.size()), "machine"));
    return static_cast<int>(runtime::End::Completed);
}

}  // namespace cli
