// The texts that the parts of a run were run with, against the one that it would go on with.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lang/program/tree.hpp"
#include "runtime/resume/resumption.hpp"

namespace runtime {

/// The steps directly in a block, in the order of the text; what stands in a `parallel` stands beside the others.
std::vector<const lang::program::Step*> steps_in(const lang::program::Block&);

class Texts {
  public:
    /// What is compared must outlive it.
    Texts(const lang::program::Program& now, const lang::Catalog& catalog) : now_(now), catalog_(catalog) {}

    /// In the order of the parts, each with the whole text that it was run with.
    void add(std::shared_ptr<const lang::program::Program> part);

    /// What a resume asks of them.
    EarlierText earlier() const;

    /// Steps of the newest part's text, outermost ones, that say something else now or are not there, and steps that are new; but for those
    /// that `finished` tells to be done: `3 "Stop the software"`.
    std::vector<std::string> changed_steps(const Resumption& finished) const;
    /// Parameters, facts and addresses that are others than in the newest part, each with what it was and is.
    std::vector<std::string> changed_values() const;
    /// What the run has done and not undone and is not found in the text as it is now. What the rest of it relies on may not be what the
    /// text says.
    std::vector<std::string> lost(const Resumption&) const;

  private:
    struct Part {
        std::shared_ptr<const lang::program::Program> program;
        std::map<std::string, std::string> now;  ///< by the number of a step: its number today
        std::set<std::string> same;              ///< steps that say the same today
    };
    /// What the lines say that can be done on a host, as numbers.
    std::set<std::string> lines_on(const std::string& host) const;

    const lang::program::Program& now_;
    const lang::Catalog& catalog_;
    std::vector<Part> parts_;
};

}  // namespace runtime
