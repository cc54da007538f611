// What the verbs of DRBD share: how they look, what they refuse, what drbdadm's refusals mean.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/module.hpp"

namespace stdlib::drbd {

/// A field of a status as its word; "?" where it is unknown.
std::string word(const lang::Value& status, std::string_view field);
runtime::Verdict refused(std::string why);
/// "r0 is down on acd-store1: …"
std::string down_here(const runtime::Context&);
/// The first field that decides and could not be read.
std::optional<runtime::Verdict> unclear(const lang::Value& status, std::initializer_list<std::string_view> fields);

/// The status alone.
runtime::Read status_probe();
/// The status, and in `owner` the Pacemaker resource that moves the roles. Whoever makes it Secondary wants to hear in `holders` what
/// holds the device: the kernel's refusal does not tell.
runtime::Read owned_probe(bool with_holders);
/// A refusal where Pacemaker moves the roles of what `owned_probe` has seen.
std::optional<runtime::Verdict> owned(const lang::Value& seen);
/// Has it that role now?
std::function<runtime::Verdict(const lang::Value& before, const lang::Value& now, const runtime::Context&)> has_role(std::string_view role);

/// The kernel's reason, with what can be done about it. drbdadm passes it on with exit status 11.
std::optional<std::string> complaint(const runtime::Reply&, const runtime::Context&);

}  // namespace stdlib::drbd
