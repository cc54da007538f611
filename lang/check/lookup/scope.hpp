// The slots of one frame (of the program, or of a define) and the names that they have at a place of the text.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "lang/check/lookup/by_name.hpp"
#include "lang/model/type.hpp"
#include "lang/text/source.hpp"

namespace lang::checker {

struct Binding {
    enum class Kind {
        Parameter,
        TopLet,    ///< at top level: defines see it too
        StepLet,   ///< directly in a step: visible in what follows
        BlockLet,  ///< elsewhere: ends with its block
        Variable,  ///< of `for`, `find`, `all … in`
    };
    std::string name;
    Type type;  ///< Nothing where its value is wrong: whatever uses it is not reported again
    Span span;
    Kind kind = Kind::Variable;
    int slot = 0;
    bool used = false;
    bool in_other_branch = false;  ///< set in another branch of the same `parallel`, which may still be running
};

/// Names are never shadowed within a frame, so a name means one binding at a time.
class Scope {
  public:
    int slots() const { return slots_; }
    int add_slot() { return slots_++; }
    /// By slot; Nothing for those without a name.
    std::vector<Type> slot_types() const;

    Binding* find(std::string_view name);
    /// The place of a binding that had this name and ended with its block.
    const Span* ended(std::string_view name) const { return look_up(ended_, name); }
    /// Gives it a slot. A name that is taken is not declared again: whoever declares asks first.
    Binding& declare(std::string name, Type type, Span span, Binding::Kind kind);

    /// Names declared while it lives end with it.
    class Block {
      public:
        explicit Block(Scope& scope) : scope_(scope), begin_(scope.open_.size()) {}
        ~Block() { scope_.close(begin_); }
        Block(const Block&) = delete;
        Block& operator=(const Block&) = delete;

      private:
        Scope& scope_;
        std::size_t begin_;
    };

    /// Everything declared after `mark()` belongs to a branch that has been read: siblings must not see it …
    std::size_t mark() const { return bindings_.size(); }
    void hide_since(std::size_t mark);
    /// … until all branches have ended.
    void reveal_since(std::size_t mark);

    /// As if what was declared since had never been: it belongs to a text that is wrong. Its slots stay unused.
    void forget_since(std::size_t mark);

    std::vector<std::string> visible() const;
    const std::deque<Binding>& all() const { return bindings_; }

  private:
    void close(std::size_t begin);

    std::deque<Binding> bindings_;  // addresses stay valid
    ByName<Binding*> visible_;
    std::vector<Binding*> open_;  // of open blocks, innermost last
    ByName<Span> ended_;
    int slots_ = 0;
};

}  // namespace lang::checker
