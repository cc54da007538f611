#include "runtime/plan/veils.hpp"

#include <algorithm>

namespace runtime {

namespace {

constexpr std::string_view whole_host = "machine";

bool overlap(const Footprint& touched, const Footprint& read) {
    if (touched.host != read.host) return false;
    if (touched.system == whole_host) return true;
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

void Veils::touch(const lang::Host& host, const std::vector<Footprint>& footprints, const std::string& by) {
    for (Footprint& one : located(footprints, host)) {
        come_near(*one.host, by);
        touches_.push_back({std::move(one), by});
    }
    come_near(host, by);
}

void Veils::touch_all_around(const lang::Host& host, const std::string& by) {
    for (const lang::Host* one : lang::cluster_peers(host, *site_)) touch(*one, {{std::string(whole_host), "*"}}, by);
}

void Veils::touch_everything(const std::string& by) {
    for (const auto& host : site_->hosts) touch(*host, {{std::string(whole_host), "*"}}, by);
}

void Veils::come_near(const lang::Host& host, const std::string& by) {
    std::size_t newest = 0;
    for (const auto& [other, near] : near_) newest = std::max(newest, near.order);
    near_[&host] = {.order = newest + 1, .by = by};
}

std::optional<std::string> Veils::over(const lang::Host& host, const std::vector<Footprint>& footprints) const {
    const std::vector<Footprint> read = located(footprints, host);
    for (auto touch = touches_.rbegin(); touch != touches_.rend(); ++touch) {
        const auto overlaps = [&](const Footprint& one) { return overlap(touch->what, one); };
        if (std::any_of(read.begin(), read.end(), overlaps)) return touch->by;
    }
    return std::nullopt;
}

std::optional<std::string> Veils::near(const lang::Host& host) const {
    const auto it = near_.find(&host);
    return it == near_.end() ? std::nullopt : std::optional(it->second.by);
}

std::optional<std::string> Veils::around(const lang::Host& host) const {
    const Near* newest = nullptr;
    for (const lang::Host* one : lang::cluster_peers(host, *site_)) {
        const auto it = near_.find(one);
        if (it != near_.end() && (newest == nullptr || it->second.order > newest->order)) newest = &it->second;
    }
    return newest == nullptr ? std::nullopt : std::optional(newest->by);
}

void Veils::join(const Veils& other, const Veils& before) {
    const auto news = other.touches_.begin() + static_cast<std::ptrdiff_t>(before.touches_.size());
    touches_.insert(touches_.end(), news, other.touches_.end());
    near_.insert(other.near_.begin(), other.near_.end());
}

}  // namespace runtime
