// What a site says about a cluster, as the models need it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/model/site.hpp"

namespace rehearsal {

/// A setting that is a text or a list of texts; empty where it is not given.
std::vector<std::string> texts(const lang::Cluster&, std::string_view key);

}  // namespace rehearsal
