#include "runtime/event/key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "lang/text/hash.hpp"
#include "lang/text/utf8.hpp"

namespace runtime {

namespace {

auto fields_of(const Key::Part& part) { return std::tie(part.kind, part.text, part.number, part.level); }
auto fields_of(const Key& key) { return std::tie(key.step, key.path, key.label, key.host, key.ordinal, key.meaning); }

bool begins_with(const Key::Path& path, const Key::Path& beginning) {
    return path.size() >= beginning.size() && std::equal(beginning.begin(), beginning.end(), path.begin());
}

Key::Path longer(Key::Path path, Key::Part part) {
    path.push_back(std::move(part));
    return path;
}

}  // namespace

bool operator==(const Key::Part& a, const Key::Part& b) { return fields_of(a) == fields_of(b); }
bool operator<(const Key::Part& a, const Key::Part& b) { return fields_of(a) < fields_of(b); }
bool operator==(const Key& a, const Key& b) { return fields_of(a) == fields_of(b); }
bool operator<(const Key& a, const Key& b) { return fields_of(a) < fields_of(b); }

std::string short_part(std::string_view text) {
    constexpr std::size_t enough = 80;
    std::size_t length = 0;
    // Never half a character: the journal would have another one.
    while (length < enough && length < text.size()) length += std::max<std::size_t>(lang::character_length(text.substr(length)), 1);
    return std::string(text.substr(0, length));
}

Key Key::place() const {
    Key place = *this;
    place.meaning.clear();
    return place;
}

Key::Path Key::inner_path() const { return longer(path, {.kind = Part::Kind::Call, .text = short_part(label), .number = ordinal}); }

Key::Path Key::undo_path() const { return longer(path, {.kind = Part::Kind::Undo, .text = short_part(label), .number = ordinal}); }

Key::By Key::by() const {
    const auto is_undo = [](const Part& part) { return part.kind == Part::Kind::Undo; };
    if (std::any_of(path.begin(), path.end(), is_undo)) return By::Undo;
    if (path.empty()) return By::Walk;
    switch (path.front().kind) {
        case Part::Kind::OnFailure:
            return By::OnFailure;
        case Part::Kind::Prompt:
            return By::Prompt;
        default:
            return By::Walk;
    }
}

int Key::outermost_number() const {
    int number = 0;
    std::from_chars(step.data(), step.data() + step.size(), number);
    return number;
}

int Key::branch() const { return path.empty() || path.front().kind != Part::Kind::Branch ? 0 : path.front().number; }

bool Key::goes_on_from(const Key& earlier) const {
    if (step == earlier.step) return begins_with(path, earlier.path);
    if (!earlier.path.empty()) return false;
    return earlier.step.empty() || (step.starts_with(earlier.step) && step[earlier.step.size()] == '.');
}

std::string meaning_number(std::string_view what_it_says) { return fmt::format("{:016x}", lang::fnv1a(what_it_says)); }

void each_text(Key& key, const std::function<void(std::string&)>& see) {
    for (Key::Part& part : key.path) see(part.text);
    see(key.label);
    see(key.host);
    see(key.meaning);
}

}  // namespace runtime
