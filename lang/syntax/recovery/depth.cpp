// `1 + 1 + 1 + …` is not nested when it is read, but it is when it is a tree: ((1 + 1) + 1) + …
#include <algorithm>

#include "lang/syntax/state.hpp"

namespace lang::parsing {

namespace {

/// Kinds whose children become a tree that leans to the left.
bool leans(Kind kind) { return kind == Kind::Or || kind == Kind::And || kind == Kind::Sum || kind == Kind::Product || kind == Kind::Chain; }

}  // namespace

const Node* find_too_high(const Tree& tree) {
    const std::vector<Node>& nodes = tree.nodes();
    std::vector<int> heights(nodes.size());
    for (std::size_t i = nodes.size(); i-- > 0;) {  // children stand behind their parents
        int highest = 0, children = 0;
        for (const Node& child : tree.children(nodes[i])) {
            highest = std::max(highest, heights[static_cast<std::size_t>(&child - nodes.data())]);
            if (child.kind != Kind::Operator) ++children;
        }
        heights[i] = highest + (leans(nodes[i].kind) ? children - 1 : 1);
        if (heights[i] > highest_tree) return &nodes[i];
    }
    return nullptr;
}

}  // namespace lang::parsing
