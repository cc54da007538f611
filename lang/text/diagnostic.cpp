#include "lang/text/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lang/text/prose.hpp"
#include "lang/text/utf8.hpp"

namespace lang {

bool has_errors(const Diagnostics& diagnostics) {
    return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& d) { return d.severity == Severity::Error; });
}

void tidy(Diagnostics& diagnostics) {
    const auto before = [](const Diagnostic& a, const Diagnostic& b) {
        if (a.span.file != b.span.file) return a.span.file < b.span.file;
        return a.span.begin != b.span.begin ? a.span.begin < b.span.begin : a.span.end < b.span.end;
    };
    const auto repeats = [](const Diagnostic& a, const Diagnostic& b) { return a.code == b.code && a.span == b.span; };
    std::stable_sort(diagnostics.begin(), diagnostics.end(), before);
    diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(), repeats), diagnostics.end());
    for (Diagnostic& finding : diagnostics) {
        for (std::string* text : {&finding.message, &finding.label, &finding.help}) make_prose(*text);
    }
}

namespace {

constexpr std::size_t widest = 120;  ///< characters of a source line that are shown
constexpr std::size_t lead_in = 40;  ///< of them before the carets, where a line is cut

struct Style {
    const char* error = "";
    const char* warning = "";
    const char* frame = "";
    const char* help = "";
    const char* strong = "";
    const char* off = "";
};
constexpr Style plain{};
constexpr Style coloured{"\033[1;31m", "\033[1;33m", "\033[1;34m", "\033[1;32m", "\033[1m", "\033[0m"};

/// Characters as an editor counts them.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// The part of a source line that fits, and where the carets stand under it.
struct Excerpt {
    std::string text;
    std::size_t indent = 0, carets = 1;
};

Excerpt excerpt(const Source& source, Span span) {
    const std::string_view line = source.line_at(span.begin);
    const std::size_t column = source.position(span.begin).column - 1;
    const auto line_begin = static_cast<std::size_t>(line.data() - source.text.data());
    const std::size_t begin = std::min<std::size_t>(span.begin - line_begin, line.size());
    const std::size_t end = std::clamp<std::size_t>(span.end > line_begin ? span.end - line_begin : 0, begin, line.size());
    Excerpt result;
    result.carets = std::max<std::size_t>(1, width(line.substr(begin, end - begin)));

    // Cut around the carets, and never by walking over the whole of a very long line.
    std::size_t first = begin;
    for (std::size_t back = 0; first > 0 && back < std::min(column, lead_in); ++back) {
        do --first;
        while (first > 0 && (static_cast<unsigned char>(line[first]) & 0xC0) == 0x80);
    }
    if (width(line.substr(0, std::min(line.size(), 4 * widest))) <= widest && line.size() <= 4 * widest) first = 0;
    std::string_view rest = line.substr(first);
    if (first > 0) result.text = "…";
    result.indent = (first > 0 ? 1 : 0) + width(line.substr(first, begin - first));
    for (std::size_t shown = 0; !rest.empty(); ++shown) {
        if (shown == widest) {
            result.text += "…";
            result.carets = std::clamp<std::size_t>(result.carets, 1, widest + 1 - std::min(result.indent, widest));
            break;
        }
        append_printable(result.text, rest);
    }
    return result;
}

class Renderer {
  public:
    Renderer(const Sources& sources, const Style& style, std::size_t gutter) : sources_(sources), style_(style), gutter_(gutter) {}

    void place(Span span, const char* caret_style, std::string_view label) {
        const Source& source = sources_[span.file];
        const Position position = source.position(span.begin);
        const Excerpt line = excerpt(source, span);
        const std::string carets(line.carets, '^');
        out += fmt::format("{:{}}{}-->{} {}:{}:{}\n", "", gutter_, style_.frame, style_.off, printable(source.path), position.line,
                           position.column);
        bar();
        out += '\n';
        out += fmt::format("{}{:>{}} |{} {}\n", style_.frame, position.line, gutter_, style_.off, line.text);
        bar();
        out +=
            fmt::format(" {:{}}{}{}{}{}{}\n", "", line.indent, caret_style, carets, label.empty() ? "" : " ", printable(label), style_.off);
    }

    void help(std::string_view text) {
        for (bool first = true; !text.empty(); first = false) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            if (first) {
                out += fmt::format("{:{}} {}={} {}help{}: ", "", gutter_, style_.frame, style_.off, style_.help, style_.off);
            } else {
                out += fmt::format("{:{}}         ", "", gutter_);
            }
            out += printable(text.substr(0, end)) + "\n";
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }

    void bar() { out += fmt::format("{}{:{}} |{}", style_.frame, "", gutter_, style_.off); }
    void separate() {
        bar();
        out += '\n';
    }

    std::string out;

  private:
    const Sources& sources_;
    const Style& style_;
    std::size_t gutter_;
};

}  // namespace

std::string render(const Diagnostic& diagnostic, const Sources& sources, bool colour) {
    const Style& style = colour ? coloured : plain;
    const auto digits = [&](Span span) { return std::to_string(sources[span.file].position(span.begin).line).size(); };
    std::size_t gutter = digits(diagnostic.span);
    for (const Related& related : diagnostic.related) gutter = std::max(gutter, digits(related.span));

    const bool error = diagnostic.severity == Severity::Error;
    const char* tone = error ? style.error : style.warning;
    Renderer renderer(sources, style, gutter);
    renderer.out += fmt::format("{}{}[{}]{}{}: {}{}\n", tone, error ? "error" : "warning", diagnostic.code, style.off, style.strong,
                                printable(diagnostic.message), style.off);
    renderer.place(diagnostic.span, tone, diagnostic.label);
    for (const Related& related : diagnostic.related) {
        renderer.separate();
        renderer.out += fmt::format("{}note{}: {}\n", style.frame, style.off, printable(related.message));
        renderer.place(related.span, style.frame, "");
    }
    if (!diagnostic.help.empty()) {
        renderer.separate();
        renderer.help(diagnostic.help);
    }
    return renderer.out;
}

}  // namespace lang
