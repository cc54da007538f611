#include "lang/syntax/parse.hpp"

#include <algorithm>
#include <optional>

#include "lang/syntax/control.hpp"
#include "lang/syntax/state.hpp"

namespace lang {

namespace {

using parsing::State;
namespace p = tao::pegtl;

using Input = p::memory_input<p::tracking_mode::lazy, p::eol::lf, const char*>;

template <typename Rule>
bool read(Input& in, State& state) {
    return p::parse<Rule, p::nothing, grammar::Control>(in, state);
}

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// A declaration in a block that was never closed is not a mistake of its own: it tells where the `}` is missing.
void keep(State& state, Diagnostic diagnostic) {
    if (state.said_unclosed && diagnostic.code == "E0121") {
        const auto unclosed = std::find_if(state.found.begin(), state.found.end(), [](const Diagnostic& d) { return d.code == "E0104"; });
        if (unclosed != state.found.end()) {
            if (unclosed->related.empty()) unclosed->related.push_back({diagnostic.span, "this declaration cannot be part of the block"});
            return;
        }
    }
    state.report(std::move(diagnostic));
}

/// Item after item, each converted before the next one is read, so that the flat tree stays small.
std::vector<ast::Item> read_items(Input& in, State& state) {
    std::vector<ast::Item> items;
    Diagnostics wrong;
    while (read<grammar::next_item>(in, state)) {
        for (ast::Item& item : parsing::convert_items(state, wrong)) items.push_back(std::move(item));
        for (Diagnostic& diagnostic : wrong) keep(state, std::move(diagnostic));
        wrong.clear();
        state.tree.reset({0, 0});
    }
    return items;
}

bool fits(const Source& source, std::uint32_t file, Diagnostics& diagnostics) {
    if (source.text.size() <= parsing::most_bytes) return true;
    Diagnostic diagnostic;
    diagnostic.code = "E0115";
    diagnostic.span = {0, 0, file};
    diagnostic.message = "this file is larger than 4 MiB";
    diagnostic.help = "a procedure is read by people: is this the right file?";
    diagnostics.push_back(std::move(diagnostic));
    return false;
}

/// The findings in the order of the text, as many as a person can use.
void hand_over(State& state, Diagnostics& diagnostics) {
    tidy(state.found);
    const std::size_t total = state.found.size();
    if (total > parsing::most_reported) {
        const std::string more =
            state.gave_up ? "more than " + std::to_string(total - parsing::most_reported) : std::to_string(total - parsing::most_reported);
        state.found.resize(parsing::most_reported);
        Diagnostic last;
        last.code = "E0119";
        last.span = state.found.back().span;
        last.message = "and " + more + " more mistakes that are not shown";
        state.found.push_back(std::move(last));
    }
    for (Diagnostic& diagnostic : state.found) diagnostics.push_back(std::move(diagnostic));
    state.found.clear();
}

/// Of a file that is not a procedure, the single mistakes are of no interest.
bool tell_other_file(State& state, Diagnostics& diagnostics) {
    const std::string_view kind = state.found.empty() ? std::string_view() : parsing::other_kind_of_file(state.text);
    if (kind.empty()) return false;
    Diagnostic diagnostic;
    diagnostic.code = "E0123";
    diagnostic.span = state.found.front().span;
    diagnostic.message = "this looks like " + std::string(kind) + ", and is not a procedure";
    diagnostic.help = "a procedure is made of statements such as `step \"Stop\" { on web { systemd.stop(\"nginx\") } }`: docs/language.md";
    diagnostics.push_back(std::move(diagnostic));
    return true;
}

}  // namespace

ast::File parse(const Sources& sources, std::uint32_t file, Diagnostics& diagnostics) {
    ast::File result;
    result.file = file;
    const Source& source = sources[file];
    if (!fits(source, file, diagnostics)) return result;
    State state(source.text, file);
    Input in(source.text.data(), source.text.data() + source.text.size(), source.path.c_str());
    if (source.text.starts_with(byte_order_mark)) in.bump(byte_order_mark.size());
    try {
        parsing::check_bytes(state);
        result.items = read_items(in, state);
    } catch (const parsing::TooManyErrors&) {
        state.gave_up = true;
    }
    result.comments = std::move(state.comments);
    for (Diagnostic& warning : parsing::unseen_characters(state)) diagnostics.push_back(std::move(warning));
    if (tell_other_file(state, diagnostics)) return result;
    hand_over(state, diagnostics);
    return result;
}

Fragment parse_fragment(const Sources& sources, std::uint32_t file, Diagnostics& diagnostics) {
    Fragment fragment;
    const Source& source = sources[file];
    if (!fits(source, file, diagnostics)) return fragment;
    const char* const begin = source.text.data();
    const char* const end = begin + source.text.size();
    std::optional<parsing::SyntaxError> in_expression;
    try {
        State state(source.text, file);
        Input in(begin, end, source.path.c_str());
        if (read<grammar::lone_expression>(in, state)) {
            Diagnostics wrong;
            fragment.expression = parsing::convert_expression(state, wrong);
            if (!wrong.empty()) fragment.expression = nullptr;
        }
    } catch (parsing::SyntaxError& mistake) {
        in_expression = std::move(mistake);
    }
    State state(source.text, file);
    Input in(begin, end, source.path.c_str());
    try {
        parsing::check_bytes(state);
        fragment.items = read_items(in, state);
    } catch (const parsing::TooManyErrors&) {
        state.gave_up = true;
    }
    if (fragment.expression) return fragment;
    // Told is what it was read as furthest: `1 +` is an expression that goes on, no statement that begins with `1`.
    if (in_expression && !state.found.empty() && state.found.front().span.begin < in_expression->diagnostic.span.begin) {
        state.found.clear();
        state.found.push_back(std::move(in_expression->diagnostic));
        state.mistakes_at_end = in_expression->text_ends ? 1 : 0;
    }
    fragment.incomplete = state.mistakes_at_end > 0 && state.mistakes_at_end == state.found.size();
    hand_over(state, diagnostics);
    return fragment;
}

}  // namespace lang
