// What the reader is told where a rule of the grammar does not match. A rule under `expect` that has no words here does not
// compile. Sentences follow "expected"; those with a code of their own are whole.
#pragma once

#include "lang/syntax/grammar.hpp"

namespace lang::grammar {

using parsing::Message;
using parsing::Wanted;

/// No words: such a rule must not be expected.
template <typename Rule>
inline constexpr Message message{};

// clang-format off

// words
template <> inline constexpr Message message<new_name>{"a name", Wanted::Name};
template <> inline constexpr Message message<colon>{"`:`", Wanted::Colon};
template <> inline constexpr Message message<equals>{"`=`", Wanted::Equals};
template <> inline constexpr Message message<in>{"`in`"};
template <> inline constexpr Message message<of>{"`of`"};
template <> inline constexpr Message message<then>{"`then`"};
template <> inline constexpr Message message<otherwise>{"`else` and the other value"};
template <> inline constexpr Message message<where>{"`where`"};
template <> inline constexpr Message message<from>{"`from`"};

// literals
template <> inline constexpr Message message<text>{"a text in quotes", Wanted::Text};
template <> inline constexpr Message message<text_end>{"this text is not closed: its closing `\"` is missing", Wanted::Other, "E0102"};
template <> inline constexpr Message message<hole_end>{"`}` after the expression in the text"};
template <> inline constexpr Message message<bad_escape>{"after `\\` in a text stands one of `\"` `\\` `n` `t` `$`", Wanted::Other, "E0111"};
template <> inline constexpr Message message<bad_number>{"this is neither a number nor a duration", Wanted::Other, "E0107"};
template <> inline constexpr Message message<without_unit>{"this number has no unit", Wanted::Other, "E0107"};
template <> inline constexpr Message message<count>{"a whole number"};

// expressions
template <> inline constexpr Message message<expression>{"a value", Wanted::Value};
template <> inline constexpr Message message<condition>{"a condition", Wanted::Value};
template <> inline constexpr Message message<conjunction>{"a condition", Wanted::Value};
template <> inline constexpr Message message<disjunction>{"a condition or a list", Wanted::Value};
template <> inline constexpr Message message<filtered>{"a list", Wanted::Value};
template <> inline constexpr Message message<sum>{"a value", Wanted::Value};
template <> inline constexpr Message message<product>{"a value", Wanted::Value};
template <> inline constexpr Message message<operand>{"a value", Wanted::Value};
template <> inline constexpr Message message<chain>{"a host or a call"};
template <> inline constexpr Message message<member>{"the name of a field or a call after the dot"};
template <> inline constexpr Message message<argument>{"an argument", Wanted::Value};
template <> inline constexpr Message message<unknown_test>{"`unknown` or `not unknown`"};
template <> inline constexpr Message message<unknown>{"`unknown`"};
template <> inline constexpr Message message<chained>{"comparisons do not chain", Wanted::Other, "E0106"};
template <> inline constexpr Message message<list_end>{"`,` or `]`", Wanted::Closing};
template <> inline constexpr Message message<paren_end>{"`)`", Wanted::Closing};
template <> inline constexpr Message message<arguments_end>{"`,` or `)`", Wanted::Closing};
template <> inline constexpr Message message<type_word>{"a type, such as `int`, `text` or `host`", Wanted::Type};
template <> inline constexpr Message message<type>{"a type, such as `int`, `text`, `duration`, `host` or `list of host`", Wanted::Type};

// clauses
template <> inline constexpr Message message<period>{"a duration, such as `30s` or `5m`"};
template <> inline constexpr Message message<every>{"`every` and a duration", Wanted::Attempts};
template <> inline constexpr Message message<retry_times>{"`times`", Wanted::Attempts};
template <> inline constexpr Message message<text_or_block>{"a text in quotes or a block `{ … }`"};
template <> inline constexpr Message message<call_or_block>{"the call that undoes this one, or a block `{ … }`"};

// statements
template <> inline constexpr Message message<statement>{"a statement", Wanted::Statement};
template <> inline constexpr Message message<end_of_statement>{"the end of the line", Wanted::EndOfStatement};
template <> inline constexpr Message message<block>{"`{`", Wanted::Block};
template <> inline constexpr Message message<block_or_if>{"`{` or `if`", Wanted::Block};
template <> inline constexpr Message message<host_set>{"the hosts: a name, or several with commas between them"};
template <> inline constexpr Message message<parallel_word>{"`parallel`"};
template <> inline constexpr Message message<let_value>{"a value", Wanted::Value};

// declarations
template <> inline constexpr Message message<item>{"a statement or a declaration", Wanted::Statement};
template <> inline constexpr Message message<key>{"the name of an entry, or `}`", Wanted::EntryKey};
template <> inline constexpr Message message<secret_source>{"`prompt`, `environment`, `file` or `command`"};
template <> inline constexpr Message message<record>{"`{`", Wanted::Block};
template <> inline constexpr Message message<entry_value>{"the value of this entry: a text, a number, a duration, a name or a list", Wanted::EntryValue};
template <> inline constexpr Message message<name_use>{"a name", Wanted::Name};
template <> inline constexpr Message message<group_value>{"the hosts of the group, or `nobody`"};
template <> inline constexpr Message message<scene_part>{"`after \"FILE\"` or a trouble, in quotes", Wanted::Text};
template <> inline constexpr Message message<scene_value>{"`after \"FILE\"` or a trouble, in quotes"};
template <> inline constexpr Message message<on_hosts>{"`on` and the machines that say this"};
template <> inline constexpr Message message<said>{"what the machine says, in quotes, a status and a text, or `refused`", Wanted::Text};
template <> inline constexpr Message message<parameters>{"the parameters in parentheses", Wanted::Parameters};
template <> inline constexpr Message message<parameter>{"a parameter: `name: type`"};
template <> inline constexpr Message message<parameters_end>{"`,` or `)`", Wanted::Closing};
template <> inline constexpr Message message<need>{"`fact`, `group`, `action`, `query` or `scene`"};
template <> inline constexpr Message message<watch_body>{"`{`", Wanted::Block};
template <> inline constexpr Message message<require_word>{"`require`"};
template <> inline constexpr Message message<failures_word>{"`failures`"};
template <> inline constexpr Message message<run>{"`after N failures` or `run \"FILE\"`"};
template <> inline constexpr Message message<watch_end>{"`}`", Wanted::Closing};

// clang-format on

}  // namespace lang::grammar
