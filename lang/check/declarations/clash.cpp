// A procedure that brings its own site, in a folder in which there is a `site.proc`: both are read, and everything is there twice.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "lang/check/declarations/sites.hpp"

namespace lang::checker {

namespace {

using Clash = std::pair<Span, Span>;  ///< in the procedure, in the site

/// A site that is named in both files.
std::optional<Clash> sites_named(const Declarations& all, std::uint32_t procedure, std::uint32_t site) {
    std::optional<Span> here, there;
    for (const auto& [name, span] : all.site_names) {
        if (span.file == procedure && !here) here = span;
        if (span.file == site && !there) there = span;
    }
    return here && there ? std::optional(Clash{*here, *there}) : std::nullopt;
}

/// A host that is declared in both.
std::optional<Clash> host_twice(const Declarations& all, std::uint32_t procedure, std::uint32_t site) {
    ByName<Span> of_site;
    for (const auto& [host, span] : all.hosts) {
        if (span.file == site) of_site.emplace(host->name.text, host->name.span);
    }
    for (const auto& [host, span] : all.hosts) {
        const Span* there = span.file == procedure ? look_up(of_site, host->name.text) : nullptr;
        if (there != nullptr) return Clash{host->name.span, *there};
    }
    return std::nullopt;
}

}  // namespace

bool clashes_with_site(const Declarations& all, const Files& files, Environment& environment) {
    const auto site = std::find_if(files.files.begin(), files.files.end(), [](const LoadedFile& file) { return file.role == Role::Site; });
    if (site == files.files.end()) return false;
    auto clash = sites_named(all, files.procedure, site->tree.file);
    if (!clash) clash = host_twice(all, files.procedure, site->tree.file);
    if (!clash) return false;
    const std::string& procedure = environment.sources[files.procedure].path;
    const std::string& path = environment.sources[site->tree.file].path;
    const bool by_name = environment.request.site.has_value();
    environment.report
        .error("E0407", clash->first,
               by_name ? fmt::format("the procedure has a site of its own, and --site names `{}`", path)
                       : fmt::format("the procedure has a site of its own, and `{}` beside it is read as its site, too", path))
        .label("there are two sites")
        .see(clash->second, "the other one is declared here")
        .help(by_name
                  ? std::string("leave out --site, or what the procedure declares of a site")
                  : fmt::format("put the procedure into a folder of its own, or say that its own site is meant: `--site {}`", procedure));
    return true;
}

}  // namespace lang::checker
