// Many small programs in one file, each with what is wrong with it on the very line:
//
//     # a comment about the first program
//     require x == 1          #~ E0201 there is no `x`
//     --- the second program, and what it shows
//     step "a" { note "a" }
//
// Programs are separated by lines that begin with `---`. `#~ CODE MESSAGE` is what the line must be told, several of them
// one after the other. Findings that are not expected and expectations that are not found both fail. While accepting
// (see golden.hpp) the `#~` comments are rewritten.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "lang/text/diagnostic.hpp"

namespace support {

/// One program of a chunk file.
struct Chunk {
    std::size_t first_line, last_line;  ///< in the file, from 1; the last one may be before the first: an empty chunk
    std::string title;                  ///< what stands behind the `---` before it
    std::string program;                ///< without `#~` comments, with empty lines before it: its line numbers are the file's
};
std::vector<Chunk> chunks_in(const std::filesystem::path& file);

/// Something said about a line of the chunk file.
struct Finding {
    std::size_t line = 1;
    std::string text;  ///< "E0201 there is no `x`"
};

/// The findings about one program.
using Judge = std::function<std::vector<Finding>(const std::string& program)>;

void check_chunks(const std::filesystem::path& file, const Judge& judge);

/// Diagnostics as findings: code and message, at the line where the span begins. Those of other files than `file` stand at
/// line 1, with the path.
std::vector<Finding> findings(const lang::Diagnostics& diagnostics, const lang::Sources& sources, std::uint32_t file = 0);

}  // namespace support
