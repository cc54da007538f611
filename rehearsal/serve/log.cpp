#include "rehearsal/serve/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/core/words.hpp"
#include "runtime/shell/dialect.hpp"

namespace rehearsal {

namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    return out;
}

std::string powershell_in_clear(std::string_view line) {
    if (line.find("-EncodedCommand") == std::string_view::npos) return {};
    const auto words = windows_words(line);
    const auto encoded = std::find(words.begin(), words.end(), "-EncodedCommand");
    if (encoded == words.end() || encoded + 1 == words.end()) return {};
    return runtime::decode_powershell(encoded[1]).value_or("");
}

}  // namespace

std::string log_line(const Received& received) {
    const std::string script = powershell_in_clear(received.line);
    return fmt::format("{}.{:03}\t{}\t{}\t{}{}{}\n", lang::show(received.at), received.at.time_since_epoch().count() % 1000, received.host,
                       escaped(received.line), received.input_bytes, script.empty() ? "" : "\t", escaped(script));
}

}  // namespace rehearsal
