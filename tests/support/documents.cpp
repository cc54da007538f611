#include "tests/support/documents.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "tests/support/golden.hpp"

namespace support {

namespace {

void take_blocks(const std::filesystem::path& root, const std::string& document, std::vector<DocumentBlock>& blocks) {
    std::istringstream in(read(root / document));
    bool inside = false;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (inside && line == "```") {
            inside = false;
        } else if (inside) {
            blocks.back().text += line + "\n";
        } else if (line.starts_with("```proc")) {
            inside = true;
            DocumentBlock block{.document = document, .line = number + 1, .tags = {}, .text = {}};
            std::istringstream words(line.substr(3));
            for (std::string word; words >> word;) block.tags.push_back(word);
            block.tags.erase(block.tags.begin());
            blocks.push_back(std::move(block));
        }
    }
}

}  // namespace

std::vector<DocumentBlock> document_blocks() {
    const std::filesystem::path root = in_tests("..");
    std::vector<std::string> documents{"README.md"};
    for (const auto& entry : std::filesystem::directory_iterator(root / "docs")) {
        if (entry.path().extension() == ".md") documents.push_back("docs/" + entry.path().filename().string());
    }
    std::sort(documents.begin() + 1, documents.end());
    std::vector<DocumentBlock> blocks;
    for (const std::string& document : documents) take_blocks(root, document, blocks);
    return blocks;
}

}  // namespace support
