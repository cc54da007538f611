#include "stdlib/pcs/read/constraints.hpp"

#include <fmt/format.h>

#include <pugixml.hpp>

#include "stdlib/pcs/read/values.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::pcs {

namespace {

using lang::Kind;
using lang::Value;
using pugi::xml_node;

std::string written(const xml_node& node, const char* attribute) { return node.attribute(attribute).value(); }

/// One that has a rule instead of a node: DRBD's own say `#uname ne store2`.
Constraint by_rule(const xml_node& location) {
    const xml_node rule = location.child("rule");
    Constraint constraint{written(location, "id"), written(location, "rsc"), {}, written(rule, "score")};
    if (constraint.score.empty()) constraint.score = written(rule, "score-attribute");
    for (const xml_node& expression : rule.children("expression")) {
        if (!constraint.node.empty()) constraint.node += fmt::format(" {} ", written(rule, "boolean-op"));
        constraint.node +=
            fmt::format("{} {} {}", written(expression, "attribute"), written(expression, "operation"), written(expression, "value"));
    }
    return constraint;
}

}  // namespace

std::string Constraint::describe() const { return fmt::format("{}: {} on {}, {}", id, resource, node, score); }

runtime::Command cibadmin_constraints() { return runtime::Command::program({"cibadmin", "--query", "--scope", "constraints"}); }

std::variant<std::vector<Constraint>, Unreadable> read_constraints(std::string_view xml) {
    pugi::xml_document document;
    const auto parsed = document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
    const xml_node root = document.document_element();
    if (!parsed || std::string_view(root.name()) != "constraints") {
        return Unreadable{"cibadmin wrote no constraints that can be read: " + support::quoted_output(xml)};
    }
    std::vector<Constraint> found;
    for (const xml_node& location : root.children("rsc_location")) {
        if (location.child("rule")) {
            found.push_back(by_rule(location));
        } else {
            found.push_back({written(location, "id"), written(location, "rsc"), written(location, "node"), written(location, "score")});
        }
        if (found.back().resource.empty()) found.back().resource = written(location, "rsc-pattern");
        if (found.back().id.empty()) return Unreadable{"cibadmin tells of a location constraint without an id"};
    }
    return found;
}

std::variant<std::vector<Constraint>, Unreadable> read_constraints(const runtime::Reply& reply) {
    if (reply.truncated) return Unreadable{"cibadmin wrote more than can be read"};
    if (reply.code != 0) return Unreadable{"cibadmin: " + reply.describe()};
    return read_constraints(std::string_view(reply.out));
}

const std::shared_ptr<const lang::RecordType>& constraint_type() {
    static const auto type =
        support::record_type("pcs.Constraint", {{"id", Kind::Text, "cli-… comes from a move or ban by hand, drbd-fence-… from DRBD"},
                                                {"resource", Kind::Text, "what it is about"},
                                                {"node", Kind::Text, "the node, or the rule that picks nodes, such as #uname ne store2"},
                                                {"score", Kind::Text, "-INFINITY keeps it away from there, whatever happens"}});
    return type;
}

Value value_of(const Constraint& constraint) {
    return support::record(
        constraint_type(),
        {{"id", constraint.id}, {"resource", constraint.resource}, {"node", constraint.node}, {"score", constraint.score}});
}

}  // namespace stdlib::pcs
