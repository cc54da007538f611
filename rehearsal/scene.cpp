#include "rehearsal/scene.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rehearsal/scheduler.hpp"

namespace rehearsal {

namespace {

/// Longer than any failover takes.
constexpr lang::Duration coming_to_rest = std::chrono::minutes(5);

std::string_view trim(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

/// "off, no-boot, …"
std::string all_forms() {
    std::vector<std::string> forms;
    for (const TroublesOf& system : known_troubles()) {
        for (const Trouble& trouble : system.troubles) forms.push_back(trouble.form);
    }
    return fmt::format("{}", fmt::join(forms, ", "));
}

bool is_known(std::string_view words) {
    const std::vector<TroublesOf> all = known_troubles();
    return std::any_of(all.begin(), all.end(), [&](const TroublesOf& system) {
        return std::any_of(system.troubles.begin(), system.troubles.end(),
                           [&](const Trouble& trouble) { return is_written_as(trouble.form, words); });
    });
}

lang::Scene failed_over(const lang::Site& site) {
    lang::Scene scene{.name = "failed-over", .after = std::nullopt, .troubles = {}, .span = {}};
    const World world = World::healthy(site, first_moment);
    for (const lang::Cluster& cluster : site.clusters) {
        bool fails_over = false;
        world.each([&](const auto& model) { fails_over = fails_over || rehearsal::fails_over(model, cluster); });
        if (cluster.nodes.empty() || !fails_over) continue;
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

namespace {

/// The file's name: which folder it lies in is known to whoever named it.
std::string origin(const lang::Site& site, std::string_view name) {
    if (site.find_scene(name) == nullptr) return "built in";
    return site.path.empty() ? "this procedure" : site.path.substr(site.path.rfind('/') + 1);
}

}  // namespace

std::string about_scene(const lang::Site& site, const lang::Scene& scene) {
    std::vector<std::string> what;
    if (scene.after) what.push_back(fmt::format("after \"{}\"", *scene.after));
    what.insert(what.end(), scene.troubles.begin(), scene.troubles.end());
    if (what.empty()) what.emplace_back("all is well");
    return fmt::format("{}: {}", origin(site, scene.name), fmt::join(what, ", "));
}

std::string all_scenes(const lang::Site& site) {
    std::vector<std::string> built_in, declared;
    for (const std::string& name : scene_names(site)) (site.find_scene(name) == nullptr ? built_in : declared).push_back(name);
    std::vector<std::string> parts;
    for (const auto& names : {built_in, declared}) {
        if (!names.empty()) parts.push_back(fmt::format("{} ({})", fmt::join(names, ", "), origin(site, names.front())));
    }
    return fmt::format("{}", fmt::join(parts, "; "));
}

std::vector<TroublesOf> known_troubles() {
    const lang::Site nowhere;
    std::vector<TroublesOf> all;
    World::healthy(nowhere, first_moment).each([&](const auto& model) { all.push_back(model.troubles()); });
    return all;
}

std::optional<std::string> inject(World& world, std::string_view text, Fault fault) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        return fmt::format("a trouble is written \"HOST: WORDS\", and this is \"{}\"; known troubles: {}", text, all_forms());
    }
    const std::string_view name = trim(text.substr(0, colon)), words = trim(text.substr(colon + 1));
    const lang::Host* host = world.site->find_host(name);
    if (host == nullptr) return fmt::format("the trouble \"{}\" names '{}', which is not a host of the site", text, name);
    const std::optional<std::string> injected = world.inject(*host, words, world.now, fault);
    if (!injected) {
        return fmt::format("unknown trouble \"{}\"; {}; known troubles: {}", words, advice_on_trouble(words, known_troubles()),
                           all_forms());
    }
    if (!injected->empty())
        return fmt::format("the trouble \"{}\" cannot be {}: {}", text, fault == Fault::Begins ? "injected" : "cured", *injected);
    const std::string told = fmt::format("{}: {}", name, words);
    std::erase(world.troubles, told);
    if (fault == Fault::Begins) world.troubles.push_back(told);
    return std::nullopt;
}

std::optional<std::string> arrange(World& world, const lang::Scene& scene) {
    for (const std::string& trouble : scene.troubles) {
        if (auto error = inject(world, trouble)) return error;
    }
    if (!scene.troubles.empty()) world.advance(world.now + coming_to_rest);
    return std::nullopt;
}

namespace {

/// A scene after a procedure is one of another site than the healthy one: whether its troubles can be injected there is seen when it is
/// rehearsed.
std::vector<lang::TroubleFinding> judge_troubles(const lang::Site& site, const lang::Scene& scene, bool sound) {
    std::vector<lang::TroubleFinding> found;
    std::optional<World> world;
    if (sound && !scene.after) world = World::healthy(site, first_moment);
    for (std::size_t i = 0; i < scene.troubles.size(); ++i) {
        const std::string_view text = scene.troubles[i];
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos) continue;  // no trouble is written so, and that has been told
        const std::string_view name = trim(text.substr(0, colon)), words = trim(text.substr(colon + 1));
        if (!is_known(words)) {
            found.push_back(
                {.trouble = i, .is_unknown = true, .why = std::string(words), .instead = advice_on_trouble(words, known_troubles())});
        } else if (world && site.find_host(name) != nullptr) {
            const std::optional<std::string> why = world->inject(*site.find_host(name), words, world->now, Fault::Begins);
            if (why && !why->empty()) found.push_back({.trouble = i, .is_unknown = false, .why = *why, .instead = {}});
        }
    }
    return found;
}

}  // namespace

lang::Rehearsals what_can_be_rehearsed() { return {.scenes = scene_names, .judge = judge_troubles}; }

}  // namespace rehearsal
