#include "rehearsal/scene.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace rehearsal {

namespace {

/// Longer than any failover takes.
constexpr lang::Duration coming_to_rest = std::chrono::minutes(5);

std::string_view trim(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

lang::Scene failed_over(const lang::Site& site) {
    lang::Scene scene{.name = "failed-over", .after = std::nullopt, .troubles = {}, .span = {}};
    for (const lang::Cluster& cluster : site.clusters) {
        if (cluster.nodes.empty() || (cluster.kind != "pacemaker" && cluster.kind != "mysql")) continue;
        std::string trouble = cluster.nodes.front()->name + ": off";
        if (std::find(scene.troubles.begin(), scene.troubles.end(), trouble) == scene.troubles.end()) scene.troubles.push_back(trouble);
    }
    return scene;
}

}  // namespace

std::optional<lang::Scene> find_scene(const lang::Site& site, std::string_view name) {
    if (const lang::Scene* declared = site.find_scene(name)) return *declared;
    if (name == "healthy") return lang::Scene{.name = "healthy", .after = std::nullopt, .troubles = {}, .span = {}};
    if (name == "failed-over") return failed_over(site);
    return std::nullopt;
}

std::vector<std::string> scene_names(const lang::Site& site) {
    std::vector<std::string> names{"healthy", "failed-over"};
    for (const lang::Scene& scene : site.scenes) {
        if (std::find(names.begin(), names.end(), scene.name) == names.end()) names.push_back(scene.name);
    }
    return names;
}

std::vector<std::string> known_troubles() {
    std::vector<std::string> all;
    const auto add = [&](const auto& model) {
        for (std::string& trouble : model.troubles()) all.push_back(std::move(trouble));
    };
    std::apply([&](const auto&... model) { (add(model), ...); }, World{}.models());
    return all;
}

std::optional<std::string> plant(World& world, std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        return fmt::format("a trouble is written \"HOST: WORDS\", and this is \"{}\"; known troubles: {}", text,
                           fmt::join(known_troubles(), ", "));
    }
    const std::string_view name = trim(text.substr(0, colon)), words = trim(text.substr(colon + 1));
    const lang::Host* host = world.site->find_host(name);
    if (host == nullptr) return fmt::format("the trouble \"{}\" is planted on '{}', and the site has no host of this name", text, name);
    std::optional<std::string> planted;
    std::apply([&](auto&... model) { ((planted = model.plant(*host, words, world.now, world)) || ...); }, world.models());
    if (!planted) return fmt::format("nobody knows the trouble \"{}\"; known troubles: {}", words, fmt::join(known_troubles(), ", "));
    if (!planted->empty()) return fmt::format("the trouble \"{}\" cannot be planted: {}", text, *planted);
    return std::nullopt;
}

std::optional<std::string> arrange(World& world, const lang::Scene& scene) {
    for (const std::string& trouble : scene.troubles) {
        if (auto error = plant(world, trouble)) return error;
    }
    if (!scene.troubles.empty()) world.advance(world.now + coming_to_rest);
    return std::nullopt;
}

}  // namespace rehearsal
