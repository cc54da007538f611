#include <fmt/format.h>

#include "cli/doctor/pages.hpp"
#include "cli/report/escape.hpp"
#include "cli/terminal/words.hpp"

namespace cli::doctor {

namespace {

using report::bounded;
using report::markup;

constexpr const char* style = R"(
:root{color-scheme:light dark}
body{margin:0 auto;max-width:70rem;padding:1.5rem 1rem 4rem;font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:1.6rem 0 .3rem}.soft{opacity:.7}
.unknown{color:#9a6700}.bad{color:#b42318}
@media (prefers-color-scheme:dark){.unknown{color:#e0a83a}.bad{color:#ff7b6b}}
table{border-collapse:collapse;width:100%}td{padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8884;vertical-align:top;overflow-wrap:anywhere}
td.n{text-align:right;white-space:nowrap}code,pre{font:13px/1.45 ui-monospace,"DejaVu Sans Mono",monospace}
pre{margin:.3rem 0;padding:.5rem .7rem;background:#8882;white-space:pre-wrap;overflow-wrap:anywhere}summary{cursor:pointer}
)";

std::string row(const Reading& reading, const std::function<std::string(std::string)>& mask) {
    const bool unknown = reading.value.is_unknown();
    std::string value = unknown ? "unknown: " + markup(reading.value.why_unknown().why) : markup(bounded(shown(reading), 4000));
    if (!reading.disagreement.empty()) value += fmt::format("<br/>{} says: {}", markup(reading.tool), markup(reading.disagreement));
    if (!reading.not_compared.empty())
        value +=
            fmt::format("<br/><span class=\"soft\">{} could not be asked: {}</span>", markup(reading.tool), markup(reading.not_compared));
    if (!reading.tool.empty() && reading.disagreement.empty() && reading.not_compared.empty())
        value += fmt::format("<br/><span class=\"soft\">{} says the same</span>", markup(reading.tool));
    std::string replies;
    for (const runtime::Reply& reply : reading.replies) {
        replies += fmt::format("<pre>$ {}\n{}{}</pre>", markup(reply.command),
                               markup(bounded(mask(reply.out + reply.err), report::longest_output)),
                               reply.ok() ? "" : markup(mask(reply.describe())));
    }
    if (!replies.empty()) replies = fmt::format("<details><summary>what the machine said</summary>{}</details>", replies);
    const char* kind = !reading.disagreement.empty() ? " class=\"bad\"" : unknown ? " class=\"unknown\"" : "";
    return fmt::format("<tr><td><code>{}</code></td><td{}>{}{}</td><td class=\"n\">{}</td></tr>\n", markup(reading.call), kind, value,
                       replies, rounded(reading.took));
}

}  // namespace

std::string as_html(const Examination& all) {
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n";
    out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n";
    out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n";
    const std::string title = all.site.name.empty() ? "The machines of the site" : fmt::format("The machines of {}", markup(all.site.name));
    out += fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<h1>{}</h1>\n", title, style, title);
    out += fmt::format("<p class=\"soft\">{}, asked at the same time by queries only, in {}. Nothing was changed.</p>\n",
                       date_and_time(all.when), rounded(all.took));
    for (const Examined& machine : all.machines) {
        out += fmt::format("<h2>{}</h2>\n<p class=\"soft\">{}</p>\n", markup(machine.host->name), markup(about(machine)));
        if (!machine.unreached.empty()) {
            out += fmt::format("<p class=\"bad\">not reached: {}</p>\n", markup(machine.unreached));
            continue;
        }
        if (machine.not_asked > 0)
            out += fmt::format("<p class=\"unknown\">{} not asked: the time of the machine was over</p>\n",
                               plural(static_cast<std::int64_t>(machine.not_asked), "question"));
        out += "<table>\n";
        for (const Reading& reading : machine.readings) out += row(reading, all.mask);
        out += "</table>\n";
    }
    return out + "</body>\n</html>\n";
}

}  // namespace cli::doctor
