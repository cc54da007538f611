#include <fmt/format.h>

#include <iterator>

#include "cli/report/escape.hpp"
#include "cli/report/formats.hpp"
#include "cli/terminal/words.hpp"
#include "cli/view/left_behind.hpp"

namespace cli::report {

namespace {

class MarkdownPage {
  public:
    explicit MarkdownPage(const Report& report) : report_(report) {}

    std::string whole() {
        head();
        if (!report_.failures.empty()) add("## Failures\n\n");
        for (const Entry& failure : report_.failures) entry(failure);
        interruptions();
        times();
        people();
        list("Skipped", report_.skipped);
        list("Gaps: passed over, as nothing simulates what they depend on", report_.rehearsed.gaps);
        list("What the site file would have to say", report_.rehearsed.mends);
        list("Told by replies of the site file, and by no model", report_.rehearsed.rested_on);
        list("Undone", report_.undone);
        list("Pending undos", report_.pending_undos);
        list("Left behind on purpose", report_.left);
        left_behind();
        protocol();
        return std::move(out_);
    }

  private:
    template <typename... Args>
    void add(fmt::format_string<Args...> text, Args&&... args) {
        fmt::format_to(std::back_inserter(out_), text, std::forward<Args>(args)...);
    }

    void head() {
        const runtime::RunSummary& run = report_.run;
        add("# {}, run {}\n\n**{}**{}\n\n", markdown(run.procedure), run.id, markdown(report_.end()),
            run.simulated ? " – a rehearsal: no real host was contacted" : "");
        if (!run.site.empty()) add("- Site: {}\n", markdown(run.site));
        add("- Operator: {} on {}\n", markdown(run.operator_name), markdown(run.machine));
        for (const auto& [name, text] : later_parts(report_)) add("- {}: {}\n", name, markdown(text));
        add("- Started {}, {} {}, took {}", date_and_time(run.started), run.ended ? "ended" : "last event", date_and_time(report_.ended()),
            rounded(report_.took()));
        if (report_.earlier.whole) {
            add(" (planned {}: the median of {})", rounded(*report_.earlier.whole),
                plural(static_cast<std::int64_t>(report_.earlier.runs), "earlier completed run"));
        }
        add("\n- {} changed, {} unchanged", report_.changed, report_.unchanged);
        if (report_.unverified > 0) add(", {} not verified", report_.unverified);
        add("\n\n");
        if (report_.parameters.empty()) return;
        add("## Parameters\n\n");
        for (const runtime::event::Named& parameter : report_.parameters) {
            add("- {}: {}\n", markdown(parameter.name), markdown(parameter.value));
        }
        add("\n");
    }

    void interruptions() {
        add("\n## Service interruption\n\n{}\n", markdown(about_interruption(report_)));
        for (const Report::Interruption& one : report_.interruptions) {
            const std::vector<Stretch> longest = notable(one.path, one.took);
            if (longest.empty()) continue;
            add("\n{}:\n\n| Began | Took | What | Who, where |\n|---|---|---|---|\n", critical_path_title);
            for (const Stretch& part : longest) {
                add("| {} | {} | {} | {} |\n", clock(part.from), rounded(part.to - part.from), markdown(describe(part)),
                    markdown(where(part)));
            }
            add("\n{}\n", about_rest(longest, one.took));
        }
    }

    void times() {
        add("\n## Steps\n\n| | Step | Began | Planned | Took | |\n|---|---|---|---|---|---|\n");
        for (const Step& step : report_.steps) {
            if (step.number.empty()) continue;
            add("| {} | {}{} | {} | {} | {} | {} |\n", step.number, markdown(step.title),
                step.attempts > 1 ? fmt::format(" ({} attempts)", step.attempts) : "", clock(step.started),
                step.planned ? rounded(*step.planned) : "–", time_of(step), name(step.state));
        }
    }

    void people() {
        if (!report_.sign_offs.empty()) add("\n## Sign-offs\n\n| When | Step | What | Answer | Who |\n|---|---|---|---|---|\n");
        for (const SignOff& one : report_.sign_offs) {
            add("| {} | {} | {} | {} | {} |\n", clock(one.at), one.step, markdown(one.question), markdown(one.answer), markdown(one.by));
        }
        if (!report_.decisions.empty())
            add("\n## Decisions\n\n| When | Step | About | Choice | Reason | Who |\n|---|---|---|---|---|---|\n");
        for (const Decision& one : report_.decisions) {
            add("| {} | {} | {} | {} | {} | {} |\n", clock(one.at), one.step, markdown(one.about), markdown(one.choice),
                markdown(one.reason), markdown(one.by));
        }
    }

    void list(const char* title, const std::vector<std::string>& items) {
        if (items.empty()) return;
        add("\n## {}\n\n", title);
        for (const std::string& item : items) add("- {}\n", markdown(item));
    }

    void left_behind() {
        if (!report_.left_behind) return;
        for (const LeftBehindPart& part : parts_of(*report_.left_behind)) list(part.title.c_str(), part.items);
        add("\n{}\n", markdown(in_short(*report_.left_behind)));
    }

    void entry(const Entry& one) {
        add("- {} {}{}{}{}\n", clock(one.at), one.host.empty() ? "" : "**" + markdown(one.host) + "** ", one.tone == Tone::Bad ? "**" : "",
            markdown(one.text), one.tone == Tone::Bad ? "**" : "");
        for (const std::string& line : one.more) add("  - {}\n", markdown(line));
    }

    void protocol() {
        add("\n## Protocol\n");
        for (const Step& step : report_.steps) {
            if (step.entries.empty() && step.commands.empty()) continue;
            step.number.empty() ? add("\n### Outside of the steps\n\n") : add("\n### {} {}\n\n", step.number, markdown(step.title));
            for (const Entry& one : step.entries) entry(one);
            for (const Command& one : step.commands) command(one);
        }
    }

    void command(const Command& one) {
        const std::string times = one.times > 1 ? fmt::format(", {} times until {}", one.times, clock(one.last)) : "";
        add("\n{} **{}** {}, {}{}: {}\n\n{}", clock(one.at), markdown(one.host), one.purpose, rounded(one.took), times,
            markdown(one.ending),
            fenced("$ " + one.command + (one.out.empty() ? "" : "\n" + bounded(one.out, longest_output)) +
                   (one.err.empty() ? "" : "\n(standard error)\n" + bounded(one.err, longest_output))));
    }

    const Report& report_;
    std::string out_;
};

}  // namespace

std::string markdown_page(const Report& report) { return MarkdownPage(report).whole(); }

}  // namespace cli::report
