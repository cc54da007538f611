// E01xx: what the parser says.
#include <array>

#include "lang/codes.hpp"

namespace lang::codes {

namespace {

constexpr std::array table{
    Code{"E0101", "something else was expected",
         "The parser read up to this place and could not go on: what stands here does not fit what stands before it. The message names "
         "what would have fitted. A statement ends with its line, unless the next line starts with a clause word (within, every, each, "
         "holding, showing, else, undo, leave); inside ( ) and [ ] line ends do not count.",
         "step \"Stop the software\"\n{\n  note \"stopped\"\n}", "step \"Stop the software\" {\n  note \"stopped\"\n}"},
    Code{"E0102", "a text is not closed",
         "A text begins and ends with \" on one line. Inside of it \\\" is a quote, \\n a line end, and ${…} the value of an expression.",
         "note \"all sessions have ended", "note \"all sessions have ended\""},
};

}  // namespace

std::span<const Code> syntax() { return table; }

}  // namespace lang::codes
