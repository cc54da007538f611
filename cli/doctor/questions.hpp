// Which queries fit a machine, as far as the site alone tells.
#pragma once

#include <cstddef>
#include <vector>

#include "lang/model/site.hpp"
#include "runtime/module.hpp"

namespace cli::doctor {

struct Question {
    std::size_t builtin = 0;  ///< a query, into the registry
    std::vector<lang::Value> arguments;
};

/// Every query of the kinds of clusters that the machine is of, and every one whose arguments name what such a cluster lists, with each
/// of these names; and what is asked of any machine and takes no argument.
std::vector<Question> questions_for(const lang::Host&, const lang::Site&, const runtime::Registry&);

/// Queries that fit some machine of the site and take what only a procedure says: `systemd.running`. By their full names.
std::vector<std::string> asked_by_procedures(const lang::Site&, const runtime::Registry&);

}  // namespace cli::doctor
