#include "rehearsal/core/unnamed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lang/model/this_machine.hpp"
#include "rehearsal/core/roles.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

std::optional<std::string> unnamed(const Invocation& call, const World& world) {
    if (call.words.back() == "--version") return std::nullopt;  // only whether there is such a tool
    std::optional<std::string> what;
    world.each([&](const auto& model) {
        if (!what) what = unnamed(model, call, world);
    });
    return what;
}

bool asks_for(const Invocation& call, std::initializer_list<std::string_view> tools) {
    return call.host.os == lang::Os::Linux && std::find(tools.begin(), tools.end(), call.words.front()) != tools.end();
}

std::string as_fact(const lang::Host& host, const std::string& fact, bool is_list, const std::string& name) {
    std::string value;
    if (is_list) {
        for (const std::string& other : fact_texts(host, fact)) value += fmt::format("\"{}\", ", other);
    }
    value += fmt::format("\"{}\"", name);
    const std::string entry = is_list ? fmt::format("{} [{}]", fact, value) : fmt::format("{} {}", fact, value);
    const std::string declaration = fmt::format("fact {}: {}", fact, is_list ? "list of text = []" : "text = \"\"");
    const bool is_named = !lang::is_of_no_site(host);
    return fmt::format("write `{}` into `host {} {{ {}… }}`", entry, is_named ? host.name : "NAME", is_named ? "" : "via local  ") +
           (host.facts.contains(fact) ? std::string() : fmt::format(", and above it `{}`", declaration));
}

std::optional<std::string> no_part(const lang::Host& host, const lang::Site& site, std::string_view system, std::string_view kind) {
    if (lang::is_of_cluster(site, host, kind)) return std::nullopt;
    return fmt::format("{0} has no {1}: write it into the `nodes` of a `cluster NAME {{ kind {2}  nodes {0}, … }}`", host.name, system,
                       kind);
}

}  // namespace rehearsal
