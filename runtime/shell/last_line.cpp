#include "runtime/shell/last_line.hpp"

#include <utility>

namespace runtime {

namespace {

using namespace std::chrono_literals;

constexpr lang::Duration pause = 200ms;
constexpr std::size_t longest_unfinished = 4096;

}  // namespace

std::optional<std::string> LastLine::hear(std::string_view bytes, lang::Time now) {
    for (const char c : bytes) {
        // A progress display goes back to the beginning of its line instead of ending it.
        if (c != '\n' && c != '\r') {
            if (unfinished_.size() < longest_unfinished) unfinished_ += c;
            continue;
        }
        // A line cut at the limit could end in the middle of a secret.
        if (!unfinished_.empty() && unfinished_.size() < longest_unfinished) line_ = unfinished_;
        unfinished_.clear();
    }
    if (line_.empty() || now - told_ < pause) return std::nullopt;
    told_ = now;
    return std::exchange(line_, {});
}

}  // namespace runtime
