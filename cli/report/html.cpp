#include <fmt/format.h>

#include "cli/report/escape.hpp"
#include "cli/report/formats.hpp"
#include "cli/terminal/words.hpp"
#include "cli/view/left_behind.hpp"

namespace cli::report {

namespace {

constexpr const char* style = R"(
:root{color-scheme:light dark;--ink:#1c2024;--paper:#fff;--soft:#5d6670;--line:#d9dee3;--box:#f4f6f8;
--good:#1f7a3d;--warn:#9a6700;--bad:#b42318;--plain:#2f6feb;--quiet:#9aa4ae;--wait:#8fb4e8}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--paper:#14171a;--soft:#9aa4ae;--line:#333a41;--box:#1c2126;
--good:#4cc06f;--warn:#e0a83a;--bad:#ff7b6b;--plain:#7aa7f5;--quiet:#6b747d;--wait:#3f689f}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:1.5rem 1rem 4rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:0}
p{margin:.4rem 0}.soft,.quiet{color:var(--soft)}.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
.end{display:inline-block;padding:.1rem .7rem;border:1px solid currentColor;border-radius:1rem;font-weight:600}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.75rem 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.phone{display:none}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .7rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600}.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
code,pre,.entry{font:13px/1.45 ui-monospace,"DejaVu Sans Mono",monospace}
pre{margin:.3rem 0;padding:.5rem .7rem;background:var(--box);border-radius:4px;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
details.step{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;padding:.5rem .8rem}
details.step>summary{font-weight:600}summary{cursor:pointer}
.entry{margin:.1rem 0;padding-left:4.9rem;text-indent:-4.9rem;overflow-wrap:anywhere;white-space:pre-wrap}
.more{display:block;text-indent:0}
.commands{margin:.5rem 0 0}.commands details{margin:.15rem 0 .15rem 1rem}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--ink);font:12px system-ui,sans-serif;white-space:pre}svg .host{font:12px ui-monospace,monospace}svg .time{fill:var(--soft);font-size:11px}
svg .tick{stroke:var(--line)}svg rect{fill:var(--plain)}svg .good{fill:var(--good)}svg .warn{fill:var(--warn)}svg .bad{fill:var(--bad)}
svg .quiet{fill:var(--quiet)}svg rect.step{fill-opacity:.35}svg .planned{fill:none;stroke:var(--soft);stroke-dasharray:3 2}
svg .wait:not(.bad){fill:var(--wait)}svg .question{fill:var(--warn)}svg .signoff{fill:var(--warn);stroke:var(--paper)}
.key span{display:inline-block;margin-right:1.2rem}.key i{display:inline-block;width:.9rem;height:.6rem;border-radius:2px;margin-right:.35rem}
@media screen and (max-width:44rem){.desk{display:none}.phone{display:block}
table,tbody,tr,td{display:block}tr.names{display:none}tr{padding:.4rem 0;border-bottom:1px solid var(--line)}
td{padding:0;border:0;overflow-wrap:anywhere}td:first-child{float:left;margin-right:.6rem}td:empty{display:none}td.n{text-align:left;display:inline-block;margin-right:1rem}
td[data-name]::before{content:attr(data-name) " ";color:var(--soft)}
.entry{padding-left:1rem;text-indent:-1rem}}
@media print{body{max-width:none;padding:0;font-size:11px}details.step{break-inside:avoid-page}.commands{display:none}
:root{color-scheme:light}details::details-content{content-visibility:visible;height:auto}}
)";

constexpr const char* key = R"html(<p class="key soft"><span><i style="background:var(--good)"></i>done, changed</span>
<span><i style="background:var(--wait)"></i>waiting</span>
<span><i style="background:var(--warn)"></i>a person, or not verified</span>
<span><i style="background:var(--bad)"></i>failed</span>
<span><i style="border:1px dashed var(--soft)"></i>planned</span></p>
)html";

const char* end_class(const Report& report) {
    if (report.run.end == runtime::End::Completed) return "good";
    return report.run.end == runtime::End::CompletedWithSkips ? "warn" : "bad";
}

const char* state_class(Step::State state) {
    return state == Step::State::Done ? "good" : state == Step::State::Failed ? "bad" : state == Step::State::Unfinished ? "warn" : "quiet";
}

class HtmlPage {
  public:
    explicit HtmlPage(const Report& report) : report_(report) {}

