// Plays a fixture against the modules: what they would send, and what they make of the recorded replies.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "runtime/module.hpp"

namespace fixture {

/// Which builtins, detections and residues were called ("drbd.status"), and of the actions those that sent something and arrived.
struct Coverage {
    std::set<std::string> called;
    std::set<std::string> arrived;
};

/// The text of the fixture as it is when everything in it is true. Throws Malformed.
std::string replay(const std::filesystem::path&, const runtime::Registry&, Coverage&);

}  // namespace fixture
