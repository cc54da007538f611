#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/doctor/pages.hpp"
#include "cli/terminal/words.hpp"

namespace cli::doctor {

namespace {

/// A value on one line; what is longer is in the page and with -v.
std::string on_one_line(std::string text) {
    constexpr std::size_t most = 100;
    std::replace(text.begin(), text.end(), '\n', ' ');
    if (text.size() <= most) return text;
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // not within a character
    return text.substr(0, end) + "…";
}

class Text {
  public:
    Text(const Examination& all, const Screen& screen, bool verbose) : all_(all), screen_(screen), verbose_(verbose) {}

    std::string whole() {
        add(Colour::Bold, fmt::format("{}, asked at the same time by queries only, in {}; nothing was changed",
                                      plural(static_cast<std::int64_t>(all_.machines.size()), "machine"), rounded(all_.took)));
        for (const Examined& machine : all_.machines) add_machine(machine);
        add_findings();
        return out_;
    }

  private:
    void add(Colour colour, const std::string& text) { out_ += screen_.paint(colour, visible(text)) + '\n'; }

    void add_machine(const Examined& machine) {
        out_ += '\n' + screen_.paint(Colour::Bold, visible(machine.host->name)) + "  " + visible(about(machine)) + '\n';
        if (!machine.unreached.empty()) return add(Colour::Red, "  not reached: " + machine.unreached);
        std::size_t widest = 0;
        for (const Reading& reading : machine.readings) widest = std::max(widest, std::min<std::size_t>(reading.call.size(), 40));
        for (const Reading& reading : machine.readings) {
            const bool unknown = reading.value.is_unknown();
            const std::string value = unknown ? "unknown: " + reading.value.why_unknown().why : on_one_line(shown(reading));
            add(unknown                         ? Colour::Yellow
                : !reading.disagreement.empty() ? Colour::Red
                                                : Colour::Plain,
                fmt::format("  {:<{}}  {}  ({}{})", reading.call, widest, value, rounded(reading.took), compared(reading)));
            if (verbose_ || unknown) add_replies(reading);
        }
    }

    static std::string compared(const Reading& reading) {
        if (reading.tool.empty()) return {};
        if (!reading.not_compared.empty()) return fmt::format("; {} could not be asked: {}", reading.tool, reading.not_compared);
        return reading.disagreement.empty() ? fmt::format("; {} says the same", reading.tool)
                                            : fmt::format("; {} says: {}", reading.tool, reading.disagreement);
    }

    void add_replies(const Reading& reading) {
        constexpr std::size_t most_lines = 12;
        for (const runtime::Reply& reply : reading.replies) {
            add(Colour::Dim, "      $ " + reply.command);
            const std::vector<std::string> lines = lines_of(all_.mask(reply.out + reply.err));
            for (std::size_t i = 0; i < lines.size() && (verbose_ || i < most_lines); ++i) add(Colour::Dim, "      " + lines[i]);
            if (!verbose_ && lines.size() > most_lines)
                add(Colour::Dim, fmt::format("      … {} lines more: -v", lines.size() - most_lines));
            if (!reply.ok()) add(Colour::Dim, "      " + all_.mask(reply.describe()));
        }
    }

    void add_findings() {
        std::vector<std::string> unreached, unknown, disagree, clocks, late;
        for (const Examined& machine : all_.machines) {
            const std::string& name = machine.host->name;
            if (!machine.unreached.empty()) unreached.push_back(name);
            if (is_off(machine)) clocks.push_back(name);
            if (machine.not_asked > 0) late.push_back(fmt::format("{} ({})", name, machine.not_asked));
            for (const Reading& reading : machine.readings) {
                if (reading.value.is_unknown()) unknown.push_back(fmt::format("{} on {}", reading.call, name));
                if (!reading.disagreement.empty()) disagree.push_back(fmt::format("{} on {}", reading.call, name));
            }
        }
        out_ += '\n';
        const auto tell = [&](Colour colour, const char* what, const std::vector<std::string>& which) {
            if (!which.empty()) add(colour, fmt::format("{}: {}", what, fmt::join(which, ", ")));
        };
        tell(Colour::Red, "not reached", unreached);
        tell(Colour::Red, "two tools disagree, so one of them is read wrong, or is wrong", disagree);
        tell(Colour::Yellow, "would be unknown tonight", unknown);
        tell(Colour::Yellow, "not asked, as the time of the machine was over", late);
        tell(Colour::Yellow, "the clock is off", clocks);
        if (!has_findings(all_)) add(Colour::Green, "everything was read");
        if (!all_.only_in_procedures.empty()) {
            add(Colour::Dim, fmt::format("{} take what only a procedure says, such as {}: `procrun plan FILE` asks them",
                                         plural(static_cast<std::int64_t>(all_.only_in_procedures.size()), "other question"),
                                         all_.only_in_procedures.front()));
        }
    }

    const Examination& all_;
    const Screen& screen_;
    const bool verbose_;
    std::string out_;
};

}  // namespace

bool is_off(const Examined& machine) {
    return machine.clock && std::chrono::abs(*machine.clock) > std::max(tolerated_clock, machine.clock_error);
}

std::string shown(const Reading& reading) {
    if (!reading.lists_failings) return reading.value.show();
    return reading.value.items().empty() ? "true" : "false: " + reading.value.show();
}

std::string about(const Examined& machine) {
    const lang::Host& host = *machine.host;
    std::string text = host.user.empty() ? host.address : fmt::format("{}@{}", host.user, host.address);
    text += host.os == lang::Os::Windows ? ", Windows" : ", Linux";
    if (host.become == lang::Become::Sudo) text += ", by sudo";
    if (is_off(machine)) {
        const bool ahead = *machine.clock > lang::Duration(0);
        text += fmt::format(", its clock is {} {}", rounded(std::chrono::abs(*machine.clock)), ahead ? "ahead" : "behind");
    }
    for (const auto& [name, value] : machine.detected) text += fmt::format(", {} {}", name, value.is_unknown() ? "unknown" : value.plain());
    return text;
}

bool has_findings(const Examination& all) {
    return std::any_of(all.machines.begin(), all.machines.end(), [](const Examined& machine) {
        return !machine.unreached.empty() || machine.not_asked > 0 || is_off(machine) ||
               std::any_of(machine.readings.begin(), machine.readings.end(),
                           [](const Reading& reading) { return reading.value.is_unknown() || !reading.disagreement.empty(); });
    });
}

std::string as_text(const Examination& all, const Screen& screen, bool verbose) { return Text(all, screen, verbose).whole(); }

}  // namespace cli::doctor
