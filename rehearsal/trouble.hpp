// What can be made to go wrong on a simulated machine. Each model declares its own; the check of scenes, the rehearsal and
// `procrun docs troubles` read the same declarations.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rehearsal {

struct Trouble {
    /// How it is written behind "HOST: ": "unit fails UNIT". A word of capitals stands for a word of the author's, the last one for the
    /// rest of the text.
    std::string form;
    std::string doc;      ///< a sentence: what the machine does then
    std::string example;  ///< with a host: "web1: unit fails nginx"
};

/// Does it begin, or has somebody mended it? Where it ends, the machine is as it would be without it from then on; what it has done until
/// then stays done: a unit that failed is started by whoever wants it.
enum class Fault { Begins, Ends };

/// The troubles of one system, "systemd".
struct TroublesOf {
    std::string system;
    std::vector<Trouble> troubles;
};

/// Is it written in this form?
bool is_written_as(std::string_view form, std::string_view words);

/// What to say to somebody who wrote words that are no trouble: the one that was meant, or else those of the system that is named.
std::string advice_on_trouble(std::string_view words, const std::vector<TroublesOf>& all);

}  // namespace rehearsal
