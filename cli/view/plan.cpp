#include "cli/view/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "cli/terminal/width.hpp"
#include "cli/terminal/words.hpp"
#include "runtime/shell/dialect.hpp"

namespace cli {

using runtime::Outlook;
using runtime::PlanItem;
using Kind = PlanItem::Kind;

namespace {

Colour colour_of(Outlook outlook) {
    switch (outlook) {
        case Outlook::WouldChange:
            return Colour::Green;
        case Outlook::Refused:
            return Colour::Red;
        case Outlook::CannotTell:
        case Outlook::KnownAfter:
        case Outlook::Waiting:
            return Colour::Yellow;
        case Outlook::SignOff:
            return Colour::Cyan;
        default:
            return Colour::Dim;
    }
}

/// The calls of one statement that look alike, on several hosts: one line.
struct PlanRow {
    const PlanItem* item;
    std::vector<std::string> hosts;
};

/// All that is shown of an action but its host.
std::string looks_of(const PlanItem& item) {
    return fmt::format("{}:{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", item.span.file, item.span.begin, static_cast<int>(item.outlook), item.text,
                       item.command, fmt::join(item.preview, "\t"), item.why, item.leave, item.danger);
}

/// Neighbouring actions only: between two conditions the order is that of the text.
std::vector<PlanRow> rows_of(const std::vector<PlanItem>& items) {
    std::vector<PlanRow> rows;
    std::map<std::string, std::vector<std::size_t>> alike;            // of the actions that stand together: their rows
    std::map<std::pair<std::string, std::string>, std::size_t> seen;  // … and on each host, how often one that looks so
    for (const PlanItem& item : items) {
        if (item.kind != Kind::Action) {
            alike.clear();
            seen.clear();
            rows.push_back({&item, item.host.empty() ? std::vector<std::string>() : std::vector{item.host}});
            continue;
        }
        const std::string looks = looks_of(item);
        std::vector<std::size_t>& its_rows = alike[looks];
        const std::size_t turn = seen[{looks, item.host}]++;  // the second one on a host stands in a row of its own
        if (turn < its_rows.size()) {
            rows[its_rows[turn]].hosts.push_back(item.host);
        } else {
            its_rows.push_back(rows.size());
            rows.push_back({&item, item.host.empty() ? std::vector<std::string>() : std::vector{item.host}});
        }
    }
    return rows;
}

class Printer {
  public:
    Printer(const Screen& screen, PlanViewOptions options) : screen_(screen), options_(options) {}

    std::string text;

    void line(std::size_t depth, const std::string& line) { text += std::string(2 * depth, ' ') + line + '\n'; }

    void items(const std::vector<PlanItem>& all, std::size_t depth) {
        for (const PlanRow& row : rows_of(all)) print(row, depth);
    }

  private:
    /// Every line of a text that may have several, below its item.
    void below(std::size_t depth, std::string_view label, const std::string& text, Colour colour) {
        std::string_view rest = text;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            line(depth + 2, screen_.paint(colour, fmt::format("{}{}", label, visible(rest.substr(0, end)))));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }

    void step(const PlanItem& item, std::size_t depth) {
        if (depth == 0) line(0, "");
        line(depth, screen_.paint(Colour::Bold, fmt::format("Step {}  {}", item.step, visible(item.text))));
        items(item.children, depth + 1);
        if (depth > 0) return;
        std::int64_t undos = 0;
        add_undos(item.children, undos);
        if (undos == 0) return;
        const std::string settled = fmt::format("after this step nothing of it is undone any more ({} settled)", plural(undos, "undo"));
        line(1, screen_.paint(Colour::Dim, settled));
    }

    /// Those that are pending behind the items.
    static void add_undos(const std::vector<PlanItem>& items, std::int64_t& undos) {
        for (const PlanItem& item : items) {
            add_undos(item.children, undos);
            if (item.kind == Kind::Commit) undos = 0;
            if (!item.undo.empty()) ++undos;
        }
    }

    /// Decided, it is no more than what it leads to.
    void choice(const PlanItem& item, std::size_t depth) {
        const bool decided = item.outlook == Outlook::Holds || item.outlook == Outlook::DoesNotHold;
        const bool leads_nowhere = decided && item.children.empty();
        if (!decided || leads_nowhere || options_.verbose) {
            const char* answer = item.outlook == Outlook::Holds ? "yes" : "no";
            const std::string outlook = decided ? fmt::format("{}{}", answer, leads_nowhere ? ": nothing to do" : "") : standing(item);
            line(depth, fmt::format("if {}  {}", visible(item.text), screen_.paint(colour_of(item.outlook), outlook)));
            if (shows_reason(item)) below(depth, "", item.why, Colour::Dim);
        }
        for (const PlanItem& way : item.children) {
            if (decided) {
                items(way.children, depth);
            } else {
                const bool only_yes = item.children.size() == 1 && way.text == "yes";
                if (!only_yes) line(depth + 1, way.text == "yes" ? "if so:" : "if not:");
                items(way.children, depth + (only_yes ? 1 : 2));
            }
        }
    }

