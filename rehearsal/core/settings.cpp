#include "rehearsal/core/settings.hpp"

namespace rehearsal {

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

}  // namespace rehearsal
