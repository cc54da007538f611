// The tools of the grammar: rules of ours beside those of PEGTL. They look at the parser's state: what is open, how deep.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tao/pegtl.hpp>

#include "lang/syntax/state.hpp"

namespace lang::grammar {

namespace p = tao::pegtl;
using p::at;
using p::digit;
using p::eof;
using p::not_at;
using p::one;
using p::opt;
using p::plus;
using p::seq;
using p::sor;
using p::star;
using parsing::Kind;
using parsing::State;

/// A rule that leaves a node of this kind in the tree.
template <Kind K>
struct is {
    static constexpr Kind node = K;
};

/// R, or the mistake that expectations.hpp has for it, at the place where R was to begin (`must` would point to where R stopped).
template <typename R>
struct expect : sor<R, p::raise<R>> {};

/// What a custom rule of ours has to say to PEGTL.
template <typename Self, typename... Parts>
struct custom {
    using rule_t = Self;
    using subs_t = p::type_list<Parts...>;
};

template <typename Input>
std::string_view rest(const Input& in) {
    return {in.current(), static_cast<std::size_t>(in.end() - in.current())};
}
template <typename Input>
std::uint32_t offset(const Input& in) {
    return static_cast<std::uint32_t>(in.byte());
}

/// A literal as a template argument: `kw<"within">`.
template <std::size_t N>
struct Letters {
    consteval Letters(const char (&text)[N]) { std::copy_n(text, N, letters); }
    constexpr std::string_view view() const { return {letters, N - 1}; }
    char letters[N];
};

/// A keyword: no letter, digit, `_` or `-` follows it.
template <Letters L>
struct kw : custom<kw<L>> {
    template <typename Input>
    static bool match(Input& in) {
        const std::string_view here = rest(in);
        constexpr std::string_view wanted = L.view();
        if (!here.starts_with(wanted)) return false;
        if (here.size() > wanted.size() && (parsing::is_name_letter(here[wanted.size()]) || here[wanted.size()] == '-')) return false;
        in.bump(wanted.size());
        return true;
    }
};

/// The keyword of a declaration that is a fine name elsewhere: `host acd-tel1 { … }`, but `host.name`.
template <Letters L>
struct opening : seq<kw<L>, not_at<one<'.', '('>>> {};

/// Any word, keywords too.
struct word : custom<word> {
    template <typename Input>
    static bool match(Input& in) {
        const std::size_t length = parsing::word_length(rest(in));
        in.bump(length);
        return length != 0;
    }
};

/// A word that the language has not taken for itself.
struct name : custom<name> {
    template <typename Input>
    static bool match(Input& in) {
        const std::size_t length = parsing::word_length(rest(in));
        if (length == 0 || parsing::is_reserved(rest(in).substr(0, length))) return false;
        in.bump(length);
        return true;
    }
};

// ---------------------------------------------------------------- blanks

/// From `#` to the end of the line, which is not part of it. Kept for whoever prints the program again.
struct comment : custom<comment> {
    template <p::apply_mode, p::rewind_mode, template <typename...> class, template <typename...> class, typename Input>
    static bool match(Input& in, State& state) {
        const std::string_view here = rest(in);
        if (here.empty() || here.front() != '#') return false;
        const std::size_t length = std::min(here.find('\n'), here.size());
        state.comment(in.byte(), in.byte() + length);
        in.bump(length);
        return true;
    }
};

struct line_end : sor<one<'\n'>, p::string<'\r', '\n'>> {};

/// Blanks, comments and line ends: between statements, before a clause word, after `=` and `,`.
struct gap : custom<gap> {
    template <p::apply_mode A, p::rewind_mode M, template <typename...> class Action, template <typename...> class Control, typename Input>
    static bool match(Input& in, State& state) {
        const std::uint32_t begin = offset(in);
        using blanks = star<sor<one<' ', '\t'>, line_end, comment>>;
        const bool always = Control<blanks>::template match<A, M, Action, Control>(in, state);
        state.gap_begin = begin;
        state.gap_end = offset(in);
        return always;
    }
};

/// Anything between two tokens: blanks, and inside of ( ) and [ ] line ends too.
struct _ : custom<_> {
    template <p::apply_mode A, p::rewind_mode M, template <typename...> class Action, template <typename...> class Control, typename Input>
    static bool match(Input& in, State& state) {
        if (state.lines_are_blank()) return Control<gap>::template match<A, M, Action, Control>(in, state);
        const std::uint32_t begin = offset(in);
        const std::string_view here = rest(in);
        in.bump(std::min(here.find_first_not_of(" \t"), here.size()));
        state.gap_begin = begin;
        state.gap_end = offset(in);
        return true;
    }
};

// ---------------------------------------------------------------- brackets and depth

/// A bracket that opens; whoever writes it expects the one that closes.
template <char Open>
struct open : custom<open<Open>> {
    template <p::apply_mode, p::rewind_mode, template <typename...> class, template <typename...> class, typename Input>
    static bool match(Input& in, State& state) {
        if (in.empty() || in.peek_char() != Open) return false;
        state.open_bracket(Open, offset(in));
        in.bump(1);
        return true;
    }
};
template <char Close>
struct close : custom<close<Close>> {
    template <p::apply_mode, p::rewind_mode, template <typename...> class, template <typename...> class, typename Input>
    static bool match(Input& in, State& state) {
        if (in.empty() || in.peek_char() != Close) return false;
        state.brackets.pop_back();
        in.bump(1);
        return true;
    }
};

/// R, one level deeper.
template <typename R>
struct deeper : custom<deeper<R>, R> {
    template <p::apply_mode A, p::rewind_mode M, template <typename...> class Action, template <typename...> class Control, typename Input>
    static bool match(Input& in, State& state) {
        if (state.depth == parsing::deepest) throw state.too_deep(in.byte());
        ++state.depth;
        const bool matched = Control<R>::template match<A, M, Action, Control>(in, state);
        --state.depth;
        return matched;
    }
};

/// R where it may fail after it left nodes in the tree: they are taken out again.
template <typename... R>
struct tentative : custom<tentative<R...>, seq<R...>> {
    template <p::apply_mode A, p::rewind_mode M, template <typename...> class Action, template <typename...> class Control, typename Input>
    static bool match(Input& in, State& state) {
        const parsing::Tree::Mark mark = state.tree.mark();
        const bool matched = Control<seq<R...>>::template match<A, p::rewind_mode::required, Action, Control>(in, state);
        if (!matched) state.tree.reset(mark);
        return matched;
    }
};

// ---------------------------------------------------------------- going on after a mistake

struct block;

/// Moves the input to `where`, forwards or backwards.
template <typename Input>
void move_to(Input& in, std::uint32_t where) {
    in.iterator() = in.begin() + where;
}

/// Moves to the end of the statement in which the mistake was made. Blocks on the way are read for their own mistakes.
template <p::apply_mode A, template <typename...> class Action, template <typename...> class Control, typename Input>
void recover(Input& in, State& state, const parsing::SyntaxError& mistake, const State::Mark& mark, bool blocks) {
    const std::string_view statement = state.text.substr(state.statement);
    blocks = blocks && !mistake.lexical_only && !parsing::begins_record(statement.substr(0, parsing::word_length(statement)));
    parsing::Stop stop = parsing::skip_statement(state.text, mistake.resume, state.brackets, mark.brackets, blocks);
    if (mistake.missing_brace && !stop.brace) ++state.missing_openings;
    state.reset(mark);
    move_to(in, stop.at);
    while (stop.brace) {
        try {
            (void)Control<block>::template match<A, p::rewind_mode::dontcare, Action, Control>(in, state);
        } catch (parsing::SyntaxError& too_deep) {
            state.report(std::move(too_deep.diagnostic));
            blocks = false;
        }
        stop = parsing::skip_statement(state.text, offset(in), {}, 0, blocks);
        state.reset(mark);
        move_to(in, stop.at);
    }
}

/// R, or the rest of its line (and of its blocks and brackets) after a mistake: the mistake is kept, R leaves no node.
template <typename R, bool Blocks = true>
struct recovering : custom<recovering<R, Blocks>, R> {
    template <p::apply_mode A, p::rewind_mode M, template <typename...> class Action, template <typename...> class Control, typename Input>
    static bool match(Input& in, State& state) {
        const State::Mark mark = state.mark();
        const std::uint32_t outer = state.statement;
        state.statement = offset(in);
        bool matched = true;
        try {
            matched = Control<R>::template match<A, M, Action, Control>(in, state);
        } catch (parsing::SyntaxError& mistake) {
            if (mistake.text_ends) ++state.mistakes_at_end;
            state.report(std::move(mistake.diagnostic));
            recover<A, Action, Control>(in, state, mistake, mark, Blocks);
        }
        state.statement = outer;
        return matched;
    }
};

/// The body of a text. Where there is a mistake inside of it (a hole, an escape), everything up to its closing quote is read
/// as an empty text, so that the rest of the statement is read too.
template <typename R>
struct text_recovering : custom<text_recovering<R>, R> {
    template <p::apply_mode A, p::rewind_mode M, template <typename...> class Action, template <typename...> class Control, typename Input>
    static bool match(Input& in, State& state) {
        const State::Mark mark = state.mark();
        const std::uint32_t begin = offset(in);
        try {
            return Control<R>::template match<A, M, Action, Control>(in, state);
        } catch (parsing::SyntaxError& mistake) {
            const std::size_t end = parsing::skip_text(state.text, begin);
            if (end == std::string_view::npos) throw;
            state.report(std::move(mistake.diagnostic));
            state.reset(mark);
            move_to(in, static_cast<std::uint32_t>(end));
            state.tree.open(Kind::Text, begin);
            state.tree.close(offset(in));
            return true;
        }
    }
};

/// Always matches where a block should have been closed: that is said once, and reading goes on as if it had been.
struct missing_brace : custom<missing_brace> {
    template <p::apply_mode, p::rewind_mode, template <typename...> class, template <typename...> class, typename Input>
    static bool match(Input& in, State& state) {
        if (!state.said_unclosed) {
            state.report(state.unclosed_block_at(in.byte()));
            if (in.empty()) ++state.mistakes_at_end;
        }
        state.said_unclosed = true;
        state.missing_brace_at = offset(in);
        state.brackets.pop_back();
        return true;
    }
};

/// The statement whose `}` is missing ends there.
struct missing_end : custom<missing_end> {
    template <p::apply_mode, p::rewind_mode, template <typename...> class, template <typename...> class, typename Input>
    static bool match(Input& in, State& state) {
        return offset(in) == state.missing_brace_at;
    }
};

/// A `}` that closes nothing. Where the `{` was missed before, that has been said.
struct stray_brace : custom<stray_brace> {
    template <p::apply_mode, p::rewind_mode, template <typename...> class, template <typename...> class, typename Input>
    static bool match(Input& in, State& state) {
        if (in.empty() || in.peek_char() != '}') return false;
        if (state.missing_openings > 0) {
            --state.missing_openings;
        } else {
            state.report(state.stray_brace(in.byte()));
        }
        in.bump(1);
        return true;
    }
};

}  // namespace lang::grammar
