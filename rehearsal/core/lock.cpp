#include "rehearsal/core/lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "rehearsal/core/words.hpp"
#include "rehearsal/world.hpp"
#include "runtime/interpret/effects/lock.hpp"

namespace rehearsal {

namespace {

constexpr std::string_view prefix = "/var/tmp/procrun-lock";

Answer no_such(std::string_view program, const std::string& path) {
    return {.code = 1, .err = fmt::format("{}: {}: No such file or directory\n", program, path)};
}

/// In the common place: nothing is prepared on these machines.
std::string place_on(const lang::Host& host, const std::string& name) {
    return fmt::format("{} {}/{}", host.name, runtime::common_place, name);
}

std::string record_text(const std::string& token, const std::string& note) { return fmt::format("token {}\n{}", token, note); }

std::int64_t number_of(const std::string& text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

std::optional<Answer> Lock::answer(const Invocation& call, World&) {
    if (auto answer = by_script(call)) return answer;
    const std::string& program = call.words.front();
    const std::string& path = call.words.back();
    if (!path.starts_with(prefix)) return std::nullopt;
    const std::size_t slash = path.find('/', prefix.size());
    const std::string directory = path.substr(0, slash);
    const std::string file = slash == std::string::npos ? std::string() : path.substr(slash + 1);
    const std::string key = fmt::format("{} {}", call.host.name, directory);
    if (file.empty()) return about_directory(program, directory, key);

    const auto at = directories_.find(key);
    if (at == directories_.end()) return no_such(program, path);
    Files& files = at->second;
    if (program != "rm") return std::nullopt;
    return files.erase(file) > 0 ? Answer{} : no_such(program, path);
}

std::optional<Answer> Lock::by_script(const Invocation& call) {
    const auto set = read_script(runtime::lock_variables(call.words, call.input));
    if (!set || set->empty()) return std::nullopt;
    const auto value = [&](std::string_view variable) {
        for (const SimpleCommand& one : *set) {
            const std::string& word = one.words.front();
            if (word.starts_with(variable) && word.substr(variable.size()).starts_with('=')) return word.substr(variable.size() + 1);
        }
        return std::string();
    };
    const auto key = [&](const std::string& name) { return place_on(call.host, name); };
    const std::string what = value("op"), name = value("name"), token = value("token"), from = value("from"), note = value("note");
    const auto mine = directories_.find(key(name)), old = directories_.find(key(value("old")));
    const bool is_there = mine != directories_.end() || old != directories_.end();
    const std::string record = key(value("record"));
    if (what == "claim") return claim(record, number_of(value("number")), token, note);
    if (what == "take" && !is_there) {
        directories_[key(name)] = {{token, note}};
        return taken(directories_.find(key(name)), record, number_of(value("number")), note);
    }
    if (!is_there) {
        const auto known = records_.find(record);
        if (known == records_.end()) return Answer{.out = "free\n"};
        return Answer{.out = fmt::format("free\nbefore\n{}\n{}", known->second.number, known->second.text)};
    }
    const auto at = mine != directories_.end() ? mine : old;
    Files& files = at->second;
    if (what == "release" && (token.empty() ? files.empty() : files.erase(token) > 0)) {
        directories_.erase(at);
        const auto seen = records_.find(record);
        if (seen != records_.end() && std::to_string(seen->second.number) == value("number")) seen->second.text = record_text(token, note);
        return Answer{.out = "free\n"};
    }
    if (what == "over" && files.erase(from) > 0) {
        files = {{token, note}};
        return taken(at, record, number_of(value("number")), note);
    }
    return look(at);
}

Answer Lock::taken(Directories::const_iterator at, const std::string& place, std::int64_t number, const std::string& note) {
    const std::string path = at->first.substr(at->first.find(' ') + 1), &token = at->second.begin()->first;
    const auto known = records_.find(place);
    if (known != records_.end()) number = std::max(number, known->second.number + 1);
    Answer answer{.out = fmt::format("held\n{}\n{}\nnumber {}\n", path, token, number)};
    answer.out += known == records_.end() ? "first\n" : fmt::format("before\n{}\n{}", known->second.number, known->second.text);
    records_[place] = {.number = number, .text = record_text(token, note)};
    return answer;
}

Answer Lock::claim(const std::string& place, std::int64_t number, const std::string& token, const std::string& note) {
    const std::string path = place.substr(place.find(' ') + 1);
    const auto known = records_.find(place);
    if (known != records_.end() && known->second.number > number)
        return {.out = fmt::format("newer\n{}\n{}\n{}", path, known->second.number, known->second.text)};
    records_[place] = {.number = number, .text = record_text(token, note)};
    return {.out = fmt::format("ours\n{}\n", path)};
}

bool Lock::keeps_back(const lang::Host& host, const runtime::Guard& guard) const {
    const auto known = records_.find(fmt::format("{} {}", host.name, guard.common));  // nothing is prepared on these machines
    return known != records_.end() && known->second.number > guard.number;
}

Answer Lock::look(Directories::const_iterator at) {
    const std::string path = at->first.substr(at->first.find(' ') + 1);
    if (at->second.empty()) return {.out = fmt::format("nameless\n{}\n", path)};
    const auto& [token, text] = *at->second.begin();
    return {.out = fmt::format("held\n{}\n{}\n{}", path, token, text)};
}

std::optional<Answer> Lock::about_directory(std::string_view program, const std::string& directory, const std::string& key) {
    const auto at = directories_.find(key);
    const bool is_there = at != directories_.end();
    if (program == "mkdir") {
        if (is_there) return Answer{.code = 1, .err = fmt::format("mkdir: cannot create directory '{}': File exists\n", directory)};
        directories_[key];
        return Answer{};
    }
    if (program != "rmdir") return std::nullopt;
    if (!is_there) return no_such(program, directory);
    if (!at->second.empty()) return Answer{.code = 1, .err = fmt::format("rmdir: failed to remove '{}': Directory not empty\n", directory)};
    directories_.erase(at);
    return Answer{};
}

TroublesOf Lock::troubles() {
    return {.system = "lock",
            .troubles = {{.form = "locked by NAME",
                          .doc = "The site's lock is held here by a run of this person's that was killed.",
                          .example = "vm1: locked by alice"}}};
}

std::optional<std::string> Lock::inject(const lang::Host& host, std::string_view trouble, lang::Time now, World& world, Fault fault) {
    const bool there = fault == Fault::Begins;
    constexpr std::string_view words = "locked by ";
    if (!trouble.starts_with(words)) return std::nullopt;
    const std::string text = fmt::format("holder {}\nmachine elsewhere\nsince {}\nprocedure one that was killed\nmessage \n",
                                         trouble.substr(words.size()), lang::show(now));
    const std::string place = fmt::format("{} {}", host.name, runtime::lock_directory(*world.site));
    there ? void(directories_[place] = {{"injected", text}}) : void(directories_.erase(place));
    return "";
}

void Lock::snapshot(std::map<std::string, std::string>& out) const {
    for (const auto& [place, files] : directories_) out["lock " + place] = files.empty() ? "nameless" : files.begin()->first;
}

}  // namespace rehearsal
