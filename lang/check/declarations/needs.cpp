// `needs`: what a procedure asks of the site that it runs on.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "lang/check/declarations/sites.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

void check_fact(const ast::NeedsFact& need, Environment& environment) {
    const Type type = written_type(need.type, environment.index, environment.report);
    const std::string& name = need.name.text;
    const auto [known, is_missing] = environment.facts.try_emplace(name, FactMeaning{type, need.name.span});
    if (is_missing) {
        if (environment.lacks_imports || !environment.has_site) return;
        auto finding = environment.report.error("E0409", need.name.span, fmt::format("the site has no fact `{}`", name));
        finding.label("needed here");
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
    if (environment.lacks_imports || !environment.has_site) {
        environment.names.declare(group.text, {MissingName{}, group.span}, environment.report);
        return;
    }
    auto finding = environment.report.error("E0410", group.span, fmt::format("the site has no group `{}`", group.text));
    finding.label("needed here");
    finding.help(suggestion(group.text, environment.names.of<GroupName>(),
                            fmt::format("add it to the site; `group {} = nobody` says that there is none", group.text)));
    environment.names.declare(group.text, {MissingName{}, group.span}, environment.report);
}

/// What only a site can give: one finding for all of it, where there is no site.
void need_a_site(const Declarations& all, Environment& environment) {
    if (environment.has_site || environment.lacks_imports) return;
    std::optional<Span> first;
    std::vector<std::string> facts, groups, queries;
    for (const auto& [need, span] : all.needed_facts) {
        if (environment.facts.contains(need->name.text)) continue;
        facts.push_back(need->name.text);
        if (!first) first = need->name.span;
    }
    for (const auto& [need, span] : all.needed_groups) {
        for (const ast::Name& group : need->names) {
            if (environment.names.find(group.text) != nullptr) continue;
            groups.push_back(group.text);
            if (!first) first = group.span;
        }
    }
    for (const auto& [need, span] : all.needed_verbs) {
        if (need->action || environment.names.find(need->name.text) != nullptr) continue;
        queries.push_back(need->name.text);
        if (!first) first = need->name.span;
    }
    if (!first) return;
    std::string what;
    for (const auto& [kind, names] : {std::pair{"groups", &groups}, std::pair{"facts", &facts}, std::pair{"queries", &queries}}) {
        if (!names->empty()) what += fmt::format("{}{} {}", what.empty() ? "" : "; ", kind, listing(*names));
    }
    environment.report.error("E0430", *first, "this procedure needs a site, and there is none")
        .label("needed of a site")
        .help(fmt::format("give one with --site FILE, or write `site.proc` beside the procedure; it has to have {}", what));
    environment.lacks_site = true;
}

std::vector<std::string> scenes_there_are(const Environment& environment) {
    if (environment.request.rehearsals.scenes) return environment.request.rehearsals.scenes(*environment.site);
    std::vector<std::string> names;
    for (const Scene& declared : environment.site->scenes) names.push_back(declared.name);
    return names;
}

}  // namespace

std::string check_needs(const Declarations& all, Environment& environment) {
    need_a_site(all, environment);
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
        if (!environment.has_site) continue;
        const std::vector<std::string> known = scenes_there_are(environment);
        if (std::find(known.begin(), known.end(), scene) != known.end()) continue;
        environment.report
            .warning("W0603", span, fmt::format("the site has no scene \"{}\", so this procedure cannot be rehearsed on it", scene))
            .help(suggestion(scene, known, fmt::format("add `scene \"{}\" = after \"…\"` to the site", scene)));
    }
    return scene;
}

}  // namespace lang::checker
