#include "cli/screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace cli {

namespace {

/// At most `width` characters (UTF-8), without cutting one in two.
std::string_view cut(std::string_view text, std::size_t width) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
        if (starts && characters++ == width) return text.substr(0, i);
    }
    return text;
}

}  // namespace

std::string visible(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        // C1 controls in UTF-8 are C2 80 … C2 9F: some terminals obey them.
        const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (c1) ++i;
        out += (c1 || byte == 0x7F || (byte < 0x20 && byte != '\n')) ? (byte == '\t' ? ' ' : '?') : static_cast<char>(byte);
    }
    return out;
}

Screen::Screen() : terminal_(isatty(STDOUT_FILENO) == 1), colours_(terminal_ && std::getenv("NO_COLOR") == nullptr) {}

std::size_t Screen::width() const {
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 100;
}

void Screen::erase_status() {
    if (has_status_) std::fputs("\r\033[K", stdout);
    has_status_ = false;
}

void Screen::line(std::string_view text) {
    const std::lock_guard lock(mutex_);
    erase_status();
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

void Screen::status(std::string_view text) {
    if (!terminal_) return;
    const std::lock_guard lock(mutex_);
    erase_status();
    const std::string_view shown = cut(text, width() - 1);
    std::fputs(colours_ ? "\033[2m" : "", stdout);
    std::fwrite(shown.data(), 1, shown.size(), stdout);
    std::fputs(colours_ ? "\033[0m" : "", stdout);
    std::fflush(stdout);
    has_status_ = true;
}

void Screen::prompt(std::string_view text) {
    const std::lock_guard lock(mutex_);
    erase_status();
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

std::string Screen::paint(Colour colour, std::string_view text) const {
    static constexpr const char* codes[] = {"", "\033[1m", "\033[2m", "\033[31m", "\033[32m", "\033[33m", "\033[36m"};
    if (!colours_ || colour == Colour::Plain) return std::string(text);
    return codes[static_cast<std::size_t>(colour)] + std::string(text) + "\033[0m";
}

}  // namespace cli
