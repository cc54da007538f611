// Every production of the grammar stands in a block of the documents that is run: what no example shows nobody finds, and no test of the
// examples runs.
#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>

#include "lang/syntax/control.hpp"
#include "lang/syntax/state.hpp"
#include "tests/support/documents.hpp"

namespace {

namespace p = tao::pegtl;
using lang::parsing::State;

/// A rule, and one of the parts that it is made of.
using Way = std::pair<std::string_view, std::string_view>;

/// The parser's state, and which ways through the grammar it took.
struct Walked : State {
    using State::State;
    std::vector<std::string_view> rules;
    std::map<Way, int> taken;
};

/// The parser's own control, which also notes what was read. What is read and then given up is noted too: that is rare, and harmless.
template <typename Rule>
struct Noting : lang::grammar::Control<Rule> {
    using Base = lang::grammar::Control<Rule>;
    static constexpr bool enable = true;

    template <typename Input>
    static void start(const Input& in, State& state) {
        static_cast<Walked&>(state).rules.push_back(p::demangle<Rule>());
        Base::start(in, state);
    }
    template <typename Input>
    static void success(const Input& in, State& state) {
        leave(state, true);
        Base::success(in, state);
    }
    template <typename Input>
    static void failure(const Input& in, State& state) {
        leave(state, false);
        Base::failure(in, state);
    }
    template <typename Input>
    static void unwind(const Input&, State& state) {
        leave(state, false);
    }

  private:
    static void leave(State& state, bool matched) {
        auto& walked = static_cast<Walked&>(state);
        const std::string_view rule = walked.rules.back();
        walked.rules.pop_back();
        if (!matched) return;
        if (!walked.rules.empty()) ++walked.taken[{walked.rules.back(), rule}];
    }
};

/// All ways through the grammar.
template <typename Rule>
struct RulePart {
    static void visit(std::set<Way>& ways) { note(ways, typename Rule::subs_t()); }
    template <typename... Parts>
    static void note(std::set<Way>& ways, p::type_list<Parts...>) {
        (ways.insert({p::demangle<Rule>(), p::demangle<Parts>()}), ...);
    }
};

/// Rules that match where something is wrong, or that only look ahead; and the line ends of another system. A capital behind a dot is read
/// so that the check can tell what was meant.
bool is_for_mistakes(const Way& way) {
    const auto has_one_of = [](std::string_view rule, std::initializer_list<std::string_view> words) {
        return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return rule.find(word) != std::string_view::npos; });
    };
    if (way == Way{p::demangle<lang::grammar::member>(), p::demangle<lang::grammar::enum_name>()}) return true;
    return way.first.starts_with("tao::pegtl::at<") || way.first.starts_with("tao::pegtl::not_at<") ||
           has_one_of(way.first, {"identifier_other", "::no_chaining", "::no_letter"}) ||
           has_one_of(way.second, {"raise<", "::bad_", "::missing_", "::stray_", "::misplaced", "::next_record", "::chained",
                                   "::without_unit", "::no_letter", "pegtl::at<", "pegtl::not_at<", "eof", "\\r", "015"});
}

/// By tests/scripts/repository/documents.sh, in every way in which procrun can be called.
bool is_run_everywhere(const support::DocumentBlock& block) {
    const bool by_others = !block.tags.empty() && (block.tags.front() == "from" || block.tags.front() == "unsimulated");
    return !by_others && block.document != "docs/stdlib.md";
}

}  // namespace

TEST_CASE("every production of the grammar stands in a document that is run") {
    std::set<Way> ways;
    p::visit<lang::grammar::next_item, RulePart>(ways);
    std::map<Way, int> taken;
    for (const support::DocumentBlock& block : support::document_blocks()) {
        if (!is_run_everywhere(block)) continue;
        Walked walked(block.text, 0);
        p::memory_input<p::tracking_mode::lazy, p::eol::lf, const char*> in(block.text.data(), block.text.data() + block.text.size(), "");
        while (p::parse<lang::grammar::next_item, p::nothing, Noting>(in, walked)) {
        }
        for (const auto& [way, times] : walked.taken) taken[way] += times;
    }
    // What is never come to is told where it begins; what stands inside of it needs no line of its own.
    std::set<std::string_view> seen{p::demangle<lang::grammar::next_item>()};
    for (const auto& [way, times] : taken) seen.insert(way.second);
    for (const Way& way : ways) {
        if (seen.contains(way.first) && !taken.contains(way) && !is_for_mistakes(way))
            FAIL_CHECK("no document shows ", way.second, " in ", way.first);
    }
}
