// What all parts of one check share.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lang/check/api.hpp"
#include "lang/check/lookup/by_name.hpp"
#include "lang/check/lookup/index.hpp"
#include "lang/check/lookup/names.hpp"
#include "lang/check/lookup/scope.hpp"
#include "lang/check/lookup/siblings.hpp"
#include "lang/check/report.hpp"
#include "lang/model/site.hpp"

namespace lang::checker {

class Defines;
class KeptTypes;

/// Check and run recurse over expressions and blocks. The grammar bounds neither chains of operators nor defines that call
/// defines.
inline constexpr int deepest = 600;

/// A fact that hosts have, by its declaration in a site or by a need that no site meets.
struct FactMeaning {
    Type type;
    Span span;
};

struct Unused {
    enum class Is { Let, Parameter, ParameterOfDefine };
    std::string name;
    Span span;
    Is what = Is::Let;
};

struct Environment {
    Environment(const Index& index, Report& report, Sources& sources, const CheckRequest& request)
        : index(index), report(report), sources(sources), load(request.load), request(request), siblings(request, sources) {}

    const Index& index;
    Report& report;
    Sources& sources;
    const Loader& load;
    const CheckRequest& request;

    std::shared_ptr<Site> site = std::make_shared<Site>();
    bool has_site = false;              ///< some file declares hosts, or a site file was read
    ByName<FactMeaning> facts;          ///< `name` and `address` among them: every host has those
    Names names;                        ///< of the site's things and of defines
    Scope program;                      ///< the program's frame: parameters first
    ByName<Span> lets_to_come;          ///< names of top-level lets of the procedure, wherever they stand
    ByName<Span> broken;                ///< names that stand in lines with syntax errors: their uses are not reported
    bool lacks_site = false;            ///< needs that only a site can meet were told, and there is none: what follows of that is not
    bool lacks_imports = false;         ///< a file that declares names cannot be read: any unknown name may be one of them
    std::map<std::string, Type> keeps;  ///< what the procedure keeps for others
    std::vector<Unused> unused;         ///< parameters and lets that nothing reads
    int depth = 0;                      ///< of what is being read, defines within statements within defines included
    Defines* defines = nullptr;         ///< set for the whole of the check
    Siblings siblings;                  ///< files beside the procedure that it does not import
    KeptTypes* kept = nullptr;

    /// May a name that nobody declares stand in what could not be read?
    bool may_be_lost(std::string_view name) const { return lacks_imports || broken.contains(name); }
};

/// Remembers what of `scope` nothing has read; its parameters as these, or not at all.
void note_unused(const Scope& scope, std::optional<Unused::Is> parameters, Environment& environment);

}  // namespace lang::checker
