#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "cli/report/escape.hpp"
#include "cli/report/formats.hpp"
#include "cli/terminal/width.hpp"
#include "cli/terminal/words.hpp"

namespace cli::report {

namespace {

using namespace std::chrono_literals;

/// In units of the drawing. On a desk the labels stand before the rows, on a phone above them.
struct Layout {
    int label_width, chart_width;
    int above;  ///< from the top of a row to its bars
    int most_ticks;
    std::size_t label_length;
};
constexpr Layout desk{.label_width = 250, .chart_width = 730, .above = 0, .most_ticks = 10, .label_length = 38};
constexpr Layout phone{.label_width = 0, .chart_width = 340, .above = 17, .most_ticks = 4, .label_length = 46};

constexpr int bar_height = 20;
constexpr int top = 24;

const char* kind_class(Stretch::Kind kind) {
    switch (kind) {
        case Stretch::Kind::Action:
            return "action";
        case Stretch::Kind::Wait:
            return "wait";
        case Stretch::Kind::Question:
            return "question";
    }
    return "";
}

const char* bar_class(Step::State state) {
    switch (state) {
        case Step::State::Done:
            return "good";
        case Step::State::Failed:
            return "bad";
        case Step::State::Unfinished:
        case Step::State::PassedOver:
            return "warn";
        case Step::State::DoneBefore:
            return "quiet";
    }
    return "";
}

/// From one tick of the time axis to the next: a round time.
Duration tick_of(Duration whole, int most) {
    constexpr std::array<Duration, 14> round{1s, 2s, 5s, 10s, 30s, 1min, 2min, 5min, 10min, 30min, 1h, 2h, 6h, 24h};
    const auto fits = std::find_if(round.begin(), round.end(), [&](Duration tick) { return whole / tick <= most; });
    return fits != round.end() ? *fits : Duration(whole / most);
}

class Chart {
  public:
    Chart(const Report& report, const Layout& layout)
        : report_(report), layout_(layout), from_(report.run.started), whole_(std::max<Duration>(report.span(), 1s)) {}

    std::string drawn() {
        for (const Step& step : report_.steps) {
            if (!step.number.empty()) step_row(step);
        }
        for (const std::string& host : hosts()) host_row(host);
        const int height = top + rows_ * row_height() + 6;
        return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"Steps and hosts against time\">\n{}{}</svg>\n",
                           layout_.label_width + layout_.chart_width + 20, height, ticks(height), body_);
    }

  private:
    std::vector<std::string> hosts() const {
        std::vector<std::string> names;
        for (const Stretch& stretch : report_.stretches) {
            if (!stretch.host.empty() && std::find(names.begin(), names.end(), stretch.host) == names.end()) names.push_back(stretch.host);
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    double x(Time at) const {
        const double share = std::chrono::duration<double>(at - from_) / std::chrono::duration<double>(whole_);
        return layout_.label_width + layout_.chart_width * std::clamp(share, 0.0, 1.0);
    }
    int row_height() const { return layout_.above + bar_height; }
    /// Where the bars of the row begin.
    int y() const { return top + rows_ * row_height() + layout_.above; }

    std::string ticks(int height) const {
        const Duration tick = tick_of(whole_, layout_.most_ticks);
        std::string out;
        for (Duration at{}; at <= whole_; at += tick) {
            const double where = x(from_ + at);
            out += fmt::format("<line class=\"tick\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\"/>", where, top - 4, height);
            out += fmt::format("<text class=\"time\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"{}\">{}</text>\n", where, top - 9,
                               layout_.label_width == 0 && at == Duration{} ? "start" : "middle", lang::show(at));
        }
        return out;
    }

    void label(const std::string& text, const char* kind) {
        body_ += fmt::format("<text class=\"{}\" x=\"0\" y=\"{}\">{}</text>\n", kind, y() + (layout_.above > 0 ? -4 : 14),
                             markup(live::fitted(text, layout_.label_length)));
    }

    void block(const std::string& classes, Time from, Time to, int inset, const std::string& title) {
        constexpr double least = 2;  // so that what was over at once is seen
        body_ += fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"{}\" rx=\"2\"><title>{}</title></rect>\n",
                             classes, x(from), y() + inset, std::max(x(to) - x(from), least), bar_height - 2 * inset, markup(title));
    }

    void step_row(const Step& step) {
        label(fmt::format("{}{} {}", std::string(2 * step.depth(), ' '), step.number, step.title), "step");
        const std::string planned = step.planned ? fmt::format(", planned {}", rounded(*step.planned)) : "";
        if (step.planned) block("planned", step.started, step.started + *step.planned, 2, "planned " + rounded(*step.planned));
        block(fmt::format("{} step", bar_class(step.state)), step.started, step.ended, 5,
              fmt::format("{} {}: {}, {}{}", step.number, step.title, name(step.state), time_of(step), planned));
        for (const Stretch& stretch : report_.stretches) {
            if (stretch.step == step.number && stretch.host.empty()) stretched(stretch);
        }
        for (const SignOff& sign_off : report_.sign_offs) {
            if (sign_off.step == step.number) diamond(sign_off);
        }
        ++rows_;
    }

    void host_row(const std::string& host) {
        label(host, "host");
        for (const Stretch& stretch : report_.stretches) {
            if (stretch.host == host) stretched(stretch);
        }
        ++rows_;
    }

    void stretched(const Stretch& stretch) {
        block(fmt::format("{} {}", tone_class(stretch.tone), kind_class(stretch.kind)), stretch.from, stretch.to,
              stretch.host.empty() ? 8 : 5, fmt::format("{}: {}", stretch.label, rounded(stretch.to - stretch.from)));
    }

    void diamond(const SignOff& sign_off) {
        const double at = x(sign_off.at);
        const int middle = y() + bar_height / 2;
        body_ += fmt::format("<path class=\"signoff\" d=\"M{:.1f} {} l5 5 l-5 5 l-5 -5 z\"><title>{} ({})</title></path>\n", at, middle - 5,
                             markup(sign_off.question), markup(sign_off.by));
    }

    const Report& report_;
    const Layout& layout_;
    const Time from_;
    const Duration whole_;
    int rows_ = 0;
    std::string body_;
};

}  // namespace

std::string timeline(const Report& report) { return Chart(report, desk).drawn(); }
std::string narrow_timeline(const Report& report) { return Chart(report, phone).drawn(); }

const char* tone_class(Tone tone) {
    switch (tone) {
        case Tone::Good:
            return "good";
        case Tone::Warn:
            return "warn";
        case Tone::Bad:
            return "bad";
        case Tone::Quiet:
            return "quiet";
        case Tone::Plain:
            return "plain";
    }
    return "";
}

}  // namespace cli::report
