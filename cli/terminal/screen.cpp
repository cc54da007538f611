#include "cli/terminal/screen.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>

#include "cli/terminal/output.hpp"
#include "cli/terminal/width.hpp"
#include "cli/terminal/words.hpp"
#include "lang/text/utf8.hpp"

namespace cli {

namespace {

// ECMA-48, and the synchronized update of DEC mode 2026: a terminal that does not know it ignores it.
constexpr const char* hold = "\033[?2026h";
constexpr const char* release = "\033[?2026l";
constexpr const char* hide_cursor = "\033[?25l";
constexpr const char* show_cursor = "\033[?25h";
constexpr const char* erase_below = "\033[J";
constexpr const char* erase_line = "\033[K";

constexpr const char* no_colour = "\033[0m";
/// Of each Colour; the last one ends them all.
constexpr const char* colour_codes[] = {"", "\033[1m", "\033[2m", "\033[31m", "\033[32m", "\033[33m", "\033[36m", no_colour};

/// Of lang::render.
constexpr const char* finding_codes[] = {"\033[1;31m", "\033[1;32m", "\033[1;33m", "\033[1;34m"};

/// The code of a colour that the text begins with, or nothing.
std::string_view colour_code_of(std::string_view text) {
    const auto begins = [&](const char* code) { return *code != '\0' && text.starts_with(code); };
    for (const std::span<const char* const> codes :
         {std::span<const char* const>(colour_codes), std::span<const char* const>(finding_codes)}) {
        const auto code = std::find_if(codes.begin(), codes.end(), begins);
        if (code != codes.end()) return *code;
    }
    return {};
}

bool can_move_cursor() {
    const char* kind = std::getenv("TERM");
    if (kind == nullptr) return false;
    constexpr std::array<std::string_view, 4> lines_only{"", "dumb", "emacs", "unknown"};
    return std::find(lines_only.begin(), lines_only.end(), kind) == lines_only.end();
}

winsize size_of(std::FILE* file) {
    winsize size{};
    if (ioctl(fileno(file), TIOCGWINSZ, &size) != 0) return {};
    return size;
}

/// Without the codes of `paint`.
std::size_t columns_of(std::string_view painted) {
    std::string plain;
    while (!painted.empty()) {
        const std::size_t code = painted.find('\033');
        plain += painted.substr(0, code);
        if (code == std::string_view::npos) break;
        painted.remove_prefix(std::min(painted.find('m', code) + 1, painted.size()));
    }
    return live::columns(plain);
}

/// Words of a long question on as many lines as they need.
std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    for (const std::string& line : lines_of(text)) {
        std::string current;
        for (std::size_t at = 0; at < line.size();) {
            const std::size_t end = std::min(line.find(' ', at + 1), line.size());
            const std::string word = line.substr(at, end - at);
            if (!current.empty() && columns_of(current) + columns_of(word) > width) {
                lines.push_back(std::move(current));
                current = "  " + word.substr(word.front() == ' ');
            } else {
                current += word;
            }
            at = end;
        }
        lines.push_back(std::move(current));
    }
    return lines;
}

}  // namespace

std::string visible(std::string_view text) { return lang::printable(text); }

std::string visible_painted(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t escape = std::min(text.find('\033'), text.size());
        out += visible(text.substr(0, escape));
        text.remove_prefix(escape);
        if (text.empty()) break;
        const std::string_view code = colour_code_of(text);
        out += code.empty() ? "?" : code;
        text.remove_prefix(std::max<std::size_t>(code.size(), 1));
    }
    return out;
}

bool takes_colours(std::FILE* to) { return isatty(fileno(to)) == 1 && can_move_cursor() && std::getenv("NO_COLOR") == nullptr; }

Screen::Screen(std::FILE* to)
    : to_(to), terminal_(isatty(fileno(to)) == 1), colours_(takes_colours(to)), live_(terminal_ && can_move_cursor()) {}

Screen::~Screen() {
    panel({});
    answered();
}

std::size_t Screen::width() const {
    const std::size_t columns = size_of(to_).ws_col;
    return columns > 0 ? columns : 100;
}

std::size_t Screen::height() const {
    const std::size_t rows = size_of(to_).ws_row;
    return rows > 0 ? rows : 24;
}

void Screen::write(const std::string& text) { write_at_once(to_, text); }

