#include "cli/view/changes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/view/told.hpp"

namespace cli {

namespace event = runtime::event;
using runtime::Key;

void Changes::read(const runtime::Event& event) {
    if (const auto* done = std::get_if<event::ActionEnded>(&event.body)) {
        if (done->effect != runtime::Effect::Changed || done->key.by() == Key::By::Undo) return;
        const std::string what = event.host.empty() ? done->call : fmt::format("{} on {}", done->call, event.host);
        Change change{done->key, event.typed ? at_the_prompt + what : what};
        if (std::find(changes_.begin(), changes_.end(), change) == changes_.end()) changes_.push_back(std::move(change));
    } else if (event.typed) {
        return;  // at the prompt nothing becomes due, and nothing that is due is settled
    } else if (const auto* pending = std::get_if<event::UndoPending>(&event.body)) {
        pending_.push_back(pending->key);
    } else if (const auto* undone = std::get_if<event::UndoEnded>(&event.body)) {
        if (!undone->done) return;
        std::erase_if(changes_, [&](const Change& change) { return change.key.belongs_to(undone->key); });
        std::erase(pending_, undone->key);
    } else if (std::holds_alternative<event::Committed>(event.body)) {
        pending_.clear();
    } else if (const auto* step = std::get_if<event::StepEnded>(&event.body)) {
        if (!step->done) return;
        std::erase_if(pending_, [&](const Key& key) { return key.outermost_step() == event.step; });
    }
}

std::vector<std::string> Changes::without_undo() const {
    std::vector<std::string> all;
    for (const Change& change : changes_) {
        const auto is_its = [&](const Key& undo) { return change.key.belongs_to(undo); };
        const bool has_undo = std::any_of(pending_.begin(), pending_.end(), is_its);
        if (!has_undo && std::find(all.begin(), all.end(), change.text) == all.end()) all.push_back(change.text);
    }
    return all;
}

}  // namespace cli
