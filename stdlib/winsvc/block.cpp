#include "stdlib/winsvc/block.hpp"

#include <algorithm>

#include "stdlib/support/scan.hpp"

namespace stdlib::winsvc::sc {

namespace {

constexpr std::string_view blanks = " \t";

/// "4  RUNNING" begins with one.
std::string_view first_word(std::string_view value) { return value.substr(0, value.find_first_of(blanks)); }

bool is_hexadecimal(std::string_view word) {
    return !word.empty() && word.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// "0  (0x0)"
bool is_code(std::string_view value) {
    const auto open = value.find("(0x");
    return support::integer(first_word(value)) && open != std::string_view::npos && value.ends_with(')');
}

bool is_address(std::string_view value) { return value.starts_with("0x") && is_hexadecimal(value.substr(2)); }

/// "[SC] StartService FAILED 1056:" → 1056: the last number before the colon, whatever the words and their language.
std::optional<std::int64_t> refusal(std::string_view line) {
    line = support::trimmed(line);
    for (const std::string_view colon : {":", "\uFF1A"}) {
        if (!line.ends_with(colon)) continue;
        line.remove_suffix(colon.size());
        line = support::trimmed(line);
        const auto digits = line.find_last_not_of("0123456789") + 1;
        return support::integer(line.substr(digits));
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> Block::number(std::size_t at) const {
    return at < values.size() ? support::integer(first_word(values[at])) : std::nullopt;
}

bool Block::is_state() const {
    constexpr std::size_t fewest = 6;
    return values.size() >= fewest && is_hexadecimal(first_word(values[0])) && number(state_at) && is_code(values[2]) &&
           is_code(values[3]) && is_address(values[4]) && is_address(values[5]);
}

bool Block::is_config() const {
    constexpr std::size_t fewest = 7;
    return values.size() >= fewest && is_hexadecimal(first_word(values[0])) && number(start_type_at) && number(2) && !is_code(values[2]);
}

Told read(std::string_view output) {
    Told told;
    Block* block = nullptr;
    bool in_head = false;
    for (const std::string_view raw : support::lines(output)) {
        const std::string_view line = support::trimmed(raw);
        const bool at_margin = !raw.empty() && blanks.find(raw.front()) == std::string_view::npos;
        if (line.starts_with("[SC]")) {
            block = nullptr;
            in_head = false;
            if (const auto code = refusal(line)) told.refusals.push_back(*code);
            continue;
        }
        const auto colon = line.find(':');
        const std::string_view value = colon == std::string_view::npos ? std::string_view() : support::trimmed(line.substr(colon + 1));
        if (at_margin && colon != std::string_view::npos) {
            if (in_head && block->display.empty()) {
                block->display = value;
            } else {
                block = &told.blocks.emplace_back();
                block->name = value;
                in_head = true;
            }
            continue;
        }
        in_head = in_head && line.empty();
        if (block != nullptr && !at_margin && colon != std::string_view::npos && colon > 0) block->values.push_back(value);
        // "Name = robot5" of GetKeyName, or a line of a block without its beginning.
        told.more |= line.find('=') != std::string_view::npos || (block == nullptr && colon != std::string_view::npos);
    }
    return told;
}

}  // namespace stdlib::winsvc::sc
