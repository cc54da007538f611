#include "runtime/shell/dialect.hpp"

#include "runtime/encoding/unicode.hpp"

namespace runtime {

std::string input_bytes(const Command& command) {
    std::string input;
    for (const Part& part : command.input()) {
        if (const auto* verbatim = std::get_if<Verbatim>(&part))
            input += verbatim->text;
        else if (const auto* quoted = std::get_if<Quoted>(&part))
            input += quoted->text;
        else
            input += std::get<Hidden>(part).bytes;
    }
    return input;
}

std::string to_text(std::string_view bytes) {
    constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
    constexpr std::string_view utf16_mark = "\xFF\xFE";
    std::string converted;
    if (bytes.starts_with(utf16_mark)) {
        converted = utf16le_to_utf8(bytes.substr(utf16_mark.size()));
        bytes = converted;
    }
    if (bytes.starts_with(utf8_mark)) bytes.remove_prefix(utf8_mark.size());

    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        if (bytes.starts_with("\r\n")) bytes.remove_prefix(1);
        append_utf8(text, take_utf8(bytes).value_or(U'\uFFFD'));
    }
    return text;
}

}  // namespace runtime
