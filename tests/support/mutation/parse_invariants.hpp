// What holds of a parse, whatever the bytes were.
#pragma once

#include <string>

namespace support {

/// Parses the text as a file and as a fragment, renders every diagnostic and dumps the tree. Returns what is wrong with the
/// answer; empty where all is well: spans lie in the text and inside of those around them, a text without diagnostics has
/// all its items, and with any it is not silent.
std::string check_parse(const std::string& text);

}  // namespace support
