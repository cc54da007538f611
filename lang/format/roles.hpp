// What a token is to its statement, told from the tokens before it: the text has no syntax errors, so little is needed.
#pragma once

#include <optional>
#include <vector>

#include "lang/format/tokens.hpp"

namespace lang::formatting {

class GrammarOfTokens {
  public:
    explicit GrammarOfTokens(Tokens& tokens) : tokens_(tokens), open_(1) {}

    /// Sets what can be told of the token that was added last. `apart`: there were blanks before it.
    void look_at_last(bool apart);

  private:
    /// What stands between two brackets, or in the whole file, and how far it was read.
    struct Inside {
        enum class Kind { Block, Watch, Record, Parentheses } kind = Kind::Block;
        std::size_t bracket = 0;
        std::string_view head, second;  ///< the first words of the statement under way
        int words = 0;                  ///< how many tokens it has, those in its brackets apart
        int thens = 0;                  ///< its `then`s that wait for their `else`
        bool value_due = false;         ///< of a record: its key was read
    };

    void open(Token& token);
    void close(Token& token);
    void look_at_entry(Token& token);
    void look_at_statement(Token& token);
    void look_at_word(Token& token);
    int blanks_before(const Token& token, bool apart) const;
    bool value_ended() const;
    Inside& inside() { return open_.back(); }
    const Inside& inside() const { return open_.back(); }

    Tokens& tokens_;
    std::vector<Inside> open_;
    int level_ = 0;
    std::optional<Token> last_, last_but_one_;  ///< comments apart
    bool last_is_sign_ = false;                 ///< the minus of `-1`
};

}  // namespace lang::formatting
