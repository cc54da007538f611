#include "lang/format/roles.hpp"

#include <algorithm>
#include <initializer_list>

#include "lang/syntax/state.hpp"

namespace lang::formatting {

namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

void GrammarOfTokens::look_at_last(bool apart) {
    Token& token = tokens_.back();
    token.level = level_;
    if (token.is_comment()) {
        token.blanks = 2;
        return;
    }
    if (token.closes()) {
        close(token);
    } else if (inside().kind == Inside::Kind::Record) {
        look_at_entry(token);
    } else if (inside().kind != Inside::Kind::Parentheses) {
        look_at_statement(token);
    }
    token.blanks = blanks_before(token, apart);
    last_is_sign_ = token.is("-") && (inside().kind == Inside::Kind::Record || !value_ended());
    ++inside().words;
    if (token.opens()) open(token);
    last_but_one_ = last_;
    last_ = token;
}

void GrammarOfTokens::open(Token& token) {
    const Inside& around = inside();
    const bool names_record =
        is_one_of(around.head, {"host", "cluster", "connect", "notify"}) && around.words == 3;  // its word, its name, `{`
    Inside within;
    within.bracket = tokens_.size() - 1;
    if (!token.is("{")) {
        within.kind = Inside::Kind::Parentheses;
    } else if (around.kind == Inside::Kind::Block && names_record) {
        within.kind = Inside::Kind::Record;
        token.record = true;
    } else if (around.head == "watch") {
        within.kind = Inside::Kind::Watch;
    }
    level_ += token.is("{") ? 1 : 0;
    open_.push_back(within);
}

void GrammarOfTokens::close(Token& token) {
    const std::size_t bracket = inside().bracket;
    open_.pop_back();
    level_ -= token.is("}") ? 1 : 0;
    token.level = level_;
    token.partner = bracket;
    token.record = tokens_[bracket].record;
    tokens_[bracket].partner = tokens_.size() - 1;
}

/// `address "10.1.1.1"  user "root"  nodes a, b`
void GrammarOfTokens::look_at_entry(Token& token) {
    Inside& record = inside();
    if (token.is(",")) {
        record.value_due = true;
    } else if (record.value_due) {
        record.value_due = token.is("-");
    } else {
        token.begins = true;
        record.value_due = true;
    }
}

void GrammarOfTokens::look_at_statement(Token& token) {
    Inside& block = inside();
    if (token.kind == Token::Kind::Word && !(last_ && last_->is("."))) look_at_word(token);
    const bool on_new_line = token.line_ends > 0 && !token.clause && !token.continues && !(last_ && (last_->is("=") || last_->is(",")));
    if (block.words == 0 || on_new_line) {
        token.begins = true;
        block.head = token.text;
        block.second = {};
        block.words = block.thens = 0;
    } else if (block.words == 1) {
        block.second = token.text;
    }
    if (token.kind == Token::Kind::Text) {
        token.text_of_need =
            block.head == "param" ? value_ended() : block.head == "needs" && (block.second == "action" || block.second == "query");
    }
}

/// `then` and `else` belong to an expression, to an `if`, or are clauses.
void GrammarOfTokens::look_at_word(Token& token) {
    Inside& block = inside();
    if (block.words == 0) return;
    if (token.is("then")) {
        ++block.thens;
    } else if (token.is("else") && block.thens > 0) {
        --block.thens;
    } else if (token.is("else") && block.head == "if" && last_->is("}")) {
        token.continues = true;
    } else if (block.head == "reply") {
        token.clause = token.is("after");
    } else if (block.kind == Inside::Kind::Watch) {
        token.clause = token.is("after") || token.is("run");
    } else {
        token.clause = parsing::is_clause_word(token.text) && block.head != "step" && block.head != "watch";
    }
}

int GrammarOfTokens::blanks_before(const Token& token, bool apart) const {
    if (!last_) return 0;
    if (is_one_of(token.text, {",", ":", ")", "]", "."}) || is_one_of(last_->text, {"(", "[", "."}) || last_is_sign_) return 0;
    if (token.clause || token.text_of_need) return 2;
    if (inside().kind == Inside::Kind::Record && token.begins) return last_->is("{") ? 1 : 2;
    if (token.is("(") && value_ended()) {
        // Behind a name it is a call, if it stands close to it.
        const bool of_declaration = is_one_of(inside().head, {"define", "needs"}) && inside().words <= 3;
        return of_declaration || !apart ? 0 : 1;
    }
    return 1;
}

/// Does the last token end an operand? What follows is no sign, then, and a parenthesis may be the arguments of a call.
bool GrammarOfTokens::value_ended() const {
    if (!last_) return false;
    if (last_->kind != Token::Kind::Word) return last_->kind != Token::Kind::Mark || last_->is(")") || last_->is("]");
    const bool is_member = last_but_one_ && last_but_one_->is(".");
    return is_member || !parsing::is_reserved(last_->text) || is_one_of(last_->text, {"true", "false", "unknown"});
}

}  // namespace lang::formatting
