// `needs`: what a procedure asks of the site that it runs on.
#include <fmt/format.h>

#include "lang/check/declarations/sites.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

void check_fact(const ast::NeedsFact& need, Environment& environment) {
    const Type type = written_type(need.type, environment.index, environment.report);
    const std::string& name = need.name.text;
    const auto [known, is_missing] = environment.facts.try_emplace(name, FactMeaning{type, need.name.span});
    if (is_missing) {
        if (environment.lacks_imports) return;
        auto finding = environment.report.error("E0409", need.name.span, fmt::format("the site has no fact `{}`", name));
        finding.label("needed here");
        if (!environment.has_site) {
            finding.help("facts come from a site: give one with --site FILE");
            return;
        }
        std::vector<std::string> facts;
        for (const FactDeclaration& fact : environment.site->facts) facts.push_back(fact.name);
        finding.help(suggestion(name, facts, fmt::format("add `fact {}: {}` to the site", name, type.name())));
    } else if (!is_wrong(known->second.type) && !is_wrong(type) && known->second.type != type) {
        environment.report
            .error("E0412", need.name.span,
                   fmt::format("the fact `{}` is needed as {}, and is {}", name, with_article(type), with_article(known->second.type)))
            .label(fmt::format("needed as {}", with_article(type)))
            .see(known->second.span, "declared here");
    }
}

void check_group(const ast::Name& group, Environment& environment) {
    if (const Meaning* known = environment.names.find(group.text)) {
        if (std::holds_alternative<GroupName>(known->what) || std::holds_alternative<MissingName>(known->what)) return;
        environment.report.error("E0412", group.span, fmt::format("`{}` is needed as a group, and is a {}", group.text, known->kind()))
            .label("needed as a group")
            .see(known->span, "defined here");
        return;
    }
    if (environment.lacks_imports) {
        environment.names.declare(group.text, {MissingName{}, group.span}, environment.report);
        return;
    }
    auto finding = environment.report.error("E0410", group.span, fmt::format("the site has no group `{}`", group.text));
    finding.label("needed here");
    if (environment.has_site) {
        finding.help(suggestion(group.text, environment.names.of<GroupName>(),
                                fmt::format("add it to the site; `group {} = nobody` says that there is none", group.text)));
    } else {
        finding.help("groups come from a site: give one with --site FILE");
    }
    environment.names.declare(group.text, {MissingName{}, group.span}, environment.report);
}

}  // namespace

std::string check_needs(const Declarations& all, Environment& environment) {
    for (const auto& [need, span] : all.needed_facts) check_fact(*need, environment);
    for (const auto& [need, span] : all.needed_groups) {
        for (const ast::Name& group : need->names) check_group(group, environment);
    }
    std::string scene;
    for (const auto& [need, span] : all.needed_scenes) {
        if (!scene.empty()) {
            environment.report.error("E0415", span, "a rehearsal starts in one scene, and this is a second one")
                .see(all.needed_scenes.front().span, "the first one");
            continue;
        }
        scene = need->name;
        if (environment.site->find_scene(scene) != nullptr || !environment.has_site) continue;
        std::vector<std::string> known;
        for (const Scene& declared : environment.site->scenes) known.push_back(declared.name);
        environment.report
            .warning("W0603", span, fmt::format("the site has no scene \"{}\", so this procedure cannot be rehearsed on it", scene))
            .help(suggestion(scene, known, fmt::format("add `scene \"{}\" = after \"…\"` to the site", scene)));
    }
    return scene;
}

}  // namespace lang::checker