    void print(const PlanRow& row, std::size_t depth) {
        const PlanItem& item = *row.item;
        const bool no_news = (item.kind == Kind::Let || item.kind == Kind::Define) && item.outlook == Outlook::Said && item.undo.empty() &&
                             item.leave.empty();
        if (no_news && !options_.verbose) return;
        if (item.kind == Kind::Step) return step(item, depth);
        if (item.kind == Kind::If) return choice(item, depth);
        const bool is_call = item.kind == Kind::Action || item.kind == Kind::Define || item.kind == Kind::Human;
        std::string shown = is_call ? visible(item.text) : fmt::format("{} {}", word(item), visible(item.text));
        if (item.kind == Kind::Human) shown = fmt::format("by hand: {}", visible(item.text));
        if (!row.hosts.empty()) shown += fmt::format(" on {}", screen_.paint(Colour::Cyan, fmt::format("{}", fmt::join(row.hosts, ", "))));
        if (item.outlook != Outlook::Said && item.outlook != Outlook::SignOff) {
            shown += "  " + screen_.paint(colour_of(item.outlook), standing(item));
        }
        if (item.within && item.outlook != Outlook::Holds) shown += fmt::format(", at most {}", lang::show(*item.within));
        const bool binding = item.kind == Kind::Let || item.kind == Kind::Keep;
        if (binding && (item.outlook == Outlook::Said || item.outlook == Outlook::Holds)) {
            shown = fmt::format("{} {} = {}", word(item), visible(item.text), live::fitted(visible(item.why), 80));
        }
        line(depth, shown);
        if (!item.command.empty()) below(depth, "$ ", readable(item.command), Colour::Dim);
        for (const std::string& line : item.preview) below(depth, "then ", line, Colour::Dim);
        if (shows_reason(item)) below(depth, "", item.why, item.outlook == Outlook::Refused ? Colour::Red : Colour::Dim);
        if (!item.danger.empty()) below(depth, "two persons sign off that it ", item.danger, Colour::Red);
        if (!item.undo.empty()) below(depth, "undo: ", item.undo, Colour::Dim);
        if (!item.leave.empty()) below(depth, "left ", item.leave, Colour::Dim);
    }

    /// A script that is sent in base64 is told as such, or whole and in clear; one on standard input by its name, or whole.
    std::string readable(const std::string& command) const {
        if (!options_.verbose && command.find("sh -s -- ") != std::string::npos) return command.substr(0, command.find(" <<< "));
        static constexpr std::string_view marker = "-EncodedCommand ";
        const std::size_t at = command.find(marker);
        if (at == std::string::npos) return command;
        const auto script = runtime::decode_powershell(command.substr(at + marker.size()));
        if (!options_.verbose || !script) return command.substr(0, at) + std::string(marker) + "…";
        return command.substr(0, at) + '\n' + *script;
    }

    static bool shows_reason(const PlanItem& item) {
        return item.outlook == Outlook::CannotTell || item.outlook == Outlook::Refused || item.outlook == Outlook::Waiting;
    }

    /// "known only after step 5 (pcs.move)" says it all.
    static std::string standing(const PlanItem& item) {
        return visible(item.outlook == Outlook::KnownAfter ? item.why : std::string(name(item.outlook)));
    }

    static std::string word(const PlanItem& item) {
        switch (item.kind) {
            case Kind::Confirm:
                return "sign-off:";
            case Kind::Ask:
                return "question:";
            case Kind::Note:
                return "note:";
            case Kind::Mark:
                return "mark:";
            case Kind::Skip:
                return "goes on:";
            default:
                return name(item.kind);
        }
    }

    const Screen& screen_;
    PlanViewOptions options_;
};

}  // namespace

std::string totals_line(const runtime::Plan& plan) {
    const auto totals = plan.totals();
    std::string line =
        fmt::format("{} would change, {} already so, {} known later, {} cannot tell, {} sign-off{}", totals.would_change, totals.already_so,
                    totals.known_later, totals.cannot_tell, totals.sign_offs, totals.sign_offs == 1 ? "" : "s");
    if (totals.refused > 0) line = fmt::format("{} would be refused; {}", totals.refused, line);
    return line;
}

std::string plan_text(const runtime::Plan& plan, const Screen& screen, PlanViewOptions options) {
    std::string head = screen.paint(Colour::Bold, "plan of " + plan.procedure);
    if (!plan.site.empty()) head += fmt::format(" on site \"{}\"", plan.site);
    head += screen.paint(Colour::Yellow,
                         options.simulated ? " (simulated: no real host is contacted)" : " (hosts are read, nothing is changed)");
    Printer printer(screen, options);
    printer.line(0, head);
    std::string parameters;
    for (const auto& [name, value] : plan.parameters) parameters += fmt::format("{}{}={}", parameters.empty() ? "" : "  ", name, value);
    if (!parameters.empty()) printer.line(0, parameters);
    printer.items(plan.items, 0);
    printer.line(0, "");
    const runtime::PlanEnd end = runtime::end_of(plan);
    const Colour colour = end == runtime::PlanEnd::Refused   ? Colour::Red
                          : end == runtime::PlanEnd::Changes ? Colour::Yellow
                                                             : Colour::Green;
    printer.line(0, screen.paint(colour, totals_line(plan)));
    return std::move(printer.text);
}

}  // namespace cli
