#include "lang/check/lookup/kept.hpp"

#include <fmt/format.h>

#include "lang/check/declarations/files.hpp"
#include "lang/check/procedure.hpp"
#include "lang/check/resolve/types.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

Type KeptTypes::type_of(const ast::Name& procedure, const ast::Name& name, Environment& environment) {
    if (nested_) return {};
    const std::string& file = environment.sources[procedure.span.file].path;
    const Kept& kept = kept_by(beside(file, procedure.text + ".proc"), environment);
    const bool may_be_elsewhere = environment.lacks_imports || environment.lacks_site;
    if (!kept.types) {
        // A procedure that was copied alone lacks more than this; each one that is missing is told once.
        if (const bool is_new = told_.insert(kept.path).second; environment.report.has_errors() && (may_be_elsewhere || !is_new)) return {};
        environment.report.error("E0212", procedure.span, fmt::format("there is no procedure `{}`", kept.path))
            .label("not found")
            .help(nearest_file(request_, procedure.text + ".proc", kept.path)
                      .value_or("`kept.PROCEDURE.NAME` is what PROCEDURE.proc beside this file keeps"));
        return {};
    }
    const auto type = kept.types->find(name.text);
    if (type == kept.types->end()) {
        std::vector<std::string> known;
        for (const auto& [other, of_type] : *kept.types) known.push_back(other);
        const std::string otherwise = known.empty() ? "it keeps nothing" : fmt::format("it keeps {}", listing(known));
        environment.report.error("E0212", name.span, fmt::format("`{}` keeps no `{}`", kept.path, name.text))
            .label("not kept")
            .help(suggestion(name.text, known, otherwise));
        return {};
    }
    if (holds_wrong(type->second) && !environment.report.has_errors()) {
        environment.report
            .error("E0212", name.span, fmt::format("the type of what `{}` keeps as `{}` cannot be told", kept.path, name.text))
            .help(fmt::format("check it by itself: `procrun check {}`", kept.path));
    }
    return type->second;
}

const KeptTypes::Kept& KeptTypes::kept_by(const std::string& path, const Environment& environment) {
    if (const Kept* known = look_up(known_, path)) return *known;
    Kept kept{.path = path, .types = std::nullopt};
    if (request_.load(path)) {
        CheckRequest other{.procedure = path, .site = request_.site, .parameters = {}, .load = request_.load, .catalog = request_.catalog};
        if (!environment.site->path.empty()) other.site = environment.site->path;
        kept.types = keeps_of(other);
    }
    return known_.emplace(path, std::move(kept)).first->second;
}

}  // namespace lang::checker
