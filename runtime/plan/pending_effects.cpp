#include "runtime/plan/pending_effects.hpp"

#include <algorithm>

#include "lang/model/this_machine.hpp"

namespace runtime {

namespace {

/// What would change something may have to do with all systems; a wait only with its own, or with all where it is for the machine.
constexpr const char* any_system = "";

/// `beside`: all that the same builtin reads.
bool overlap(const Footprint& touched, const Footprint& read, const std::vector<Footprint>& beside) {
    if (touched.host != read.host) return false;
    if (touched.system == whole_host) return true;
    if (read.system == every_system) {
        return std::none_of(beside.begin(), beside.end(), [&](const Footprint& other) { return other.system == touched.system; });
    }
    return touched.system == read.system && (touched.object == read.object || touched.object == "*" || read.object == "*");
}

std::vector<Footprint> located(const std::vector<Footprint>& footprints, const lang::Host& host) {
    std::vector<Footprint> all = footprints;
    for (Footprint& one : all) {
        if (one.host == nullptr) one.host = &host;
    }
    return all;
}

}  // namespace

const std::vector<std::size_t>& PendingEffects::Clusters::at(const lang::Host& host) const {
    static const std::vector<std::size_t> none;
    const auto it = of.find(&host);
    return it == of.end() ? none : it->second;
}

PendingEffects::PendingEffects(const lang::Site& site) {
    auto clusters = std::make_shared<Clusters>();
    for (const lang::Cluster& cluster : site.clusters) {
        clusters->members.push_back(lang::members_of(cluster));
        for (const lang::Host* host : clusters->members.back()) clusters->of[host].push_back(clusters->members.size() - 1);
    }
    near_in_cluster_.resize(clusters->members.size());
    clusters_ = std::move(clusters);
}

void PendingEffects::touch(const lang::Host& host, const std::vector<Footprint>& footprints, const std::string& by) {
    for (const Footprint& one : located(footprints, host)) mark(one, by, any_system);
    come_near(host, by);
}

void PendingEffects::await(const lang::Host& host, const std::string& system, const std::vector<Footprint>& footprints,
                           const std::string& by) {
    for (const Footprint& one : located(footprints, host)) mark(one, by, system);
}

void PendingEffects::mark(const Footprint& what, const std::string& by, const std::string& system) {
    const Mark mark = next(by);
    near_by(*what.host, system, mark);
    touches_[what.host].push_back({what, mark});
}

void PendingEffects::touch_all_around(const lang::Host& host, const std::string& by) {
    std::set<const lang::Host*> all{&host};
    for (const std::size_t cluster : clusters_->at(host))
        all.insert(clusters_->members[cluster].begin(), clusters_->members[cluster].end());
    for (const lang::Host* one : all) touch(*one, {{std::string(whole_host), "*"}}, by);
}

void PendingEffects::touch_everything(const std::string& by) { whole_site_ = next(by); }

void PendingEffects::come_near(const lang::Host& host, const std::string& by) { near_by(host, any_system, next(by)); }

void PendingEffects::near_by(const lang::Host& host, const std::string& system, const Mark& mark) {
    near_[&host][system] = mark;
    for (const std::size_t cluster : clusters_->at(host)) {
        Mark& newest = near_in_cluster_[cluster][system];
        if (mark.order > newest.order) newest = mark;
    }
}

/// The machine on which procrun runs is none of the site's, unless the site says so.
const PendingEffects::Mark* PendingEffects::whole_site_at(const lang::Host& host) const {
    return whole_site_.order > 0 && !lang::is_of_no_site(host) ? &whole_site_ : nullptr;
}

namespace {

template <typename Mark>
void take_newer(const Mark*& newest, const Mark* other) {
    if (other != nullptr && other->order > 0 && (newest == nullptr || other->order > newest->order)) newest = other;
}

template <typename Mark>
std::optional<std::string> by_of(const Mark* mark) {
    return mark == nullptr ? std::nullopt : std::optional(mark->by);
}

}  // namespace

std::optional<std::string> PendingEffects::over(const lang::Host& host, const std::vector<Footprint>& footprints) const {
    const Mark* newest = nullptr;
    const std::vector<Footprint> reads = located(footprints, host);
    for (const Footprint& read : reads) {
        take_newer(newest, whole_site_at(*read.host));
        const auto touched = touches_.find(read.host);
        if (touched == touches_.end()) continue;
        const auto& all = touched->second;
        const auto last = std::find_if(all.rbegin(), all.rend(), [&](const Touch& touch) { return overlap(touch.what, read, reads); });
        if (last != all.rend()) take_newer(newest, &last->mark);
    }
    return by_of(newest);
}

std::optional<std::string> PendingEffects::near(const lang::Host& host) const {
    const Mark* newest = whole_site_at(host);
    if (const auto it = near_.find(&host); it != near_.end()) {
        for (const auto& [system, mark] : it->second) take_newer(newest, &mark);
    }
    return by_of(newest);
}

std::optional<std::string> PendingEffects::around(const lang::Host& host, const std::string& system) const {
    const Mark* newest = whole_site_at(host);
    const auto see = [&](const MarksBySystem& marks) {
        for (const auto& [waited, mark] : marks) {
            if (waited == any_system || waited == whole_host || waited == system || system == whole_host) take_newer(newest, &mark);
        }
    };
    if (const auto it = near_.find(&host); it != near_.end()) see(it->second);
    for (const std::size_t cluster : clusters_->at(host)) see(near_in_cluster_[cluster]);
    return by_of(newest);
}

void PendingEffects::join(const PendingEffects& other, const PendingEffects& before) {
    const std::size_t later = newest_ - before.newest_;  // the other way counted on from the same number
    const auto moved = [&](Mark mark) {
        mark.order += later;
        return mark;
    };
    for (const auto& [host, all] : other.touches_) {
        const auto old = before.touches_.find(host);
        for (std::size_t i = old == before.touches_.end() ? 0 : old->second.size(); i < all.size(); ++i)
            touches_[host].push_back({all[i].what, moved(all[i].mark)});
    }
    for (const auto& [host, marks] : other.near_) {
        for (const auto& [system, mark] : marks) {
            if (!near_[host].contains(system)) near_by(*host, system, mark);
        }
    }
    if (other.whole_site_.order > before.whole_site_.order) whole_site_ = moved(other.whole_site_);
    newest_ = other.newest_ + later;
}

}  // namespace runtime
