// What the actions think of a server in the back ends where it stands.
#pragma once

#include <string>
#include <string_view>

#include "runtime/module.hpp"

namespace stdlib::haproxy {

const std::shared_ptr<const lang::EnumType>& if_missing_type();  ///< haproxy.IfMissing

/// An administrative state that an operator can give: `set server … state WORD`.
struct Goal {
    std::string_view word;
    bool maint = false, drain = false;  ///< what is forced then
};
inline constexpr Goal maint{"maint", true, false}, drain{"drain", false, true}, ready{"ready", false, false};

/// Is it so in every back end?
runtime::Verdict reached(const lang::Value& servers, const Goal&);

/// Is it so, as far as HAProxy's page tells? Of a server that is DOWN it does not tell whether it is drained: then the order is needed, for
/// where it is so already it changes nothing.
runtime::Verdict needed_on_page(const lang::Value& servers, const Goal&);

/// The commands that are still needed, in one line.
std::string orders(const lang::Value& servers, const Goal&);

/// Have all of them no sessions? Refused while one may still get new ones.
runtime::Verdict emptied(const lang::Value& servers);
std::string orders_to_end_sessions(const lang::Value& servers);

/// "web/jb1: UP 1/2, api/jb1: MAINT"
std::string describe(const lang::Value& servers);

}  // namespace stdlib::haproxy