void Screen::line(std::string_view text) {
    const std::lock_guard lock(mutex_);
    if (is_status_) panel_.clear();
    const std::string shown = visible_painted(text) + '\n';
    drawn_.empty() ? write(shown) : draw(shown);
}

void Screen::panel(std::vector<std::string> lines) {
    if (!live_) return;
    const std::lock_guard lock(mutex_);
    panel_ = std::move(lines);
    is_status_ = false;
    draw({});
}

void Screen::status(std::string_view text) {
    if (!live_) return;
    const std::lock_guard lock(mutex_);
    panel_ = {paint(Colour::Dim, live::fitted(text, width() - 1))};
    is_status_ = true;
    draw({});
}

void Screen::prompt(std::string_view text) {
    const std::lock_guard lock(mutex_);
    const std::string shown = visible_painted(text);
    if (!live_) return write(shown);
    prompt_ = lines_of(shown);
    typed_.clear();
    draw({});
}

void Screen::ring() {
    const std::lock_guard lock(mutex_);
    if (terminal_) write("\a");
}

void Screen::typed(std::string_view text) {
    const std::lock_guard lock(mutex_);
    typed_ = lang::printable(text);
    if (live_) draw({});
}

void Screen::answered() {
    const std::lock_guard lock(mutex_);
    prompt_.clear();
    typed_.clear();
    if (live_) draw({});
}

/// The panel, and the prompt below it: where there is no room for both, the prompt comes first.
std::vector<Screen::Drawn> Screen::below() const {
    const std::size_t columns = width() - 1;
    const std::size_t rows = std::max<std::size_t>(height(), 2) - 1;
    std::vector<std::string> question;
    for (std::size_t i = 0; i < prompt_.size(); ++i) {
        const bool last = i + 1 == prompt_.size();
        if (last) {
            const std::size_t used = std::min(columns_of(prompt_[i]), columns - 1);
            question.push_back(live::fitted(prompt_[i], columns) + live::fitted_end(typed_, columns - used));
        } else {
            const auto lines = wrapped(prompt_[i], columns);
            question.insert(question.end(), lines.begin(), lines.end());
        }
    }
    if (question.size() > rows) question.erase(question.begin(), question.end() - static_cast<std::ptrdiff_t>(rows));
    const std::size_t room = rows - question.size();
    std::vector<Drawn> lines;
    for (std::size_t i = panel_.size() - std::min(panel_.size(), room); i < panel_.size(); ++i) lines.push_back({panel_[i]});
    for (std::string& text : question) lines.push_back({std::move(text)});
    for (Drawn& line : lines) line.columns = columns_of(line.text);
    return lines;
}

/// From the end of what is drawn to its beginning. In a window that became narrower, a terminal has broken its lines.
std::string Screen::to_top() const {
    const std::size_t columns = std::max<std::size_t>(width(), 1);
    std::size_t rows = 0;
    for (const Drawn& line : drawn_) rows += std::max<std::size_t>(1, (line.columns + columns - 1) / columns);
    return rows > 1 ? fmt::format("\r\033[{}A", rows - 1) : "\r";
}

void Screen::draw(const std::string& staying) {
    std::vector<Drawn> next = below();
    std::string out;
    const auto same_text = [](const Drawn& a, const Drawn& b) { return a.text == b.text; };
    const bool same_shape = staying.empty() && next.size() == drawn_.size() && drawn_width_ == width();
    if (same_shape && std::equal(next.begin(), next.end(), drawn_.begin(), same_text)) return;
    if (!drawn_.empty()) out += to_top();
    if (!same_shape) out += (drawn_.empty() ? "" : erase_below) + staying;
    for (std::size_t i = 0; i < next.size(); ++i) {
        const bool last = i + 1 == next.size();
        const bool changed = !same_shape || last || next[i].text != drawn_[i].text;
        // A line that is cleared before it is written never shows half of two.
        if (changed) out += (same_shape ? erase_line : "") + next[i].text;
        if (!last) out += changed && !same_shape ? "\r\n" : "\r\033[B";
    }
    out += prompt_.empty() && !next.empty() ? hide_cursor : show_cursor;
    drawn_ = std::move(next);
    drawn_width_ = width();
    write(hold + out + release);
}

std::string Screen::paint(Colour colour, std::string_view text) const {
    if (!colours_ || colour == Colour::Plain) return std::string(text);
    return colour_codes[static_cast<std::size_t>(colour)] + std::string(text) + no_colour;
}

}  // namespace cli
