#include "tests/support/mutation/mutate.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string_view>

namespace support {

namespace {

using Clock = std::chrono::steady_clock;

std::chrono::seconds long_run() {
    const char* seconds = std::getenv("PROCRUN_FUZZ_SECONDS");
    return std::chrono::seconds(seconds == nullptr ? 0 : std::atoi(seconds));
}

std::string damaged(std::string text, std::mt19937& random) {
    constexpr std::string_view telling = "\t\n\r,\"\\={}[]:#;-<>/&'0\x00\xff";
    const auto below = [&](std::size_t limit) { return limit == 0 ? 0 : random() % limit; };
    for (std::size_t changes = below(8) + 1; changes > 0 && !text.empty(); --changes) {
        const std::size_t at = below(text.size()), length = below(40) + 1;
        switch (below(6)) {
            case 0:
                text[at] = telling[below(telling.size())];
                break;
            case 1:
                text[at] = static_cast<char>(below(256));
                break;
            case 2:
                text.erase(at, length);
                break;
            case 3:
                text.insert(below(text.size()), text.substr(at, length));
                break;
            case 4:
                text.insert(at, text.substr(at, length));
                break;
            default:
                if (below(10) == 0) text.resize(at);
        }
    }
    return text;
}

/// The long run keeps what it reads: a reader that crashes leaves no other trace.
void keep(const std::string& text) {
    const auto folder = std::filesystem::path(PROCRUN_SOURCE_DIR) / "build" / "fuzz";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "last-input", std::ios::binary) << text;
}

}  // namespace

void with_damage(const std::vector<std::string>& texts, const std::function<void(const std::string&)>& read) {
    for (const std::string& text : texts) {
        read(text);
        for (std::size_t length = 0; length < text.size(); length += 1 + text.size() / 100) read(text.substr(0, length));
    }
    constexpr unsigned always_the_same = 4711;
    std::mt19937 random(always_the_same);  // NOLINT
    constexpr int rounds = 150;
    for (const std::string& text : texts) {
        for (int round = 0; round < rounds; ++round) read(damaged(text, random));
    }
    if (long_run().count() == 0 || texts.empty()) return;
    random.seed(std::random_device{}());
    for (const auto end = Clock::now() + long_run(); Clock::now() < end;) {
        const std::string text = damaged(texts[random() % texts.size()], random);
        keep(text);
        read(text);
    }
}

}  // namespace support
