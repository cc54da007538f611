#include "tests/support/mutation/broken_program.hpp"

#include <array>
#include <cctype>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

namespace {

constexpr std::array<std::string_view, 24> pieces{"\"",    "{",        "}",    "(",    ")",    "[",      "]",     "\n",
                                                  "#",     "${",       "\\",   " ",    "=",    ",",      "step ", "within ",
                                                  "else ", "require ", "all ", "not ", "on a", "host a", "\xFF",  "\0x"};

std::size_t below(std::size_t limit, std::mt19937& random) { return static_cast<std::size_t>(random() % limit); }

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '"'; }

/// Where words begin and how long they are.
std::vector<std::pair<std::size_t, std::size_t>> words_in(std::string_view text) {
    std::vector<std::pair<std::size_t, std::size_t>> words;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && is_word(text[end])) ++end;
        if (end > at) words.emplace_back(at, end - at);
        at = end + 1;
    }
    return words;
}

}  // namespace

std::string broken(std::string text, std::mt19937& random) {
    for (std::size_t times = 1 + below(4, random); times > 0 && !text.empty(); --times) {
        const std::size_t at = below(text.size(), random);
        switch (below(4, random)) {
            case 0:
                text.erase(at, 1 + below(20, random));
                break;
            case 1:
                text.insert(at, pieces[below(pieces.size(), random)]);
                break;
            case 2:
                text[at] = static_cast<char>(random());
                break;
            default: {
                const std::string copy = text.substr(at, 1 + below(60, random));
                text.insert(below(text.size(), random), copy);
            }
        }
    }
    return text;
}

std::string mixed_up(std::string text, std::mt19937& random) {
    for (std::size_t times = 1 + below(6, random); times > 0; --times) {
        const auto words = words_in(text);
        if (words.empty()) break;
        const auto [from, length] = words[below(words.size(), random)];
        const std::string word = text.substr(from, length);
        const auto [at, replaced] = words[below(words.size(), random)];
        text.replace(at, replaced, word);
    }
    return text;
}

}  // namespace support
