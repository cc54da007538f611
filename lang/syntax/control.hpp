// How the rules of the grammar act on the parser's state.
#pragma once

#include "lang/syntax/expectations.hpp"
#include "lang/syntax/grammar.hpp"

namespace lang::grammar {

/// Some leave a node, those under `expect` have words for their absence.
template <typename Rule>
struct Control : p::normal<Rule> {
    static constexpr bool leaves_node = requires { Rule::node; };

    template <typename Input>
    static void start([[maybe_unused]] const Input& in, [[maybe_unused]] State& state) {
        if constexpr (leaves_node) state.tree.open(Rule::node, offset(in));
    }
    template <typename Input>
    static void success([[maybe_unused]] const Input& in, [[maybe_unused]] State& state) {
        if constexpr (leaves_node) state.tree.close(offset(in));
    }
    template <typename Input>
    static void failure(const Input&, [[maybe_unused]] State& state) {
        if constexpr (leaves_node) state.tree.abandon();
    }
    template <typename Input>
    [[noreturn]] static void raise(const Input& in, const State& state) {
        static_assert(!message<Rule>.sentence.empty(), "a rule under expect needs its words in expectations.hpp");
        throw state.mistake(message<Rule>, in.byte());
    }
};

}  // namespace lang::grammar
