// Scenes: the states in which a rehearsal may start, and the troubles that are injected in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/check/api.hpp"
#include "rehearsal/trouble.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

/// A scene of the site, or one that every site has: "healthy", and, where the site does not say otherwise, "failed-over": the
/// first node of every pacemaker and mysql cluster is off.
std::optional<lang::Scene> find_scene(const lang::Site&, std::string_view name);
std::vector<std::string> scene_names(const lang::Site&);
/// Where it is from, and how it differs from a healthy site: `built in: acd-store1: off`, `site.proc: after "failover.proc"`.
std::string about_scene(const lang::Site&, const lang::Scene&);
/// All of them, in short: `healthy, failed-over (built in); no boot, stuck session (site.proc)`.
std::string all_scenes(const lang::Site&);

/// "acd-store1: drbd standalone". Nothing if it was injected (or cured, where it ends), or why not, with all troubles that there are.
std::optional<std::string> inject(World&, std::string_view trouble, Fault = Fault::Begins);
/// Those of all models, in their order.
std::vector<TroublesOf> known_troubles();

/// What the check is to know of scenes.
lang::Rehearsals what_can_be_rehearsed();

/// Makes a healthy world the scene, once its `after` procedure, if it has one, was run there: injects the troubles and lets the
/// systems come to rest. Nothing if that went well, or why not.
std::optional<std::string> arrange(World&, const lang::Scene&);

}  // namespace rehearsal
