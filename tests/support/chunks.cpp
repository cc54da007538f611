#include "tests/support/chunks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/support/golden.hpp"

namespace support {

namespace {

constexpr std::string_view mark = "#~ ";

/// One line of a chunk file, apart from what is expected of it.
struct Line {
    std::string code;                   ///< without the blanks before the first mark
    std::vector<std::string> expected;  ///< in the order written
};

std::string trimmed(std::string text) {
    text.erase(text.find_last_not_of(" \t") + 1);
    return text;
}

Line split(const std::string& text) {
    std::size_t at = text.find(mark);
    if (at == std::string::npos) return {text, {}};
    Line line{trimmed(text.substr(0, at)), {}};
    while (at != std::string::npos) {
        const std::size_t begin = at + mark.size();
        at = text.find(mark, begin);
        line.expected.push_back(trimmed(text.substr(begin, at - begin)));
    }
    return line;
}

std::string joined(const Line& line) {
    std::string text = line.code;
    for (const std::string& expected : line.expected) text += (text.empty() ? "" : "  ") + std::string(mark) + expected;
    return text + "\n";
}

std::vector<Line> read_lines(const std::filesystem::path& file) {
    std::vector<Line> lines;
    std::istringstream in(read(file));
    for (std::string line; std::getline(in, line);) lines.push_back(split(line));
    return lines;
}

bool is_separator(const Line& line) { return line.code.starts_with("---"); }

std::vector<Chunk> cut(const std::vector<Line>& lines) {
    std::vector<Chunk> chunks;
    for (std::size_t begin = 0; begin < lines.size();) {
        std::size_t end = begin;
        while (end < lines.size() && !is_separator(lines[end])) ++end;
        const std::string title = begin == 0 ? std::string() : lines[begin - 1].code.substr(3);
        std::string program(begin, '\n');
        for (std::size_t i = begin; i < end; ++i) program += lines[i].code + "\n";
        chunks.push_back({begin + 1, end, title.substr(std::min(title.find_first_not_of(' '), title.size())), std::move(program)});
        begin = end + 1;
    }
    return chunks;
}

/// The findings of every program, by line.
std::map<std::size_t, std::vector<std::string>> judge_all(const std::vector<Line>& lines, const Judge& judge) {
    std::map<std::size_t, std::vector<std::string>> found;
    for (const Chunk& chunk : cut(lines)) {
        for (Finding& finding : judge(chunk.program)) {
            // A finding at the end of the text belongs to its last line: the separator has no place for a comment.
            const std::size_t line = std::clamp(finding.line, chunk.first_line, std::max(chunk.last_line, chunk.first_line));
            found[line].push_back(std::move(finding.text));
        }
    }
    return found;
}

}  // namespace

std::vector<Chunk> chunks_in(const std::filesystem::path& file) { return cut(read_lines(file)); }

void check_chunks(const std::filesystem::path& file, const Judge& judge) {
    std::vector<Line> lines = read_lines(file);
    REQUIRE_MESSAGE(!lines.empty(), file.string(), " is empty");
    const auto found = judge_all(lines, judge);
    std::string rewritten;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto here = found.find(i + 1);
        std::vector<std::string> actual = here == found.end() ? std::vector<std::string>{} : here->second;
        if (!accepting()) {
            const auto show = [](const std::vector<std::string>& texts) {
                std::string all;
                for (const std::string& text : texts) all += "\n    " + text;
                return texts.empty() ? std::string("\n    nothing") : all;
            };
            if (actual != lines[i].expected) {
                FAIL_CHECK(file.string(), ":", i + 1, ": ", lines[i].code, "\n  expected:", show(lines[i].expected),
                           "\n  got:", show(actual));
            }
        }
        lines[i].expected = std::move(actual);
        rewritten += joined(lines[i]);
    }
    if (accepting() && read(file) != rewritten) std::ofstream(file, std::ios::binary) << rewritten;
}

std::vector<Finding> findings(const lang::Diagnostics& diagnostics, const lang::Sources& sources, std::uint32_t file) {
    std::vector<Finding> result;
    for (const lang::Diagnostic& diagnostic : diagnostics) {
        const lang::Source& source = sources[diagnostic.span.file];
        const std::string text = diagnostic.code + " " + diagnostic.message;
        if (diagnostic.span.file == file) {
            result.push_back({source.position(diagnostic.span.begin).line, text});
        } else {
            result.push_back({1, source.path + ": " + text});
        }
    }
    return result;
}

}  // namespace support
