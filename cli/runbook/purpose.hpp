// What a procedure says about itself: the comment that it begins with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli::show {

struct Purpose {
    struct Entry {
        std::string key;  ///< "Duration"; empty for a sentence of its own
        std::string value;
    };
    std::string title;  ///< "bring the machines of a VM host back"
    std::vector<Entry> entries;
};

/// `# failover.proc: title`, then `# Key   value` lines with two blanks or more between, and lines that go on with the one before.
Purpose purpose_of(std::string_view text);

}  // namespace cli::show
