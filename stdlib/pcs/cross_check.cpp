#include "stdlib/pcs/cross_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <pugixml.hpp>

#include "stdlib/pcs/read/cluster.hpp"
#include "stdlib/support/scan.hpp"

namespace stdlib::pcs {

namespace {

using lang::Value;
using runtime::Context;
using runtime::Reply;

/// The names of the nodes: of a promotable clone of those where it is promoted, if it is so anywhere.
Value nodes_in(std::span<const Reply> replies, const Context&) {
    const Reply& reply = replies.front();
    pugi::xml_document document;
    const bool is_xml = document.load_buffer(reply.out.data(), reply.out.size());
    if (!is_xml) return support::unreadable("crm_resource tells no XML (Pacemaker 2.1 and later do)", reply.out + reply.err);
    const pugi::xml_node answer = document.child("pacemaker-result");
    if (std::string_view(answer.child("status").attribute("code").value()) != "0")
        return support::unreadable("crm_resource could not tell", reply.out);
    std::vector<Value> all, promoted;
    for (const pugi::xpath_node& found : answer.select_nodes(".//node")) {
        all.emplace_back(std::string(found.node().text().get()));
        if (std::string_view(found.node().attribute("state").value()) == "promoted") promoted.push_back(all.back());
    }
    return Value::list(promoted.empty() ? std::move(all) : std::move(promoted));
}

}  // namespace

runtime::CrossCheck located_by_crm_resource() {
    return {.query = "location",
            .tool = "crm_resource",
            .read = {.commands =
                         [](const Context& context) {
                             return std::vector{runtime::Command::program(
                                 {"crm_resource", "--locate", "--resource", context.arguments.text("resource"), "--output-as=xml"})};
                         },
                     .value = nodes_in},
            .disagreement = [](const Value& location, const Value& nodes) -> std::optional<std::string> {
                const auto is_there = [&](const Value& node) { return same_machine(location.host(), node.text()); };
                if (nodes.items().size() == 1 && is_there(nodes.items().front())) return std::nullopt;
                std::vector<std::string> names;
                for (const Value& node : nodes.items()) names.push_back(node.text());
                return names.empty() ? "it runs nowhere" : fmt::format("it runs on {}", fmt::join(names, ", "));
            }};
}

}  // namespace stdlib::pcs
