// What the Tab key adds to a line.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct Completion {
    std::string insert = {};                ///< behind the cursor; may be empty
    std::vector<std::string> choices = {};  ///< where more than one fits and nothing can be inserted
};

/// `before`: the line up to the cursor.
using Completer = std::function<Completion(std::string_view before)>;

/// What `begun` may become: the only word of `words` that begins with it, as much as all that do have in common, or all of them to choose
/// from. A word with a dot is offered up to the dot first: `haproxy.` comes before `haproxy.drain`.
Completion complete(std::string_view begun, const std::vector<std::string>& words);

/// The name that the line ends in, with its dots: where it begins. None within a text in quotes.
std::string_view name_at_end(std::string_view before);

}  // namespace cli
