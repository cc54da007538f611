#include "cli/terminal/words.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace cli {

std::string clock(lang::Time at) { return fmt::format("{:%H:%M:%S}", fmt::localtime(std::chrono::system_clock::to_time_t(at))); }

std::string date_and_time(lang::Time at) {
    return lang::Value(at).plain();  // as the times that a procedure shows
}

std::string rounded(lang::Duration duration) {
    using namespace std::chrono_literals;
    if (duration < 10s) return lang::show(std::chrono::round<std::chrono::duration<std::int64_t, std::deci>>(duration));
    return lang::show(std::chrono::round<std::chrono::seconds>(duration));
}

std::string bar(double percent, std::size_t width) {
    const double share = std::clamp(percent / 100, 0.0, 1.0);
    const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
    return fmt::format("[{}{}] {:.1f}%", std::string(full, '#'), std::string(width - full, '.'), percent);
}

std::string plural(std::int64_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

std::string first_sentence(std::string_view doc) {
    std::string sentence(doc.substr(0, doc.find(". ")));
    if (sentence.ends_with('.')) sentence.pop_back();
    return sentence;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

}  // namespace cli
