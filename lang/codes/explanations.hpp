// The stable codes of diagnostics and what `procrun explain CODE` says about each. One table a family, one file a table:
// E01xx syntax, E02xx names, E03xx types and effects, E04xx sites, E05xx and W06xx flow.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lang {

struct Code {
    std::string_view code;         ///< "E0102"
    std::string_view title;        ///< half a line: "a text is not closed"
    std::string_view explanation;  ///< why it is refused, and what to do; a few sentences
    std::string_view wrong;        ///< a piece of program that is told so
    std::string_view right;        ///< the same piece, mended
};

namespace codes {

// Each table is sorted by code.
std::span<const Code> syntax();
std::span<const Code> names();
std::span<const Code> types();
std::span<const Code> site();
std::span<const Code> flow();

}  // namespace codes

/// Every row of every table, sorted by code.
std::vector<Code> all_codes();

/// The row of `code`, upper or lower case; null where there is none.
const Code* find_code(std::string_view code);

/// The row as `procrun explain` prints it: title, explanation, both examples. Ends with a newline.
std::string explain(const Code&);

}  // namespace lang
