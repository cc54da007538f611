#include "lang/analysis/findings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lang::analysis {

namespace {

const char* name_of(Os os) { return os == Os::Windows ? "Windows" : "Linux"; }

std::vector<Related> told(const Trail& trail, About about) {
    std::vector<Related> related;
    for (auto turn = trail.rbegin(); turn != trail.rend(); ++turn) {
        if (turn->kind == Turn::Kind::Call || about == About::Values) related.push_back({turn->span, turn->says});
    }
    return related;
}

}  // namespace

std::vector<Span> calls(const Trail& trail) {
    std::vector<Span> spans;
    for (const Turn& turn : trail) {
        if (turn.kind == Turn::Kind::Call) spans.push_back(turn.span);
    }
    return spans;
}

Writing Findings::add(Severity severity, const char* code, Span span, std::string message, const Trail& trail, About about) {
    if (severity == Severity::Error) ++errors_;
    if (!known_.insert({code, place(span)}).second) return Writing(repeated_ = {});
    findings_.push_back({severity, code, span, std::move(message), {}, told(trail, about), {}});
    return Writing(findings_.back());
}

Writing Findings::error(const char* code, Span span, std::string message, const Trail& trail, About about) {
    return add(Severity::Error, code, span, std::move(message), trail, about);
}

Writing Findings::warning(const char* code, Span span, std::string message, const Trail& trail, About about) {
    return add(Severity::Warning, code, span, std::move(message), trail, about);
}

void Findings::used_on(std::size_t builtin, Span span, const Host& host, Wants what, bool fits, bool sure, Span chosen,
                       const Trail& trail) {
    Use& use = uses_.try_emplace({place(span), what}, span, Use{.builtin = builtin, .wrong = {}, .chosen = chosen, .trail = {}})
                   .first->second.second;
    if (fits) {
        use.some_fit = true;
        return;
    }
    if (use.wrong.empty()) {
        use.chosen = chosen;
        use.trail = trail;
    }
    use.sure = use.sure || sure;
    if (std::find(use.wrong.begin(), use.wrong.end(), &host) == use.wrong.end()) use.wrong.push_back(&host);
}

Writing Findings::misused(const char* error, const char* warning, Span span, const std::string& message, const Use& use) {
    const bool certain = use.sure || !use.some_fit;
    Writing finding = certain ? this->error(error, span, message, use.trail) : this->warning(warning, span, message, use.trail);
    finding.label(certain ? fmt::format("used on {}", listed(use.wrong)) : fmt::format("may be used on {}", listed(use.wrong)));
    if (use.chosen != Span{} && use.chosen != span) finding.see(use.chosen, "the machines are chosen here");
    return finding;
}

void Findings::wrong_system(Span span, const Use& use) {
    const Signature& signature = catalog_[use.builtin];
    const bool for_windows = signature.hosts == HostKind::Windows;
    const std::string hosts = use.wrong.size() == 1 ? with_group(*use.wrong.front(), site_) : listed(use.wrong);
    const std::string message = fmt::format("`{}` is for {}, and {} {} {}", signature.full_name(), for_windows ? "Windows" : "Linux", hosts,
                                            use.wrong.size() == 1 ? "runs" : "run", name_of(use.wrong.front()->os));
    Writing finding = misused("E0525", "W0653", span, message, use);
    const std::string& other = signature.counterpart;
    if (!other.empty() && catalog_.find(other, signature.name)) {
        finding.help(fmt::format("`{}.{}` does it on {}", other, signature.name, name_of(use.wrong.front()->os)));
    } else if (!other.empty()) {
        finding.help(fmt::format("the module `{}` is for {}", other, name_of(use.wrong.front()->os)));
    } else {
        finding.help("leave these machines out, or correct their `os` in the site");
    }
}

void Findings::outside_of_clusters(Span span, const Use& use) {
    const Signature& signature = catalog_[use.builtin];
    const bool is_one = use.wrong.size() == 1;
    const std::string hosts = is_one ? with_group(*use.wrong.front(), site_) : listed(use.wrong);
    const std::string message = fmt::format("`{}` is for the machines of a {} cluster, and {} {} of none", signature.full_name(),
                                            signature.cluster, hosts, is_one ? "is" : "are");
    std::vector<const Host*> machines;
    for (const Cluster& cluster : site_->clusters) {
        if (cluster.kind != signature.cluster) continue;
        for (const Host* host : machines_of(cluster)) {
            if (std::find(machines.begin(), machines.end(), host) == machines.end()) machines.push_back(host);
        }
    }
    misused("E0418", "W0659", span, message, use)
        .help(fmt::format("the site has {} such {}: {}; use it there with `on`, or add the machine to the cluster in the site",
                          machines.size(), machines.size() == 1 ? "machine" : "machines", listed(machines)));
}

void Findings::append_to(Diagnostics& diagnostics) {
    for (const auto& [at, use] : uses_) {
        if (use.second.wrong.empty()) continue;
        at.second == Wants::System ? wrong_system(use.first, use.second) : outside_of_clusters(use.first, use.second);
    }
    uses_.clear();
    std::move(findings_.begin(), findings_.end(), std::back_inserter(diagnostics));
    findings_.clear();
}

std::string with_group(const Host& host, const Site* site) {
    if (site == nullptr) return host.name;
    const auto holds = [&](const Group& group) { return std::find(group.hosts.begin(), group.hosts.end(), &host) != group.hosts.end(); };
    const auto group = std::find_if(site->groups.begin(), site->groups.end(), holds);
    return group == site->groups.end() ? host.name : fmt::format("{} (group {})", host.name, group->name);
}

std::string listed(const std::vector<std::string>& words) {
    constexpr std::size_t most = 5;
    if (words.empty()) return "nothing";
    if (words.size() == 1) return words.front();
    const std::size_t shown = words.size() > most ? most - 1 : words.size() - 1;
    std::string out;
    for (std::size_t i = 0; i < shown; ++i) out += (i == 0 ? "" : ", ") + words[i];
    return out + (words.size() > most ? fmt::format(" and {} more", words.size() - shown) : " and " + words.back());
}

std::string listed(const std::vector<const Host*>& hosts) {
    std::vector<std::string> names;
    std::transform(hosts.begin(), hosts.end(), std::back_inserter(names), [](const Host* host) { return host->name; });
    return listed(names);
}

}  // namespace lang::analysis
