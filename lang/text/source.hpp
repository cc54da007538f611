// Program texts and places in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace lang {

/// A range of bytes in one file of a `Sources`: [begin, end). Offsets only; lines are computed when a message is printed.
struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t file = 0;

    bool operator==(const Span&) const = default;
};

/// Where a byte stands, both counted from 1. Columns count characters (UTF-8), as an editor does.
struct Position {
    std::size_t line = 1;
    std::size_t column = 1;
};

/// One text, from a file or from memory.
struct Source {
    std::string path;
    std::string text;

    Position position(std::size_t offset) const;
    /// The line that holds `offset`, without its line end.
    std::string_view line_at(std::size_t offset) const;
};

/// Every text that takes part in one check. Addresses stay valid while texts are added.
class Sources {
  public:
    /// At most 65,535 files of at most 4 GiB; the caller refuses more.
    std::uint32_t add(std::string path, std::string text);
    const Source& operator[](std::uint32_t file) const { return files_[file]; }
    std::size_t size() const { return files_.size(); }

  private:
    std::deque<Source> files_;
};

}  // namespace lang
