// What the reader is told where a rule of the grammar does not match. A rule under `expect` that has no words here does not
// compile. Sentences follow "expected"; those with a code of their own are whole.
#pragma once

#include "lang/grammar.hpp"

namespace lang::grammar {

using parsing::Message;

/// No words: such a rule must not be expected.
template <typename Rule>
inline constexpr Message message{};

// clang-format off

// words
template <> inline constexpr Message message<new_name>{"a name"};
template <> inline constexpr Message message<any_word>{"a name"};
template <> inline constexpr Message message<colon>{"`:`"};
template <> inline constexpr Message message<equals>{"`=`"};
template <> inline constexpr Message message<in>{"`in`"};
template <> inline constexpr Message message<of>{"`of`"};
template <> inline constexpr Message message<then>{"`then`"};
template <> inline constexpr Message message<otherwise>{"`else`: a value has to be chosen in both cases"};
template <> inline constexpr Message message<where>{"`where`"};
template <> inline constexpr Message message<from>{"`from`"};

// literals
template <> inline constexpr Message message<text>{"a text in quotes"};
template <> inline constexpr Message message<text_end>{"this text is not closed: its closing `\"` is missing", "E0102"};
template <> inline constexpr Message message<hole_end>{"`}` after the expression in the text"};
template <> inline constexpr Message message<bad_escape>{"after `\\` in a text stands one of `\"` `\\` `n` `t` `$`", "E0111"};
template <> inline constexpr Message message<bad_number>{"this is no number and no duration", "E0107"};
template <> inline constexpr Message message<without_unit>{"this number has no unit", "E0107"};
template <> inline constexpr Message message<count>{"a whole number"};

// expressions
template <> inline constexpr Message message<expression>{"a value"};
template <> inline constexpr Message message<condition>{"a condition"};
template <> inline constexpr Message message<conjunction>{"a condition"};
template <> inline constexpr Message message<disjunction>{"a condition or a list"};
template <> inline constexpr Message message<filtered>{"a list"};
template <> inline constexpr Message message<sum>{"a value"};
template <> inline constexpr Message message<product>{"a value"};
template <> inline constexpr Message message<operand>{"a value"};
template <> inline constexpr Message message<chain>{"a host or a call"};
template <> inline constexpr Message message<member>{"the name of a field or a call after the dot"};
template <> inline constexpr Message message<argument>{"an argument"};
template <> inline constexpr Message message<unknown_test>{"`unknown` or `not unknown`"};
template <> inline constexpr Message message<unknown>{"`unknown`"};
template <> inline constexpr Message message<chained>{"comparisons do not chain", "E0106"};
template <> inline constexpr Message message<list_end>{"`,` or `]`"};
template <> inline constexpr Message message<paren_end>{"`)`"};
template <> inline constexpr Message message<arguments_end>{"`,` or `)`"};
template <> inline constexpr Message message<type>{"a type, such as `int`, `text`, `duration`, `host` or `list of host`"};

// clauses
template <> inline constexpr Message message<period>{"a duration, such as `30s` or `5m`"};
template <> inline constexpr Message message<every>{"`every` and a duration"};
template <> inline constexpr Message message<retry_times>{"`times`"};
template <> inline constexpr Message message<text_or_block>{"a text in quotes or a block `{ … }`"};
template <> inline constexpr Message message<call_or_block>{"the call that undoes this one, or a block `{ … }`"};

// statements
template <> inline constexpr Message message<statement>{"a statement"};
template <> inline constexpr Message message<end_of_statement>{"the end of the statement"};
template <> inline constexpr Message message<block>{"`{`"};
template <> inline constexpr Message message<block_or_if>{"`{` or `if`"};
template <> inline constexpr Message message<host_set>{"the hosts: a name, or several with commas between them"};
template <> inline constexpr Message message<parallel_word>{"`parallel`"};
template <> inline constexpr Message message<let_value>{"a value"};

// declarations
template <> inline constexpr Message message<item>{"a statement or a declaration"};
template <> inline constexpr Message message<record>{"`{`"};
template <> inline constexpr Message message<entry_value>{"the value of this entry: a text, a number, a duration, a name or a list"};
template <> inline constexpr Message message<name_use>{"a name"};
template <> inline constexpr Message message<group_value>{"the hosts of the group, or `nobody`"};
template <> inline constexpr Message message<sor<after, text>>{"a text in quotes"};
template <> inline constexpr Message message<scene_value>{"`after \"FILE\"` or a trouble, in quotes"};
template <> inline constexpr Message message<parameters>{"the parameters in parentheses"};
template <> inline constexpr Message message<parameter>{"a parameter: `name: type`"};
template <> inline constexpr Message message<parameters_end>{"`,` or `)`"};
template <> inline constexpr Message message<expect<new_name>>{"a name"};
template <> inline constexpr Message message<need>{"`fact`, `group`, `action`, `query` or `scene`"};
template <> inline constexpr Message message<watch_body>{"`{`"};
template <> inline constexpr Message message<require_word>{"`require`"};
template <> inline constexpr Message message<failures_word>{"`failures`"};
template <> inline constexpr Message message<run>{"`after N failures` or `run \"FILE\"`"};
template <> inline constexpr Message message<watch_end>{"`}`"};

// clang-format on

}  // namespace lang::grammar
