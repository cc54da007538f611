// Location constraints: what holds resources on nodes or keeps them away. crm_mon tells only those that keep away, so the configuration
// is read. `move` and `ban` by hand leave some behind (cli-…), and so does DRBD while a side has not the newest data (drbd-fence-…).
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lang/model/value.hpp"
#include "runtime/module.hpp"
#include "stdlib/pcs/read/cluster.hpp"

namespace stdlib::pcs {

struct Constraint {
    std::string id, resource;
    std::string node;   ///< or the rule that picks the nodes, as "#uname ne store2"
    std::string score;  ///< "INFINITY", "-INFINITY", "100"

    /// Left by `pcs resource move` or `ban`, not written by an administrator.
    bool by_hand() const { return id.starts_with("cli-"); }
    /// "cli-prefer-grp: grp on store1, INFINITY"
    std::string describe() const;
};

/// The command, the same for all versions, and a reader of its XML.
runtime::Command cibadmin_constraints();
std::variant<std::vector<Constraint>, Unreadable> read_constraints(std::string_view xml);
std::variant<std::vector<Constraint>, Unreadable> read_constraints(const runtime::Reply&);

const std::shared_ptr<const lang::RecordType>& constraint_type();
lang::Value value_of(const Constraint&);

}  // namespace stdlib::pcs
