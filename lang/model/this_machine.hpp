// The machine that procrun itself runs on: `on here`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/model/site.hpp"

namespace lang {

/// What a machine is called that the site does not name. No host can have this name.
inline constexpr std::string_view here_by_name = "here";

/// Is it this machine, and none of the site's hosts?
inline bool is_of_no_site(const Host& host) { return host.name == here_by_name; }

/// The host of the site that is `via local`, with its facts. Where there is none, one of no site: it is reached like a local host, has the
/// loopback address, and no facts but these two. In a rehearsal it is simulated, as every other host is.
const Host& this_machine(const Site&);

/// All hosts of the site, and this machine where it is none of them.
std::vector<const Host*> all_machines(const Site&);

/// A fact of a host. Of this machine, where it is none of the site's: the fact's default, or else unknown.
Value fact_of(const Host&, const std::string& name, const Site&);

}  // namespace lang
