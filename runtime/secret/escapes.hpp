// A text with its escapes undone, and where each byte of it stood.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runtime {

/// Bytes, and where in the text that was printed each of them begins; one number more than bytes, for the end of the last.
struct Reading {
    std::string bytes;
    std::vector<std::uint32_t> begins;  ///< empty: byte i begins at i
    std::size_t begin(std::size_t i) const { return begins.empty() ? i : begins[i]; }
    std::size_t end(std::size_t i) const { return begin(i + 1); }
};

/// Undoes what programs write for a character that they do not write as it is: `%41` of URLs; `\n`, `\/`, `\"`, `\u0041`, `\x41`, `\101` of
/// JSON, C and shells; `&amp;`, `&#65;`, `&#x41;` of HTML and XML; `=41` and the soft line end of mails. What is none of them stays.
/// False where nothing was undone: `out` is then of no use.
bool undo_escapes(const Reading& in, Reading& out);

}  // namespace runtime
