// Sets of hosts: which machines an expression may mean, and why it means none.
#pragma once

#include <optional>
#include <string>

#include "lang/analysis/state.hpp"

namespace lang::analysis {

/// The machines that a host or list of hosts is, or is taken from; nothing where it may be any machine.
std::optional<Hosts> possible_hosts(const program::Expr& expression, const State& state);

/// For an expression that is known to be an empty list: the `where` over hosts that kept none of them. Nothing where the list was
/// empty from the start.
std::optional<Emptied> emptied(const program::Expr& expression, const State& state);

/// How the hosts of `list`, each in turn in `slot`, compare with what the condition asks for; empty where no fact is compared.
std::string explain(const std::vector<const Host*>& list, int slot, const program::Expr& condition, const State& state);

/// The elements, without those for which the condition is known to be false. `exact` where it is known for all.
Hosts narrowed(const Hosts& hosts, int slot, const program::Expr& condition, const State& state, bool on_element);

}  // namespace lang::analysis
