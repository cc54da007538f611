#include "lang/analysis/nodes.hpp"

#include <algorithm>
#include <set>
#include <type_traits>

namespace lang::analysis {

namespace {

using namespace program;
using Is = std::function<bool(const Expr&)>;

/// Asks every direct part of a node.
class Parts {
  public:
    explicit Parts(const Is& is) : is_(is) {}

    bool operator()(const FactOf& node) const { return any(node.host); }
    bool operator()(const FieldOf& node) const { return any(node.record); }
    bool operator()(const ListOf& node) const { return any(node.items); }
    bool operator()(const Interpolated& node) const { return any(node.parts); }
    bool operator()(const Not& node) const { return any(node.operand); }
    bool operator()(const Negate& node) const { return any(node.operand); }
    bool operator()(const Logic& node) const { return any(node.left) || any(node.right); }
    bool operator()(const Compare& node) const { return any(node.left) || any(node.right); }
    bool operator()(const Arithmetic& node) const { return any(node.left) || any(node.right); }
    bool operator()(const IsUnknown& node) const { return any(node.operand); }
    bool operator()(const Choice& node) const { return any(node.condition) || any(node.yes) || any(node.no); }
    bool operator()(const Quantified& node) const { return any(node.list) || any(node.body); }
    bool operator()(const Filter& node) const { return any(node.list) || any(node.condition); }
    bool operator()(const OneOf& node) const { return any(node.list); }
    bool operator()(const Call& node) const { return any(node.arguments) || any(node.on); }
    bool operator()(const CallDefine& node) const { return any(node.arguments) || any(node.on); }
    bool operator()(const Literal&) const { return false; }
    bool operator()(const Slot&) const { return false; }
    bool operator()(const Global&) const { return false; }
    bool operator()(const CurrentHost&) const { return false; }
    bool operator()(const SecretUse&) const { return false; }
    bool operator()(const Kept&) const { return false; }
    bool operator()(const Here&) const { return false; }

  private:
    bool any(const ExprPtr& part) const { return part != nullptr && any_node(*part, is_); }
    bool any(const std::vector<Expr>& parts) const {
        return std::any_of(parts.begin(), parts.end(), [&](const Expr& part) { return any_node(part, is_); });
    }

    const Is& is_;
};

bool about_hosts(const Type& type) { return type.kind() == Kind::Host || (type.kind() == Kind::List && about_hosts(type.element())); }

}  // namespace

bool any_node(const Expr& expression, const Is& is) { return is(expression) || std::visit(Parts(is), expression.node); }

bool only_literals(const Expr& expression) {
    return !any_node(expression, [](const Expr& part) {
        return std::visit(
            [&]<typename Node>(const Node&) {
                if (std::is_same_v<Node, Literal>) return about_hosts(part.type);
                return std::is_same_v<Node, Slot> || std::is_same_v<Node, Global> || std::is_same_v<Node, CurrentHost> ||
                       std::is_same_v<Node, SecretUse> || std::is_same_v<Node, Kept> || std::is_same_v<Node, Call> ||
                       std::is_same_v<Node, CallDefine> || std::is_same_v<Node, Here>;
            },
            part.node);
    });
}

namespace {

/// `seen`: defines, each of which is looked at once.
bool asks(const Expr& expression, const Program& program, const Catalog& catalog, std::set<std::size_t>& seen) {
    return any_node(expression, [&](const Expr& part) {
        // A method computes from its receiver alone; other pure functions may read the clock.
        if (const auto* call = std::get_if<Call>(&part.node)) return !catalog[call->builtin].method;
        const auto* call = std::get_if<CallDefine>(&part.node);
        if (call == nullptr) return false;
        const Define& define = program.defines[call->define];
        const auto* body = std::get_if<Expr>(&define.body);
        if (define.human || body == nullptr) return true;
        return seen.insert(call->define).second && asks(*body, program, catalog, seen);
    });
}

}  // namespace

bool asks_the_world(const Expr& expression, const Program& program, const Catalog& catalog) {
    std::set<std::size_t> seen;
    return asks(expression, program, catalog, seen);
}

}  // namespace lang::analysis
