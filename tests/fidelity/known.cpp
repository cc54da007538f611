#include "tests/fidelity/known.hpp"

#include <algorithm>
#include <iterator>

namespace fidelity {

namespace {

/// A text that is empty fits all; the others stand somewhere in what they are compared with.
struct Known {
    std::string_view system, step, subject, real, model;
    std::string_view why;
};

const std::vector<Known>& table() {
    static const std::vector<Known> all = {
        {.system = "HAProxy",
         .step = "nonsense",
         .subject = "answer",
         .real = "Unknown command, but maybe one of the following ones is a better match:",
         .model = "Unknown command, but maybe one of the following ones is a better match:",
         .why = "which commands HAProxy proposes in the place of one that there is not: the model always proposes the same, and nobody "
                "reads them"},
    };
    return all;
}

bool fits(std::string_view wanted, std::string_view text) { return text.find(wanted) != std::string_view::npos; }

}  // namespace

std::string reason_of(std::string_view system, const Difference& found) {
    const auto it = std::find_if(table().begin(), table().end(), [&](const Known& known) {
        return known.system == system && fits(known.step, found.steps.back()) && fits(known.subject, found.subject) &&
               fits(known.real, found.real) && fits(known.model, found.model);
    });
    return it == table().end() ? std::string() : std::string(it->why);
}

std::vector<std::string> reasons(std::string_view system) {
    std::vector<std::string> all;
    for (const Known& known : table()) {
        if (known.system == system) all.emplace_back(known.why);
    }
    return all;
}

}  // namespace fidelity
