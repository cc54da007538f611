// Replicated block devices: DRBD 8.4 and 9.
#include <fmt/format.h>

#include "stdlib/drbd/actions.hpp"
#include "stdlib/drbd/status.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib {

namespace {

using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Reply;

Builtin query(std::string name, Type result, std::string doc, std::string example, Value (*from_status)(const Value&)) {
    return {{.name = std::move(name),
             .effect = Effect::Query,
             .hosts = HostKind::Linux,
             .parameters = {{"resource", Kind::Text, "name of the DRBD resource"}},
             .result = std::move(result),
             .doc = std::move(doc),
             .example = std::move(example),
             .deadline = std::chrono::seconds(20)},
            runtime::Query{{.commands = drbdadm::status_commands,
                            .value = [from_status](std::span<const Reply> replies,
                                                   const Context& context) { return from_status(drbdadm::read_status(replies, context)); },
                            .reads_silence = false},
                           support::object("drbd", "resource")},
            {std::string(drbdadm::kernel_version)}};
}

Builtin status() {
    return query(
        "status", Type::of(drbdadm::types().status),
        "A resource as the current host sees it. Of several volumes or peers the worst is told. What the peer does is unknown while it is "
        "not seen: then both sides must be asked. A resource that is configured but not up has the role Down; one that is not configured "
        "is unknown.",
        "require drbd.status(\"r0\").role on acd-store2 == Primary", [](const Value& status) { return status; });
}

Builtin in_sync() {
    return query("in_sync", Kind::Bool, "Both sides have the same data: connected, and both disks UpToDate.",
                 "wait_until all s in stores: drbd.in_sync(\"r0\")  within 4h  holding 10s", drbdadm::in_sync);
}

runtime::Detection version() {
    return {std::string(drbdadm::kernel_version),
            {.commands =
                 [](const Context&) {
                     return std::vector{Command::program({"drbdadm", "--version"})};
                 },
             .value = [](std::span<const Reply> replies, const Context&) -> Value {
                 if (!replies.front().ok()) return Value::unknown("drbdadm --version: " + replies.front().describe());
                 return drbdadm::version(replies.front().out);
             },
             .reads_silence = false}};
}

/// Both dialects are tried: what is left behind is asked for without a detection. No DRBD, nothing left.
runtime::Residue roles() {
    return {"roles and connections",
            {{.commands =
                  [](const Context&) {
                      return std::vector{Command::program({"cat", "/proc/drbd"}), Command::program({"drbdsetup", "status", "--json"})};
                  },
              .value = [](std::span<const Reply> replies, const Context&) -> Value {
                  std::vector<Value> found;
                  for (const std::string& line : drbdadm::summary_from_proc(replies[0].out)) found.emplace_back(line);
                  for (const std::string& line : drbdadm::summary_from_json(replies[1].out)) found.emplace_back(line);
                  return Value::list(std::move(found));
              },
              .reads_silence = false},
             support::everything("drbd")}};
}

}  // namespace

runtime::Module drbd() {
    std::vector<Builtin> builtins{status(), in_sync()};
    for (Builtin& action : drbdadm::actions()) builtins.push_back(std::move(action));
    return {.name = "drbd",
            .doc =
                "Replicated block devices: DRBD 8.4 (from /proc/drbd) and 9 (from drbdsetup's JSON). A split brain is reported, never "
                "resolved.",
            .builtins = std::move(builtins),
            .detections = {version()},
            .residues = {roles()},
            .sources = {"DRBD 8.4 and 9 User's Guides (LINBIT), manual pages drbdadm(8), drbdsetup(8)",
                        "recorded outputs of DRBD 8.4.11 with drbd-utils 9.22; DRBD 9 by its manuals only"}};
}

}  // namespace stdlib
