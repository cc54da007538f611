// The admin page of HAProxy 2.6: the table of `show stat` as CSV, and a form that answers by where it redirects to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rehearsal/core/answer.hpp"

namespace rehearsal {

/// What a request to the page of the host's haproxy cluster (`page "http://:8404/haproxy?stats"`) would be on its socket. Nothing where
/// there is no such page.
std::optional<std::string> page_command(const Invocation&, const lang::Site&);

/// What the page answers, where the socket would have said that.
Answer page_answer(const Invocation&, const std::string& socket_says);

}  // namespace rehearsal