    std::string whole() {
        const runtime::RunSummary& run = report_.run;
        out_ += "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n";
        // Whatever slipped through the escaping could still load and run nothing.
        out_ += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n";
        out_ += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n";
        out_ += fmt::format("<title>{}, run {}</title>\n<style>{}</style>\n</head>\n<body>\n", markup(run.procedure), run.id, style);
        head();
        failures();
        out_ += "<h2>Timeline</h2>\n<div class=\"desk\">\n" + timeline(report_) + "</div>\n<div class=\"phone\">\n" +
                narrow_timeline(report_) + "</div>\n";
        out_ += key;
        interruptions();
        times();
        people();
        list("Skipped", report_.skipped, "warn");
        list("Gaps: passed over, as nothing simulates what they depend on", report_.rehearsed.gaps, "warn");
        list("What the site file would have to say", report_.rehearsed.mends, "plain");
        list("Told by replies of the site file, and by no model", report_.rehearsed.rested_on, "plain");
        list("Undone", report_.undone, "plain");
        list("Pending undos", report_.pending_undos, "bad");
        list("Left behind on purpose", report_.left, "plain");
        left_behind();
        protocol();
        out_ += "</body>\n</html>\n";
        return std::move(out_);
    }

  private:
    void head() {
        const runtime::RunSummary& run = report_.run;
        out_ +=
            fmt::format("<h1>{}</h1>\n<p><span class=\"end {}\">{}</span>{}</p>\n<dl>\n", markup(run.procedure), end_class(report_),
                        markup(report_.end()), run.simulated ? " <span class=\"warn\">a rehearsal: no real host was contacted</span>" : "");
        fact("Run", std::to_string(run.id));
        if (!run.site.empty()) fact("Site", run.site);
        fact("Operator", fmt::format("{} on {}", run.operator_name, run.machine));
        for (const auto& [name, text] : later_parts(report_)) fact(name, text);
        fact("Started", date_and_time(run.started));
        fact(run.ended ? "Ended" : "Last event", date_and_time(report_.ended()));
        std::string took = rounded(report_.took());
        if (report_.earlier.whole) {
            took += fmt::format(" (planned {}: the median of {})", rounded(*report_.earlier.whole),
                                plural(static_cast<std::int64_t>(report_.earlier.runs), "earlier completed run"));
        }
        fact("Took", took);
        fact("Actions", fmt::format("{} changed, {} unchanged{}", report_.changed, report_.unchanged,
                                    report_.unverified > 0 ? fmt::format(", {} not verified", report_.unverified) : ""));
        out_ += "</dl>\n";
        if (report_.parameters.empty()) return;
        out_ += "<h2>Parameters</h2>\n<dl>\n";
        for (const runtime::event::Named& parameter : report_.parameters) fact(parameter.name, parameter.value);
        out_ += "</dl>\n";
    }

    void fact(const std::string& name, const std::string& value) {
        out_ += fmt::format("<dt>{}</dt><dd>{}</dd>\n", markup(name), markup(value));
    }

    void failures() {
        if (report_.failures.empty()) return;
        out_ += "<h2>Failures</h2>\n";
        for (const Entry& failure : report_.failures) entry(failure);
    }

    void interruptions() {
        out_ += fmt::format("<h2>Service interruption</h2>\n<p>{}</p>\n", markup(about_interruption(report_)));
        for (const Report::Interruption& one : report_.interruptions) {
            const std::vector<Stretch> longest = notable(one.path, one.took);
            if (longest.empty()) continue;
            out_ += fmt::format(
                "<p>{}:</p>\n<table>\n<tr class=\"names\"><th class=\"n\">Began</th><th class=\"n\">Took</th><th>What</th>"
                "<th>Who, where</th></tr>\n",
                critical_path_title);
            for (const Stretch& part : longest) {
                out_ += fmt::format(
                    "<tr><td class=\"n\" data-name=\"began\">{}</td><td class=\"n\" data-name=\"took\">{}</td>"
                    "<td>{}</td><td data-name=\"by\">{}</td></tr>\n",
                    clock(part.from), rounded(part.to - part.from), markup(describe(part)), markup(where(part)));
            }
            out_ += fmt::format("</table>\n<p>{}</p>\n", about_rest(longest, one.took));
        }
    }

    void times() {
        out_ +=
            "<h2>Steps: planned and actual time</h2>\n<table>\n<tr class=\"names\"><th></th><th>Step</th><th class=\"n\">Began</th>"
            "<th class=\"n\">Planned</th><th class=\"n\">Took</th><th></th></tr>\n";
        for (const Step& step : report_.steps) {
            if (step.number.empty()) continue;
            out_ += fmt::format(
                "<tr><td>{}</td><td>{}{}</td><td class=\"n\" data-name=\"began\">{}</td><td class=\"n\" data-name=\"planned\">{}</td>"
                "<td class=\"n\" data-name=\"took\">{}</td><td "
                "class=\"{}\">{}</td></tr>\n",
                step.number, markup(step.title), step.attempts > 1 ? fmt::format(" ({} attempts)", step.attempts) : "", clock(step.started),
                step.planned ? rounded(*step.planned) : "–", time_of(step), state_class(step.state), name(step.state));
        }
        out_ += "</table>\n";
    }

