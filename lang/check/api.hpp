// Syntax trees to a program. Everything that can be known to be wrong before the first command is sent is found here.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/program/tree.hpp"
#include "lang/text/diagnostic.hpp"

namespace lang {

/// The text of a file, or nothing where there is none. Tests hand in a map.
using Loader = std::function<std::optional<std::string>(const std::string& path)>;
/// The names of the files in a folder, so that a path that names none can be mended.
using Lister = std::function<std::vector<std::string>(const std::string& folder)>;

/// What is wrong with one trouble of a scene.
struct TroubleFinding {
    std::size_t trouble = 0;  ///< its place in Scene::troubles
    bool is_unknown = false;  ///< no machine anywhere can have it; otherwise its host cannot
    std::string why;          ///< the unknown words; or why the host cannot, a sentence without a full stop
    std::string instead;      ///< what to write, may be empty
};

/// What can be rehearsed, as whoever has a simulation knows it: the language has none.
struct Rehearsals {
    /// The scenes in which a rehearsal on this site can begin, declared or not.
    std::function<std::vector<std::string>(const Site&)> scenes = {};
    /// What is wrong with the troubles of a scene, in their order; `sound` where nothing is wrong with the site.
    std::function<std::vector<TroubleFinding>(const Site&, const Scene&, bool sound)> judge = {};
};

struct CheckRequest {
    std::string procedure;                          ///< path of the main file
    std::optional<std::string> site;                ///< path of the site file; else `site.proc` beside the procedure, where there is one
    std::map<std::string, std::string> parameters;  ///< `name=value` of the command line, as texts
    Loader load;
    const Catalog* catalog = nullptr;
    Lister files_in = {};  ///< may be left out
    /// Why a file could not be loaded that is there; nothing where none has this name. May be left out.
    std::function<std::optional<std::string>(const std::string& path)> why_unreadable = {};
    Rehearsals rehearsals = {};  ///< without them scenes are not looked at
};

struct Checked {
    std::shared_ptr<const program::Program> program;  ///< null where there are errors
    Diagnostics diagnostics;                          ///< tidy; warnings may stand beside a program
    std::shared_ptr<const Sources> sources;
};

Checked check(const CheckRequest&);

}  // namespace lang
