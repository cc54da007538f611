// `scene`.
#include <fmt/format.h>

#include "lang/check/declarations/sites.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

/// Where a text of the declaration stands in it; the whole of it, where that cannot be told.
Span place_of(const std::string& text, Span declaration, const Sources& sources) {
    const std::string_view all =
        std::string_view(sources[declaration.file].text).substr(declaration.begin, declaration.end - declaration.begin);
    const std::size_t at = all.find("\"" + text + "\"");
    if (at == std::string_view::npos) return declaration;
    const auto begin = static_cast<std::uint32_t>(declaration.begin + at);
    return {begin, begin + static_cast<std::uint32_t>(text.size() + 2), declaration.file};
}

/// What a rehearsal knows of the troubles. An unknown one is a mistake of the text; that a host cannot have one matters to rehearsals
/// only, and keeps nobody from running a procedure at night.
void judge_troubles(Environment& environment) {
    if (!environment.request.rehearsals.judge) return;
    const bool sound = !environment.report.has_errors();
    for (const Scene& scene : environment.site->scenes) {
        for (const TroubleFinding& found : environment.request.rehearsals.judge(*environment.site, scene, sound)) {
            const std::string& trouble = scene.troubles[found.trouble];
            const Span place = place_of(trouble, scene.span, environment.sources);
            if (found.is_unknown) {
                environment.report.error("E0415", place, fmt::format("unknown trouble \"{}\"", found.why))
                    .label("not known")
                    .help(found.instead);
            } else {
                environment.report.warning("W0606", place, fmt::format("the scene \"{}\" cannot be rehearsed: {}", scene.name, found.why))
                    .help(found.instead);
            }
        }
    }
}

}  // namespace

void declare_scenes(const Declarations& all, Environment& environment) {
    ByName<Span> first;
    for (const auto& [written, span] : all.scenes) {
        const auto [known, is_new] = first.try_emplace(written->name, span);
        if (!is_new) {
            environment.report.error("E0203", span, fmt::format("two scenes are called \"{}\"", written->name))
                .label("a second one")
                .see(known->second, "the first one");
        }
        const std::string& file = environment.sources[span.file].path;
        if (written->after && !environment.load(beside(file, *written->after))) {
            environment.report
                .error("E0415", place_of(*written->after, span, environment.sources),
                       fmt::format("there is no procedure `{}`", beside(file, *written->after)))
                .help(nearest_file(environment.request, *written->after, beside(file, *written->after))
                          .value_or("the path is taken from where the site file is"));
        }
        for (const std::string& trouble : written->troubles) {
            const Span place = place_of(trouble, span, environment.sources);
            const std::size_t colon = trouble.find(':');
            const std::string host = trouble.substr(0, colon);
            if (colon == std::string::npos) {
                environment.report.error("E0415", place, fmt::format("\"{}\" names no host", trouble))
                    .help("write \"HOST: what is wrong there\"");
            } else if (environment.site->find_host(host) == nullptr) {
                environment.report
                    .error("E0415", place, fmt::format("\"{}\" is about `{}`, which is not a host of the site", trouble, host))
                    .help(environment.site->find_group(host) != nullptr ? "a group has no trouble: name its hosts, each with its own"
                                                                        : suggestion(host, environment.names.of<HostName>()));
            }
        }
        environment.site->scenes.push_back({.name = written->name, .after = written->after, .troubles = written->troubles, .span = span});
    }
    judge_troubles(environment);
}

}  // namespace lang::checker
