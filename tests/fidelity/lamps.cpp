// The walks themselves, over lamps and a model of them with a fault: what is found is the fault, and nothing beside it.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/fidelity/walk.hpp"
#include "tests/support/pages/section.hpp"

namespace {

using fidelity::Both;
using fidelity::Findings;
using fidelity::Seen;

/// Where `forgets`, the model loses the light of b when a is put out while c burns.
class Lamps final : public fidelity::System {
  public:
    explicit Lamps(bool forgets) : forgets_(forgets) {}
    std::string name() const override { return "lamps"; }
    std::string version() const override { return "1"; }
    const std::vector<std::string>& steps() const override {
        static const std::vector<std::string> all{"a on", "a off", "b on", "b off", "c on", "c off", "d on", "d off"};
        return all;
    }
    void begin() override {
        real_.clear();
        model_.clear();
    }
    Both take(const std::string& step) override {
        if (forgets_ && step == "a off" && model_.contains('a') && model_.contains('c')) model_.erase('b');
        for (std::set<char>* side : {&real_, &model_}) {
            if (step.ends_with("on")) side->insert(step.front());
            if (step.ends_with("off")) side->erase(step.front());
        }
        return {seen(real_), seen(model_)};
    }

  private:
    static Seen seen(const std::set<char>& lit) {
        Seen seen;
        for (const char lamp : {'a', 'b', 'c', 'd'}) seen[std::string(1, lamp)] = lit.contains(lamp) ? "on" : "off";
        return seen;
    }
    const bool forgets_;
    std::set<char> real_, model_;
};

const fidelity::Bounds bounds{.commands = 2000, .time = std::chrono::seconds(60)};

Findings walked(bool forgets, std::uint64_t seed) {
    Lamps lamps(forgets);
    return fidelity::walk(lamps, seed, bounds);
}

}  // namespace

TEST_CASE("a model with a fault is caught, and what is told are the four steps that it takes") {
    const Findings found = walked(true, 1);
    REQUIRE(found.unexplained.size() == 1);
    std::vector<std::string> steps = found.unexplained.front().steps;
    CHECK(steps.back() == "a off");
    std::sort(steps.begin(), steps.end());
    CHECK(steps == std::vector<std::string>{"a off", "a on", "b on", "c on"});
    CHECK(found.unexplained.front().subject == "b");
    CHECK(found.unexplained.front().comes_again);
}

TEST_CASE("a model without one is not accused, and the same seed takes the same walks") {
    const Findings found = walked(false, 1), again = walked(false, 1);
    CHECK(found.unexplained.empty());
    CHECK(found.commands == bounds.commands);
    CHECK(found.answers == 4 * found.commands);
    CHECK(again.sequences == found.sequences);
}

TEST_CASE("a section of a page is written anew, and the others stay") {
    const std::string page = "# A page\n\nIts head.\n\n## One\n\n1\n\n## Two\n\n2\n";
    CHECK(support::section_of(page, "One") == "## One\n\n1\n\n");
    CHECK(support::section_of(page, "Three").empty());
    CHECK(support::with_section(page, "One", "## One\n\nnew\n") == "# A page\n\nIts head.\n\n## One\n\nnew\n\n## Two\n\n2\n");
    CHECK(support::with_section(page, "Three", "## Three\n\n3\n") == page + "\n## Three\n\n3\n");
}
