// What the site's facts and clusters say a machine is for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/model/site.hpp"

namespace rehearsal {

/// The texts of a fact that is a text or a list of texts; none where the host has no such fact. Empty texts are left out.
std::vector<std::string> fact_texts(const lang::Host&, std::string_view fact);

/// A setting that is a text or a list of texts; empty where it is not given.
std::vector<std::string> texts(const lang::Cluster&, std::string_view key);

/// The hosts of a cluster's setting: `replicas dbs`, `servers jb`. None where it is not written.
std::vector<const lang::Host*> setting_hosts(const lang::Cluster&, std::string_view setting);

/// The text of a cluster's setting, or `standard` where it is not written.
std::string setting_text(const lang::Cluster&, std::string_view setting, std::string_view standard);

/// Does the machine run software of the vendor (facts `unit`, `units`, `services`), which is a client of the database?
bool runs_software(const lang::Host&);

}  // namespace rehearsal
