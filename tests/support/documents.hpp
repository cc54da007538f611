// The blocks of the documents that are programs.
#pragma once

#include <string>
#include <vector>

namespace support {

/// What stands between "```proc" and "```" in README.md or in a page of docs/.
struct DocumentBlock {
    std::string document;           ///< "docs/language.md"
    int line = 0;                   ///< of its first line
    std::vector<std::string> tags;  ///< the words behind "proc": "part", "site"
    std::string text;
};

/// Of README.md and all pages of docs/, in their order.
std::vector<DocumentBlock> document_blocks();

}  // namespace support