    void people() {
        if (!report_.sign_offs.empty()) {
            out_ +=
                "<h2>Sign-offs</h2>\n<table>\n<tr class=\"names\"><th "
                "class=\"n\">When</th><th>Step</th><th>What</th><th>Answer</th><th>Who</th></tr>\n";
            for (const SignOff& one : report_.sign_offs) {
                out_ += fmt::format(
                    "<tr><td class=\"n\">{}</td><td data-name=\"step\">{}</td><td>{}</td><td data-name=\"answer\">{}</td><td "
                    "data-name=\"by\">{}</td></tr>\n",
                    clock(one.at), one.step, markup(one.question), markup(one.answer), markup(one.by));
            }
            out_ += "</table>\n";
        }
        if (report_.decisions.empty()) return;
        out_ +=
            "<h2>Decisions</h2>\n<table>\n<tr class=\"names\"><th "
            "class=\"n\">When</th><th>Step</th><th>About</th><th>Choice</th><th>Reason</th>"
            "<th>Who</th></tr>\n";
        for (const Decision& one : report_.decisions) {
            out_ += fmt::format(
                "<tr><td class=\"n\">{}</td><td data-name=\"step\">{}</td><td>{}</td><td data-name=\"choice\">{}</td><td "
                "data-name=\"reason\">{}</td>"
                "<td data-name=\"by\">{}</td></tr>\n",
                clock(one.at), one.step, markup(one.about), markup(one.choice), markup(one.reason), markup(one.by));
        }
        out_ += "</table>\n";
    }

    void list(const char* title, const std::vector<std::string>& items, const char* tone) {
        if (items.empty()) return;
        out_ += fmt::format("<h2>{}</h2>\n<ul class=\"{}\">\n", title, tone);
        for (const std::string& item : items) out_ += fmt::format("<li>{}</li>\n", markup(item));
        out_ += "</ul>\n";
    }

    void left_behind() {
        if (!report_.left_behind) return;
        using Weight = LeftBehindPart::Weight;
        for (const LeftBehindPart& part : parts_of(*report_.left_behind)) {
            const char* tone = part.weight == Weight::Alarm ? "bad" : part.weight == Weight::Doubt ? "warn" : "plain";
            list(part.title.c_str(), part.items, tone);
        }
        out_ += fmt::format("<p class=\"soft\">{}</p>\n", markup(in_short(*report_.left_behind)));
    }

    void protocol() {
        out_ += "<h2>Protocol</h2>\n";
        for (const Step& step : report_.steps) {
            if (step.entries.empty() && step.commands.empty()) continue;
            const bool open = step.state != Step::State::Done && !step.number.empty();
            out_ +=
                fmt::format("<details class=\"step\"{}><summary>{} <span class=\"{}\">{}</span></summary>\n", open ? " open=\"open\"" : "",
                            step.number.empty() ? "Outside of the steps" : markup(step.number + "  " + step.title), state_class(step.state),
                            step.number.empty() ? "" : name(step.state));
            for (const Entry& one : step.entries) entry(one);
            commands(step.commands);
            out_ += "</details>\n";
        }
    }

    void entry(const Entry& one) {
        std::string more;
        for (const std::string& line : one.more) more += fmt::format("<span class=\"more\">{}</span>", markup(line));
        out_ += fmt::format("<div class=\"entry {}\"><span class=\"soft\">{}</span> {}{}{}</div>\n", tone_class(one.tone), clock(one.at),
                            one.host.empty() ? "" : "<b>" + markup(one.host) + "</b> ", markup(one.text), more);
    }

    void commands(const std::vector<Command>& commands) {
        if (commands.empty()) return;
        std::int64_t sent = 0;
        for (const Command& command : commands) sent += command.times;
        out_ += fmt::format("<details class=\"commands\"><summary class=\"soft\">{}</summary>\n", plural(sent, "command"));
        for (const Command& one : commands) {
            const std::string times = one.times > 1 ? fmt::format(", {} times until {}", one.times, clock(one.last)) : "";
            out_ += fmt::format(
                "<details><summary><span class=\"soft\">{}</span> <b>{}</b> <code>{}</code> <span class=\"{}\">{}</span></summary>\n"
                "<p class=\"soft\">{}, {}{}</p>\n",
                clock(one.at), markup(one.host), markup(one.command), one.ok ? "soft" : "bad", markup(one.ending), one.purpose,
                rounded(one.took), times);
            output(one.out);
            if (!one.err.empty()) out_ += "<p class=\"soft\">standard error</p>\n";
            output(one.err);
            out_ += "</details>\n";
        }
        out_ += "</details>\n";
    }

    void output(const std::string& text) {
        if (!text.empty()) out_ += fmt::format("<pre>{}</pre>\n", markup(bounded(text, longest_output)));
    }

    const Report& report_;
    std::string out_;
};

}  // namespace

std::string html(const Report& report) { return HtmlPage(report).whole(); }

}  // namespace cli::report
