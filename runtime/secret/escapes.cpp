#include "runtime/secret/escapes.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "runtime/encoding/unicode.hpp"

namespace runtime {

namespace {

/// What HTML calls the characters of passwords and of western names.
constexpr std::array<std::pair<std::string_view, char32_t>, 52> entities{{
    {"amp", U'&'},         {"lt", U'<'},        {"gt", U'>'},         {"quot", U'"'},        {"apos", U'\''},       {"nbsp", U' '},
    {"excl", U'!'},        {"num", U'#'},       {"dollar", U'$'},     {"percnt", U'%'},      {"lpar", U'('},        {"rpar", U')'},
    {"ast", U'*'},         {"plus", U'+'},      {"comma", U','},      {"period", U'.'},      {"sol", U'/'},         {"colon", U':'},
    {"semi", U';'},        {"equals", U'='},    {"quest", U'?'},      {"commat", U'@'},      {"lsqb", U'['},        {"lbrack", U'['},
    {"bsol", U'\\'},       {"rsqb", U']'},      {"rbrack", U']'},     {"Hat", U'^'},         {"lowbar", U'_'},      {"grave", U'`'},
    {"lcub", U'{'},        {"lbrace", U'{'},    {"verbar", U'|'},     {"vert", U'|'},        {"rcub", U'}'},        {"rbrace", U'}'},
    {"Tab", U'\t'},        {"NewLine", U'\n'},  {"auml", U'\u00E4'},  {"ouml", U'\u00F6'},   {"uuml", U'\u00FC'},   {"Auml", U'\u00C4'},
    {"Ouml", U'\u00D6'},   {"Uuml", U'\u00DC'}, {"szlig", U'\u00DF'}, {"eacute", U'\u00E9'}, {"egrave", U'\u00E8'}, {"agrave", U'\u00E0'},
    {"ccedil", U'\u00E7'}, {"euro", U'\u20AC'}, {"sect", U'\u00A7'},  {"pound", U'\u00A3'},
}};

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 16;
}

/// The number that `least` to `most` digits at the front of `text` are; takes them off.
std::optional<char32_t> take_number(std::string_view& text, unsigned base, std::size_t least, std::size_t most) {
    char32_t number = 0;
    std::size_t digits = 0;
    for (; digits < std::min(most, text.size()); ++digits) {
        const auto digit = static_cast<unsigned>(digit_of(text[digits]));
        if (digit >= base) break;
        number = number * base + digit;
    }
    if (digits < least) return std::nullopt;
    text.remove_prefix(digits);
    return number;
}

bool is_surrogate(char32_t c) { return c >= 0xD800 && c < 0xE000; }

/// Each takes an escape off the front of `text` and appends what it stands for; false where it is none.
bool take_byte(std::string_view& text, std::string& out) {
    std::string_view rest = text.substr(1);
    const auto byte = take_number(rest, 16, 2, 2);
    if (!byte) return false;
    out += static_cast<char>(*byte);
    text = rest;
    return true;
}

bool take_soft_line_end(std::string_view& text) {
    const std::size_t size = text.starts_with("=\r\n") ? 3 : text.starts_with("=\n") ? 2 : 0;
    text.remove_prefix(size);
    return size > 0;
}

bool take_backslash(std::string_view& text, std::string& out) {
    if (text.size() < 2) return false;
    std::string_view rest = text.substr(2);
    const char kind = text[1];
    if (kind == 'u' || kind == 'U') {
        auto character = take_number(rest, 16, 4, kind == 'u' ? 4 : 8);
        if (!character) return false;
        if (*character >= 0xD800 && *character < 0xDC00 && rest.starts_with("\\u")) {
            std::string_view behind = rest.substr(2);
            const auto low = take_number(behind, 16, 4, 4);
            if (low && *low >= 0xDC00 && *low < 0xE000) {
                character = 0x10000 + ((*character - 0xD800) << 10) + (*low - 0xDC00);
                rest = behind;
            }
        }
        append_utf8(out, is_surrogate(*character) || *character > 0x10FFFF ? U'\uFFFD' : *character);
    } else if (kind == 'x') {
        const auto byte = take_number(rest, 16, 1, 2);
        if (!byte) return false;
        out += static_cast<char>(*byte);
    } else if (digit_of(kind) < 8) {
        rest = text.substr(1);
        const auto byte = take_number(rest, 8, 1, 3);
        out += static_cast<char>(*byte & 0xFF);
    } else {
        constexpr std::string_view letters = "ntrbfave", meant = "\n\t\r\b\f\a\v\x1b";
        const auto at = letters.find(kind);
        out += at == std::string_view::npos ? kind : meant[at];
    }
    text = rest;
    return true;
}

bool take_entity(std::string_view& text, std::string& out) {
    std::string_view rest = text.substr(1);
    std::optional<char32_t> character;
    if (rest.starts_with("#x") || rest.starts_with("#X")) {
        rest.remove_prefix(2);
        character = take_number(rest, 16, 1, 6);
    } else if (rest.starts_with('#')) {
        rest.remove_prefix(1);
        character = take_number(rest, 10, 1, 7);
    } else {
        const std::string_view name = rest.substr(0, std::min<std::size_t>(rest.substr(0, 10).find(';'), 10));
        const auto at = std::find_if(entities.begin(), entities.end(), [&](const auto& entity) { return entity.first == name; });
        if (at == entities.end() || !rest.substr(name.size()).starts_with(';')) return false;
        rest.remove_prefix(name.size());
        character = at->second;
    }
    if (!character || *character > 0x10FFFF || is_surrogate(*character)) return false;
    if (rest.starts_with(';')) rest.remove_prefix(1);
    append_utf8(out, *character);
    text = rest;
    return true;
}

bool take_escape(std::string_view& text, std::string& out) {
    switch (text.front()) {
        case '%':
            return take_byte(text, out);
        case '=':
            return take_soft_line_end(text) || take_byte(text, out);
        case '\\':
            return take_backslash(text, out);
        case '&':
            return take_entity(text, out);
        default:
            return false;
    }
}

}  // namespace

bool undo_escapes(const Reading& in, Reading& out) {
    constexpr std::string_view signs = "%=\\&";
    if (in.bytes.find_first_of(signs) == std::string::npos) return false;
    out.bytes.clear();
    out.begins.clear();
    out.bytes.reserve(in.bytes.size());
    out.begins.reserve(in.bytes.size() + 1);
    bool undone = false;
    for (std::string_view text = in.bytes; !text.empty();) {
        const std::size_t at = in.bytes.size() - text.size();
        if (take_escape(text, out.bytes)) {
            undone = true;
        } else {
            out.bytes += text.front();
            text.remove_prefix(1);
        }
        out.begins.resize(out.bytes.size(), static_cast<std::uint32_t>(in.begin(at)));
    }
    out.begins.push_back(static_cast<std::uint32_t>(in.begin(in.bytes.size())));
    return undone;
}

}  // namespace runtime
