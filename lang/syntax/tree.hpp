// What the grammar leaves behind: one flat list of nodes, each before its children. Between the grammar (grammar.hpp, the
// only place with PEGTL) and the syntax tree (ast.hpp, made in convert/).
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lang::parsing {

// clang-format off

/// The rules that leave a node. A *chain* stands for its only child where no operator was written.
enum class Kind : std::uint8_t {
    // words; a Word is any word: after a dot, before a colon, the key of an entry
    Name, Word, Number, TypeWord, ListOf, Type,
    // values; a Text holds Chunks, Escapes and expressions in turn
    Int, Float, Duration, Boolean, EnumName, NameUse, Text, Chunk, Escape, List, Names,
    // chains of operands with an Operator between two of them
    Or, And, Comparison, Sum, Product, Operator,
    // more operators; Where and Reading are chains too; a Comparison may end in IsUnknown or IsKnown
    Not, Negative, Where, OneOf, Choice, All, Any, No, Exactly, IsUnknown, IsKnown, Reading,
    // a value, then a Word (a member) or Arguments in turn
    Chain, Arguments, Argument,
    // statements and their parts
    Block, Step, OnBlock, InParallel, Max, Hosts, Parallel, For, If, Require, Wait, Let, Keep, Find, Ask,
    Confirm, Note, Mark, Fail, GoOn, Commit, OnFailure, Action, Misplaced,
    // clauses
    Within, Every, Each, Holding, Showing, Else, Undo, Leave, DoneWhen, Retry,
    // declarations and their parts
    Import, Site, Fact, Secret, Connect, HostEntry, Cluster, Notify, Entry, Group, Nobody, Lock, Scene, After, Reply, Said, Refused, Change, Invariant, NeedsFact, NeedsGroup,
    NeedsAction, NeedsQuery, NeedsScene, Parameters, Parameter, Param, Standard, DefineAction, DefineQuery, Watch, Failures, Run,
};

// clang-format on

struct Node {
    Kind kind;
    std::uint32_t begin, end;  ///< bytes of the source
    std::uint32_t next;        ///< the node after the last of its children
};

/// The children of a node, in order.
class Children;

/// Grows while the grammar matches. A rule that goes back after it made nodes says so (`tentative` in grammar.hpp).
class Tree {
  public:
    struct Mark {
        std::size_t nodes, open;
    };
    void open(Kind kind, std::uint32_t at) {
        assert(nodes_.empty() || nodes_.back().end <= at);
        open_.push_back(nodes_.size());
        nodes_.push_back({kind, at, at, 0});
    }
    void close(std::uint32_t at) {
        Node& node = nodes_[open_.back()];
        node.end = at;
        node.next = static_cast<std::uint32_t>(nodes_.size());
        open_.pop_back();
    }
    void abandon() {
        nodes_.resize(open_.back());
        open_.pop_back();
    }
    Mark mark() const { return {nodes_.size(), open_.size()}; }
    void reset(Mark mark) {
        nodes_.resize(mark.nodes);
        open_.resize(mark.open);
    }

    const std::vector<Node>& nodes() const { return nodes_; }
    /// The nodes that have no parent.
    Children roots() const;
    Children children(const Node& node) const;

  private:
    std::vector<Node> nodes_;
    std::vector<std::size_t> open_;
};

class Children {
  public:
    class Iterator {
      public:
        Iterator(const Node* all, std::size_t index) : all_(all), index_(index) {}
        const Node& operator*() const { return all_[index_]; }
        const Node* operator->() const { return &all_[index_]; }
        Iterator& operator++() {
            index_ = all_[index_].next;
            return *this;
        }
        bool operator==(const Iterator&) const = default;

      private:
        const Node* all_;
        std::size_t index_;
    };
    Children(const Node* all, std::size_t first, std::size_t last) : all_(all), first_(first), last_(last) {}
    Iterator begin() const { return {all_, first_}; }
    Iterator end() const { return {all_, last_}; }
    bool empty() const { return first_ == last_; }

  private:
    const Node* all_;
    std::size_t first_, last_;
};

inline Children Tree::roots() const { return {nodes_.data(), 0, nodes_.size()}; }

inline Children Tree::children(const Node& node) const {
    const auto index = static_cast<std::size_t>(&node - nodes_.data());
    return {nodes_.data(), index + 1, node.next};
}

}  // namespace lang::parsing
