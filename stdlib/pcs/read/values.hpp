// The state of a cluster as values of the language.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "lang/model/signature.hpp"
#include "lang/model/value.hpp"
#include "runtime/module.hpp"
#include "stdlib/pcs/read/cluster.hpp"
#include "stdlib/support/readers.hpp"

namespace stdlib::pcs {

struct Types {
    std::shared_ptr<const lang::EnumType> role;
    std::shared_ptr<const lang::RecordType> node, resource, failure, ban, status;
};
const Types& types();

lang::Value value_of(const Node&, const Cluster&);
lang::Value value_of(const Cluster&);
lang::Value value_of(const std::vector<std::string>& texts);

/// A parameter that is a node of the cluster.
lang::Parameter node_parameter(std::string name, std::string doc);
/// The parameter `resource`.
lang::Parameter resource_parameter(std::string doc = "name of a primitive, a group or a clone",
                                   support::Empty empty = support::Empty::Refused);

/// The command that reads the cluster, in the dialect of the detected Pacemaker; without one, of 2.x.
runtime::Command crm_mon(const runtime::Context&);
/// Was it found out that the host has no Pacemaker?
bool absent(const runtime::Context&);
/// Is there no such tool on the host? (The shell says 127, sudo says so in words.)
bool not_installed(const runtime::Reply&);
/// What crm_mon's reply tells.
Reading read(const runtime::Reply&);
/// Sends crm_mon, and makes a value of what it tells; unknown where it could not be read.
runtime::Read reading(std::function<lang::Value(const Cluster&, const runtime::Context&)> value);

/// The node that a host is; or why it is none.
std::variant<const Node*, lang::Value> node_of(const Cluster&, const lang::Host&);

/// Is a version like "0.11.5" or "2.1.5-4" at least this one? False where it is not a version.
bool at_least(const runtime::Detected&, std::string_view detection, int major, int minor, int patch = 0);

inline constexpr std::string_view pacemaker_version = "pcs.pacemaker_version";
inline constexpr std::string_view pcs_version = "pcs.version";

}  // namespace stdlib::pcs
