#pragma once

#include "rehearsal/core/answer.hpp"
#include "rehearsal/pacemaker/model.hpp"

namespace rehearsal {

/// `crm_resource --locate --resource R --output-as=xml` on a node of the cluster; nothing for anything else.
std::optional<Answer> crm_resource(const PacemakerCluster&, bool runs_here, const Invocation&);

}  // namespace rehearsal
