#include "rehearsal/core/roles.hpp"

#include <algorithm>

namespace rehearsal {

namespace {

/// Asked for every host and second of a rehearsal: nothing is copied.
bool has_texts(const lang::Host& host, const std::string& fact) {
    const auto it = host.facts.find(fact);
    if (it == host.facts.end()) return false;
    const auto& payload = it->second.payload();
    if (const auto* text = std::get_if<lang::Text>(&payload)) return !text->value.empty();
    const auto* list = std::get_if<std::shared_ptr<const lang::List>>(&payload);
    return list != nullptr &&
           std::any_of((*list)->items.begin(), (*list)->items.end(), [](const lang::Value& item) { return !item.text().empty(); });
}

}  // namespace

std::vector<std::string> fact_texts(const lang::Host& host, std::string_view fact) {
    std::vector<std::string> texts;
    const auto it = host.facts.find(std::string(fact));
    if (it == host.facts.end()) return texts;
    const auto& payload = it->second.payload();
    if (const auto* text = std::get_if<lang::Text>(&payload)) texts.push_back(text->value);
    if (const auto* list = std::get_if<std::shared_ptr<const lang::List>>(&payload)) {
        for (const lang::Value& item : (*list)->items) texts.push_back(item.text());
    }
    std::erase(texts, "");
    return texts;
}

std::vector<std::string> texts(const lang::Cluster& cluster, std::string_view key) {
    const auto it = cluster.settings.find(std::string(key));
    if (it == cluster.settings.end()) return {};
    const auto& payload = it->second.payload();
    if (const auto* text = std::get_if<lang::Text>(&payload)) return {text->value};
    std::vector<std::string> all;
    if (const auto* list = std::get_if<std::shared_ptr<const lang::List>>(&payload)) {
        for (const lang::Value& item : (*list)->items) all.push_back(item.plain());
    }
    return all;
}

std::vector<const lang::Host*> setting_hosts(const lang::Cluster& cluster, std::string_view setting) {
    std::vector<const lang::Host*> hosts;
    const auto it = cluster.settings.find(std::string(setting));
    if (it == cluster.settings.end()) return hosts;
    const auto& payload = it->second.payload();
    if (const auto* host = std::get_if<const lang::Host*>(&payload)) hosts.push_back(*host);
    if (const auto* list = std::get_if<std::shared_ptr<const lang::List>>(&payload)) {
        for (const lang::Value& item : (*list)->items) hosts.push_back(&item.host());
    }
    return hosts;
}

std::string setting_text(const lang::Cluster& cluster, std::string_view setting, std::string_view standard) {
    const auto it = cluster.settings.find(std::string(setting));
    return it == cluster.settings.end() ? std::string(standard) : it->second.text();
}

bool runs_software(const lang::Host& host) {
    static const std::string facts[] = {"unit", "units", "services"};
    return std::any_of(std::begin(facts), std::end(facts), [&](const std::string& fact) { return has_texts(host, fact); });
}

}  // namespace rehearsal
