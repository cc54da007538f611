// What must hold of the formatter for every text, as one question: for the mutations of the tests and for the fuzzer.
#pragma once

#include <string>

namespace support {

/// What is wrong with the formatted text; empty where all is well: it has the same words in the same order and the same tree, every
/// comment where it was, and formatting it again changes nothing. A text with syntax errors is refused with diagnostics.
std::string check_format(const std::string& text);

}  // namespace support
