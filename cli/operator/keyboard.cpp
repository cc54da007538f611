#include "cli/operator/keyboard.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <unistd.h>

namespace cli {

namespace {

/// The line so far, as the keys change it.
struct Typed {
    std::string text;

    void backspace() {
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
        if (!text.empty()) text.pop_back();
    }
    void word_back() {
        while (!text.empty() && text.back() == ' ') text.pop_back();
        while (!text.empty() && text.back() != ' ') text.pop_back();
    }
};

constexpr char control(char letter) { return static_cast<char>(letter - '@'); }
constexpr char escape = '\033';

/// What follows an escape is a key that means nothing here, such as an arrow: it ends in a letter or '~'.
void skip_sequence() {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    char byte = 0;
    while (poll(&input, 1, 0) > 0 && read(STDIN_FILENO, &byte, 1) == 1) {
        if (byte != '[' && byte != 'O' && byte >= '@') return;
    }
}

std::optional<std::string> typed_line(Screen& screen, bool raw, Echo echo, runtime::Scheduler& scheduler, runtime::Time until,
                                      const runtime::Stop& stop, const Completer& completer) {
    Typed line;
    while (scheduler.now() < until && !stop.no_new_action()) {
        pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
        constexpr int look_again = 200;  // milliseconds: a Ctrl-C and the deadline are looked at between
        if (poll(&input, 1, look_again) <= 0) continue;
        char key = 0;
        if (read(STDIN_FILENO, &key, 1) <= 0) return std::nullopt;
        if (key == '\n' || key == '\r') return line.text;
        if (!raw) {  // the terminal itself shows and edits
            line.text += key;
        } else if (key == escape) {
            skip_sequence();
        } else if (key == control('D') && line.text.empty()) {
            return std::nullopt;
        } else if (key == '\b' || key == '\x7F') {
            line.backspace();
        } else if (key == control('U')) {
            line.text.clear();
        } else if (key == control('W')) {
            line.word_back();
        } else if (key == '\t' && completer) {
            const Completion more = completer(line.text);
            line.text += more.insert;
            if (!more.choices.empty()) screen.line(fmt::format("{}", fmt::join(more.choices, "  ")));
        } else if (static_cast<unsigned char>(key) >= ' ') {
            line.text += key;
        }
        if (raw && echo == Echo::Shown) screen.typed(line.text);
    }
    return std::nullopt;
}

}  // namespace

Unechoed::Unechoed() {
    termios now{};
    if (tcgetattr(STDIN_FILENO, &now) != 0) return;
    before_ = now;
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &now);
}

Unechoed::~Unechoed() {
    if (before_) tcsetattr(STDIN_FILENO, TCSADRAIN, &*before_);
}

std::optional<std::string> read_line(Screen& screen, std::string_view prompt, Echo echo, runtime::Scheduler& scheduler, runtime::Time until,
                                     const runtime::Stop& stop, const Completer& completer) {
    std::optional<Unechoed> raw;
    // Before the prompt: who answers as soon as she sees it has answered it, and a secret is seen from no letter on.
    if (isatty(STDIN_FILENO) == 1) {
        tcflush(STDIN_FILENO, TCIFLUSH);
        if (screen.is_live() || echo == Echo::Hidden) raw.emplace();
    }
    screen.prompt(prompt);
    auto line = typed_line(screen, raw.has_value(), echo, scheduler, until, stop, completer);
    screen.answered();
    return line;
}

}  // namespace cli
