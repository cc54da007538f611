#include "stdlib/pcs/preview.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stdlib/pcs/read/values.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::pcs {

namespace {

using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Part;
using runtime::Quoted;
using runtime::Reply;
using runtime::Verbatim;

/// The change is made in a copy that only these three commands see; the cluster's own configuration is read and not touched.
Command on_a_copy(std::vector<Part> change) {
    std::vector<Part> script{
        Verbatim{"copy=$(mktemp) && trap 'rm -f \"$copy\"' EXIT && cibadmin --query >\"$copy\" && "
                 "export CIB_file=\"$copy\" && "}};
    script.insert(script.end(), change.begin(), change.end());
    script.emplace_back(Verbatim{" >/dev/null && crm_simulate --simulate --live-check"});
    return Command::script(std::move(script));
}

Value transition(std::span<const Reply> replies, const Context&) {
    const Reply& reply = replies.front();
    if (not_installed(reply)) return Value::unknown("Pacemaker is not installed on this host");
    if (!reply.ok()) return support::unreadable("crm_simulate: " + reply.describe(), reply.out);
    return summary_of(reply.out);
}

std::vector<Command> standby_on_a_copy(const Context& context) {
    return {on_a_copy({Verbatim{"crm_standby --node "}, Quoted{context.arguments.host("node").name}, Verbatim{" --update on"}})};
}

/// The DRBD resources of the clusters that the node belongs to, as the site names them.
std::vector<std::string> replicated_on(const lang::Host& node, const lang::Site& site) {
    std::vector<std::string> names;
    for (const lang::Cluster& cluster : site.clusters) {
        const bool belongs = std::find(cluster.nodes.begin(), cluster.nodes.end(), &node) != cluster.nodes.end();
        const auto drbd = cluster.settings.find("drbd");
        if (cluster.kind != "pacemaker" || !belongs || drbd == cluster.settings.end()) continue;
        for (std::string& name : support::texts_in(drbd->second)) names.push_back(std::move(name));
    }
    return names;
}

Builtin preview(std::string name, std::vector<lang::Parameter> parameters, std::string doc, std::string example, runtime::Read read) {
    return {{.name = std::move(name),
             .effect = Effect::Query,
             .hosts = HostKind::Linux,
             .parameters = std::move(parameters),
             .result = Type::list_of(Kind::Text),
             .doc = std::move(doc),
             .example = std::move(example),
             .deadline = std::chrono::seconds(30)},
            runtime::Query{std::move(read), support::everything("pcs")},
            {},
            {{runtime::Evidence::How::Real, "Pacemaker 2.1.5"}, {runtime::Evidence::How::Recorded, "Pacemaker 2.1.5"}}};
}

}  // namespace

Value summary_of(std::string_view crm_simulate) {
    std::vector<Value> found;
    bool inside = false, seen = false;
    for (const std::string_view line : support::lines(crm_simulate)) {
        std::string_view text = support::trimmed(line);
        if (text == "Transition Summary:") {
            inside = seen = true;
        } else if (text.empty()) {
            inside = false;
        } else if (inside && text.starts_with("* ")) {
            std::string words;
            for (const std::string_view word : support::words(text.substr(2))) words += (words.empty() ? "" : " ") + std::string(word);
            found.emplace_back(std::move(words));
        }
    }
    if (!seen) return support::unreadable("crm_simulate tells no transition: " + support::quoted_output(crm_simulate), crm_simulate);
    return Value::list(std::move(found));
}

runtime::Read after_standby() {
    return {
        .commands = standby_on_a_copy, .value = [](std::span<const Reply> replies, const Context& context) {
            const Value moves = transition(replies, context);
            const std::vector<std::string> lost = replicated_on(context.arguments.host("node"), *context.site);
            if (moves.is_unknown() || lost.empty()) return moves;
            std::vector<Value> told = moves.items();
            told.emplace_back(fmt::format("DRBD {} has no second copy from here until `pcs.unstandby({})` and the synchronisation after it",
                                          fmt::join(lost, ", "), context.arguments.host("node").name));
            return Value::list(std::move(told));
        }};
}

runtime::Read after_move() {
    return {.commands =
                [](const Context& context) {
                    return std::vector{on_a_copy({Verbatim{"crm_resource --move --resource "}, Quoted{context.arguments.text("resource")},
                                                  Verbatim{" --node "}, Quoted{context.arguments.host("to").name}})};
                },
            .value =
                [](std::span<const Reply> replies, const Context& context) {
                    constexpr int is_there = 108;  // CRM_EX_EXISTS: the move would ask for what is so
                    const Reply& reply = replies.front();
                    if (reply.ending == runtime::Ending::Exited && reply.code == is_there) return Value::list({});
                    return transition(replies, context);
                }};
}

std::vector<Builtin> previews() {
    const lang::Parameter resource = resource_parameter("name of a primitive or a group");
    return {
        preview("if_standby", {node_parameter("node", "the node that would give its resources away")},
                "What would move, start and stop if the node went into standby, in the words of Pacemaker's scheduler. Nothing is changed. "
                "The scheduler of the current host is asked: in a cluster of mixed versions the coordinator may decide otherwise.",
                "note \"${pcs.if_standby(acd-store1)}\"", {.commands = standby_on_a_copy, .value = transition}),
        preview("if_moved", {resource, node_parameter("to", "the node on which it would run")},
                "What would move, start and stop if the resource were moved to the node, in the words of Pacemaker's scheduler: moving one "
                "can move others. Nothing where it runs there already. Nothing is changed.",
                "require pcs.if_moved(\"grp\", to: acd-store2).count <= 3", after_move())};
}

}  // namespace stdlib::pcs
