// The grammar, in the order of docs/language.md. Compiled by parse.cpp alone, and by the test of what the documents reach of it.
//
// A rule pads inside, never at its ends; `_` is anything between two tokens, `gap` spans lines. What may be told to be missing
// is in `expect` and has its words in expectations.hpp. After its first token a rule does not go back, so reading takes linear
// time; where it must, it says `tentative`. `is<Kind::X>` leaves a node.
#pragma once

#include "lang/syntax/rules.hpp"

namespace lang::grammar {

// clang-format off

struct expression;
struct block;
struct statement;

// ---------------------------------------------------------------- words

struct new_name    : is<Kind::Name>, name {};
struct any_word    : is<Kind::Word>, word {};
struct enum_name   : is<Kind::EnumName>, seq<p::upper, star<p::identifier_other>> {};
struct name_use    : is<Kind::NameUse>, name {};
struct no_letter   : not_at<sor<p::identifier_other, seq<one<'.'>, digit>>> {};
struct comma       : seq<_, one<','>, gap> {};
struct colon       : one<':'> {};
struct equals      : seq<one<'='>, not_at<one<'='>>> {};

template <typename R> struct list_of : seq<R, star<comma, expect<R>>> {};
/// Between brackets a comma may stand behind the last one too.
template <typename R, char Close> struct items : opt<R, star<_, one<','>, _, sor<at<one<Close>>, expect<R>>>> {};

// ---------------------------------------------------------------- literals

struct escape      : is<Kind::Escape>, seq<one<'\\'>, one<'"', '\\', 'n', 't', '$'>> {};
struct bad_escape  : one<'\\'> {};
struct chunk       : is<Kind::Chunk>, plus<sor<p::not_one<'"', '\\', '\n', '$', '\r'>, seq<one<'$'>, not_at<one<'{'>>>, seq<one<'\r'>, not_at<one<'\n'>>>>> {};
struct hole_end    : close<'}'> {};
struct hole        : seq<one<'$'>, at<one<'{'>>, open<'{'>, _, expect<expression>, _, expect<hole_end>> {};
struct text_end    : close<'"'> {};
struct text_body   : is<Kind::Text>, seq<open<'"'>, star<sor<chunk, deeper<hole>, escape, seq<at<bad_escape>, p::raise<bad_escape>>>>, expect<text_end>> {};
struct text        : text_recovering<text_body> {};

struct unit        : sor<p::string<'m', 's'>, one<'h', 'm', 's'>> {};
struct duration    : is<Kind::Duration>, seq<plus<plus<digit>, unit>, no_letter> {};
struct integer     : is<Kind::Int>, seq<plus<digit>, no_letter> {};
struct decimal     : is<Kind::Float>, seq<plus<digit>, one<'.'>, plus<digit>, no_letter> {};
struct bad_number  : digit {};
struct number      : sor<tentative<duration>, tentative<integer>, tentative<decimal>, seq<at<digit>, p::raise<bad_number>>> {};
struct count       : is<Kind::Number>, seq<plus<digit>, no_letter> {};
struct boolean     : is<Kind::Boolean>, sor<kw<"true">, kw<"false">> {};

// ---------------------------------------------------------------- expressions

struct list_end    : close<']'> {};
struct list        : is<Kind::List>, seq<open<'['>, _, items<expression, ']'>, _, expect<list_end>> {};
struct paren_end   : close<')'> {};
struct paren       : seq<open<'('>, _, expect<expression>, _, expect<paren_end>> {};

struct argument_name : seq<any_word, _, colon> {};
struct argument    : is<Kind::Argument>, sor<seq<tentative<argument_name>, _, expect<expression>>, expression> {};
struct arguments_end : close<')'> {};
struct arguments   : is<Kind::Arguments>, seq<open<'('>, _, items<argument, ')'>, _, expect<arguments_end>> {};

struct member      : sor<any_word, enum_name> {};
struct suffix      : sor<seq<one<'.'>, expect<member>>, deeper<arguments>> {};
struct primary     : sor<text, number, deeper<list>, deeper<paren>, boolean, enum_name, name_use> {};
struct chain       : is<Kind::Chain>, seq<primary, star<suffix>> {};
struct reading     : is<Kind::Reading>, seq<chain, opt<_, kw<"on">, _, expect<chain>>> {};

struct operand     : sor<struct negative, reading> {};
struct negative    : is<Kind::Negative>, seq<one<'-'>, _, deeper<expect<operand>>> {};
struct times       : is<Kind::Operator>, one<'*'> {};
struct product     : is<Kind::Product>, seq<operand, star<_, times, _, expect<operand>>> {};
/// Hyphens belong to names: a minus has blanks around it.
struct plus_minus  : is<Kind::Operator>, sor<one<'+'>, seq<one<'-'>, at<p::space>>> {};
struct sum         : is<Kind::Sum>, seq<product, star<_, plus_minus, _, expect<product>>> {};

struct compare     : sor<p::string<'=', '='>, p::string<'!', '='>, p::string<'<', '='>, p::string<'>', '='>, one<'<', '>'>> {};
struct comparator  : is<Kind::Operator>, compare {};
struct unknown     : kw<"unknown"> {};
struct is_known    : is<Kind::IsKnown>, seq<kw<"not">, _, expect<unknown>> {};
struct is_unknown  : is<Kind::IsUnknown>, unknown {};
struct unknown_test : sor<is_known, is_unknown> {};
struct chained     : compare {};
struct no_chaining : sor<not_at<_, compare>, seq<_, p::raise<chained>>> {};
struct comparison  : is<Kind::Comparison>, seq<sum, opt<_, sor<seq<kw<"is">, _, expect<unknown_test>>,
                                                               seq<comparator, _, expect<sum>, no_chaining>>>> {};

struct condition   : sor<struct negation, struct quantified, comparison> {};
struct negation    : is<Kind::Not>, seq<kw<"not">, _, deeper<expect<condition>>> {};
struct in          : kw<"in"> {};
struct quantifier  : seq<_, expect<new_name>, _, expect<in>, _, expect<struct filtered>, _, expect<colon>, _, deeper<expect<expression>>> {};
struct all         : is<Kind::All>, seq<kw<"all">, quantifier> {};
struct any         : is<Kind::Any>, seq<kw<"any">, quantifier> {};
struct no          : is<Kind::No>, seq<kw<"no">, quantifier> {};
struct exactly     : is<Kind::Exactly>, seq<kw<"exactly">, _, expect<count>, quantifier> {};
struct quantified  : sor<all, any, no, exactly> {};
struct and_word    : is<Kind::Operator>, kw<"and"> {};
struct or_word     : is<Kind::Operator>, kw<"or"> {};
struct conjunction : is<Kind::And>, seq<condition, star<_, and_word, _, expect<condition>>> {};
struct disjunction : is<Kind::Or>, seq<conjunction, star<_, or_word, _, expect<conjunction>>> {};

struct of          : kw<"of"> {};
struct filtered    : is<Kind::Where>, seq<disjunction, opt<_, kw<"where">, _, expect<disjunction>>> {};
struct one_of      : is<Kind::OneOf>, seq<kw<"one">, _, expect<of>, _, expect<filtered>> {};
struct then        : kw<"then"> {};
struct otherwise   : kw<"else"> {};
struct choice      : is<Kind::Choice>, seq<kw<"if">, _, deeper<expect<expression>>, _, expect<then>, _, deeper<expect<expression>>, _, expect<otherwise>, _, deeper<expect<expression>>> {};
struct expression  : sor<choice, one_of, filtered> {};

// ---------------------------------------------------------------- types

struct type_word   : is<Kind::TypeWord>, seq<word, opt<one<'.'>, p::identifier>> {};
struct type_word_alone : seq<not_at<kw<"list">>, type_word> {};
struct list_type   : is<Kind::ListOf>, seq<kw<"list">, _, expect<of>> {};
struct type        : is<Kind::Type>, sor<type_word_alone, seq<plus<list_type, _>, expect<type_word>>> {};

// ---------------------------------------------------------------- clauses

struct without_unit : seq<plus<digit>, not_at<sor<p::identifier_other, seq<_, one<'*'>>>>> {};
/// How long: a duration, and never a bare number.
struct period      : sor<seq<at<without_unit>, p::raise<without_unit>>, sum> {};
struct within      : is<Kind::Within>, seq<kw<"within">, _, expect<period>> {};
struct every       : is<Kind::Every>, seq<kw<"every">, _, expect<period>> {};
struct each        : is<Kind::Each>, seq<kw<"each">, _, expect<period>> {};
struct holding     : is<Kind::Holding>, seq<kw<"holding">, _, expect<period>> {};
struct showing     : is<Kind::Showing>, seq<kw<"showing">, _, expect<expression>> {};
struct text_or_block : sor<text, block> {};
struct else_       : is<Kind::Else>, seq<kw<"else">, _, expect<text_or_block>> {};
struct else_text   : is<Kind::Else>, seq<kw<"else">, _, expect<text>> {};
struct call_or_block : sor<block, chain> {};
struct undo        : is<Kind::Undo>, seq<kw<"undo">, _, expect<call_or_block>> {};
struct leave       : is<Kind::Leave>, seq<kw<"leave">, _, expect<text>> {};
struct done_when   : is<Kind::DoneWhen>, seq<kw<"done_when">, _, expect<expression>> {};
struct retry_times : kw<"times"> {};
struct retry       : is<Kind::Retry>, seq<kw<"retry">, _, expect<count>, _, expect<retry_times>, _, expect<every>> {};

// ---------------------------------------------------------------- statements

struct end_of_statement : sor<at<one<'}'>>, missing_end, seq<opt<comment>, sor<line_end, eof>>> {};
struct statement_line : seq<not_at<sor<one<'}'>, eof>>, expect<statement>, _, expect<end_of_statement>> {};
struct block_end   : sor<close<'}'>, missing_brace> {};
struct lines       : seq<gap, star<recovering<statement_line>, gap>> {};
struct block_body  : is<Kind::Block>, seq<open<'{'>, lines, block_end> {};
struct block       : deeper<block_body> {};

struct step        : is<Kind::Step>, seq<kw<"step">, _, expect<text>, star<_, sor<within, retry>>, _, expect<block>> {};

struct hosts       : is<Kind::Hosts>, seq<list_of<chain>, opt<_, kw<"where">, _, expect<disjunction>>> {};
struct host_set    : sor<one_of, hosts> {};
struct parallel_word : kw<"parallel"> {};
struct max         : is<Kind::Max>, seq<kw<"max">, _, expect<sum>> {};
struct in_parallel : is<Kind::InParallel>, seq<kw<"in">, _, expect<parallel_word>, opt<_, max>> {};
struct on          : is<Kind::OnBlock>, seq<kw<"on">, _, expect<host_set>, _, opt<in_parallel, _>, expect<block>> {};

struct parallel    : is<Kind::Parallel>, seq<kw<"parallel">, _, expect<block>> {};
struct for_        : is<Kind::For>, seq<kw<"for">, _, expect<new_name>, _, expect<in>, _, expect<expression>, _, expect<block>> {};
struct if_         : is<Kind::If>, seq<kw<"if">, _, expect<expression>, _, expect<block>, opt<gap, kw<"else">, _, expect<struct block_or_if>>> {};
struct block_or_if : sor<block, deeper<if_>> {};
struct require     : is<Kind::Require>, seq<kw<"require">, _, expect<expression>, opt<gap, else_text>> {};
struct wait        : is<Kind::Wait>, seq<kw<"wait_until">, _, expect<expression>, star<gap, sor<within, every, each, holding, showing, else_>>> {};

struct where       : kw<"where"> {};
struct find        : is<Kind::Find>, seq<kw<"find">, _, expect<new_name>, _, expect<in>, _, expect<disjunction>, _, expect<where>, _, expect<expression>> {};
struct ask         : is<Kind::Ask>, seq<kw<"ask">, _, expect<type>, _, expect<text>> {};
struct let_value   : sor<find, ask, expression> {};
struct binding     : seq<_, expect<new_name>, _, expect<equals>, gap, expect<let_value>> {};
struct let         : is<Kind::Let>, seq<kw<"let">, binding> {};
struct keep        : is<Kind::Keep>, seq<kw<"keep">, binding> {};

struct confirm     : is<Kind::Confirm>, seq<kw<"confirm">, _, expect<text>, opt<gap, within>> {};
struct note        : is<Kind::Note>, seq<kw<"note">, _, expect<text>> {};
struct mark        : is<Kind::Mark>, seq<kw<"mark">, _, expect<text>> {};
struct fail        : is<Kind::Fail>, seq<kw<"fail">, _, expect<text>> {};
struct go_on       : is<Kind::GoOn>, seq<kw<"go_on">, _, expect<text>> {};
struct commit      : is<Kind::Commit>, seq<kw<"commit">, _, expect<text>> {};
struct on_failure  : is<Kind::OnFailure>, seq<kw<"on_failure">, _, expect<block>> {};
struct action      : is<Kind::Action>, seq<at<name>, chain, star<gap, sor<within, done_when, else_, undo, leave>>> {};

/// A declaration where only statements may stand: read, so that only its place is told to be wrong.
struct misplaced   : is<Kind::Misplaced>, seq<struct declaration> {};
struct statement   : sor<step, on_failure, on, parallel, for_, if_, require, wait, let, keep, confirm, note, mark, fail, go_on, commit, misplaced, action> {};

// ---------------------------------------------------------------- declarations

struct import      : is<Kind::Import>, seq<kw<"import">, _, expect<text>> {};
struct site        : is<Kind::Site>, seq<opening<"site">, _, expect<text>> {};
struct standard    : is<Kind::Standard>, seq<equals, gap, expect<expression>> {};
struct typed       : seq<expect<colon>, _, expect<type>> {};
struct fact        : is<Kind::Fact>, seq<opening<"fact">, _, expect<new_name>, _, typed, opt<_, standard>> {};
struct secret_source : is<Kind::Word>, word {};
struct from        : kw<"from"> {};
struct secret      : is<Kind::Secret>, seq<opening<"secret">, _, expect<new_name>, _, expect<from>, _, expect<secret_source>, _, expect<text>> {};

struct names       : is<Kind::Names>, list_of<name_use> {};
struct entry_value : sor<text, struct signed_number, list, boolean, names, enum_name> {};
struct signed_number : sor<number, negative> {};
/// `host b {` inside of a record means that the record before it was not closed.
struct next_record : seq<sor<kw<"host">, kw<"cluster">, kw<"connect">, kw<"notify">>, _, word, _, one<'{'>> {};
struct key         : is<Kind::Word>, word {};
struct entry_body  : is<Kind::Entry>, seq<expect<key>, _, expect<entry_value>> {};
struct entry       : seq<not_at<sor<one<'}'>, eof, next_record>>, entry_body> {};
struct record      : seq<open<'{'>, gap, star<recovering<entry, false>, gap>, block_end> {};
struct record_body : seq<_, expect<new_name>, _, expect<record>> {};
struct connect     : is<Kind::Connect>, seq<opening<"connect">, record_body> {};
struct host        : is<Kind::HostEntry>, seq<opening<"host">, record_body> {};
struct cluster     : is<Kind::Cluster>, seq<opening<"cluster">, record_body> {};
struct notify      : is<Kind::Notify>, seq<opening<"notify">, record_body> {};

struct nobody      : is<Kind::Nobody>, kw<"nobody"> {};
struct group_value : sor<nobody, host_set> {};
struct group       : is<Kind::Group>, seq<opening<"group">, _, expect<new_name>, _, expect<equals>, gap, expect<group_value>> {};
struct after       : is<Kind::After>, seq<kw<"after">, _, expect<text>> {};
struct scene_part  : sor<after, text> {};
struct scene_value : list_of<scene_part> {};
struct scene       : is<Kind::Scene>, seq<opening<"scene">, _, expect<text>, _, expect<equals>, gap, expect<scene_value>> {};
struct refused     : is<Kind::Refused>, kw<"refused"> {};
struct said        : is<Kind::Said>, sor<refused, seq<count, _, expect<text>>, text> {};
struct on_hosts    : seq<kw<"on">, _, expect<host_set>> {};
struct change      : is<Kind::Change>, seq<kw<"after">, _, expect<text>, opt<_, on_hosts>, _, expect<equals>, gap, expect<said>> {};
struct reply       : is<Kind::Reply>, seq<opening<"reply">, _, expect<text>, _, expect<on_hosts>, _, expect<equals>, gap, expect<said>, star<gap, change>> {};
struct lock_id     : seq<kw<"as">, _, expect<text>> {};
struct lock        : is<Kind::Lock>, seq<opening<"lock">, _, expect<host_set>, opt<_, lock_id>> {};
struct invariant   : is<Kind::Invariant>, seq<kw<"invariant">, _, expect<text>, _, expect<equals>, gap, expect<expression>> {};

struct parameter   : is<Kind::Parameter>, seq<new_name, _, typed> {};
struct parameters_end : close<')'> {};
struct parameters  : is<Kind::Parameters>, seq<open<'('>, _, items<parameter, ')'>, _, expect<parameters_end>> {};
struct result_type : seq<colon, _, expect<type>> {};
struct verb        : seq<_, expect<new_name>, _, expect<parameters>, opt<_, result_type>, opt<_, text>> {};
struct needs_fact  : is<Kind::NeedsFact>, seq<kw<"fact">, _, expect<new_name>, _, typed> {};
struct needs_group : is<Kind::NeedsGroup>, seq<kw<"group">, _, expect<new_name>, star<comma, expect<new_name>>> {};
struct needs_action : is<Kind::NeedsAction>, seq<kw<"action">, verb> {};
struct needs_query : is<Kind::NeedsQuery>, seq<kw<"query">, verb> {};
struct needs_scene : is<Kind::NeedsScene>, seq<kw<"scene">, _, expect<text>> {};
struct need        : sor<needs_fact, needs_group, needs_action, needs_query, needs_scene> {};
struct needs       : seq<kw<"needs">, _, expect<need>> {};

struct param       : is<Kind::Param>, seq<kw<"param">, _, expect<new_name>, _, typed, opt<_, standard>, opt<_, text>> {};
struct define_action : is<Kind::DefineAction>, seq<kw<"action">, _, expect<new_name>, _, expect<parameters>, _, expect<block>> {};
struct define_query : is<Kind::DefineQuery>, seq<expect<new_name>, _, expect<parameters>, _, opt<result_type, _>, expect<equals>, gap, expect<expression>> {};
struct define      : seq<kw<"define">, _, sor<seq<at<kw<"action">, _, name>, define_action>, define_query>> {};

struct require_word : kw<"require"> {};
struct run_word    : kw<"run"> {};
struct failures_word : kw<"failures"> {};
struct failures    : is<Kind::Failures>, seq<kw<"after">, _, expect<count>, _, expect<failures_word>> {};
struct run         : is<Kind::Run>, seq<run_word, _, expect<text>> {};
struct watch_end   : close<'}'> {};
struct watch_body  : seq<open<'{'>, gap, expect<require_word>, _, expect<expression>, opt<gap, failures>, gap, expect<run>, gap, expect<watch_end>> {};
struct watch       : is<Kind::Watch>, seq<opening<"watch">, _, expect<text>, _, expect<every>, _, expect<watch_body>> {};

struct declaration : sor<import, site, fact, secret, connect, host, cluster, notify, group, lock, scene, reply, invariant, needs, param, define, watch> {};

// ---------------------------------------------------------------- a file

struct item        : sor<declaration, statement> {};
struct item_line   : sor<stray_brace, seq<not_at<eof>, expect<item>, _, expect<end_of_statement>>> {};
struct next_item   : seq<gap, recovering<item_line>> {};
/// Typed into the REPL: nothing but an expression.
struct lone_expression : seq<gap, expression, gap, eof> {};

// clang-format on

}  // namespace lang::grammar
