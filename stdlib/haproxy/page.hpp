// HAProxy's admin page, where only that can be reached: the table as CSV, orders as its form sends them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/module.hpp"

namespace stdlib::haproxy {

/// Why no page can be reached there; nothing where one can.
std::optional<std::string> no_page(std::string_view page);

/// Has the host's haproxy cluster a `page`: "http://:8404/haproxy?stats", at the address of each node itself?
bool has_page(const runtime::Context&);

/// The table of `show stat`.
runtime::Command show_page(const runtime::Context&);

/// The servers of that table, without what the page does not tell. Who wants a server out is told by its status; not where that is Down:
/// a drained server that is down says Down, too (one in maintenance says MAINT).
lang::Value servers_from_page(const runtime::Reply&);

/// The form for servers of one back end: "maint", "drain", "ready", or "shutdown" for their sessions.
runtime::Command fill_in(const runtime::Context&, const lang::Value& servers, std::string_view action);

/// One form is for one back end: why these servers are none for it, if so.
std::optional<std::string> too_many_for_page(const lang::Value& servers);

/// What the page made of a form, as it tells by where it redirects to; nothing where it was done.
std::optional<std::string> page_complaint(const runtime::Reply&);
/// Is it so now, as the page itself says? It was done, or there was nothing to change.
bool page_says_done(const runtime::Reply&);

}  // namespace stdlib::haproxy
