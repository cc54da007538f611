#include "rehearsal/core/lock.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/world.hpp"
#include "runtime/interpret/effects/lock.hpp"

namespace rehearsal {

namespace {

constexpr std::string_view prefix = "/var/tmp/procrun-lock-";

Answer no_such(std::string_view program, const std::string& path) {
    return {.code = 1, .err = fmt::format("{}: {}: No such file or directory\n", program, path)};
}

}  // namespace

std::optional<Answer> Lock::answer(const Invocation& call, World&) {
    const std::string& program = call.words.front();
    if (program == "umask") return Answer{};
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
    if (program == "tee") return Answer{.out = files[file] = call.input};
    if (program == "rm") return files.erase(file) > 0 ? Answer{} : no_such(program, path);
    if (program != "mv" || call.words.size() != 3) return std::nullopt;
    auto renamed = files.extract(call.words[1].substr(directory.size() + 1));
    if (renamed.empty()) return no_such(program, call.words[1]);
    renamed.key() = file;
    files.insert(std::move(renamed));
    return Answer{};
}

std::optional<Answer> Lock::about_directory(std::string_view program, const std::string& directory, const std::string& key) {
    const auto at = directories_.find(key);
    const bool is_there = at != directories_.end();
    if (program == "test") return Answer{.code = is_there ? 0 : 1};
    if (program == "mkdir") {
        if (is_there) return Answer{.code = 1, .err = fmt::format("mkdir: cannot create directory '{}': File exists\n", directory)};
        directories_[key];
        return Answer{};
    }
    if (program != "ls" && program != "grep" && program != "rmdir") return std::nullopt;
    if (!is_there) return no_such(program, directory);
    if (program != "rmdir") {
        Answer found;
        for (const auto& [name, text] : at->second) found.out += program == "ls" ? name + '\n' : text;
        return found;
    }
    if (!at->second.empty()) return Answer{.code = 1, .err = fmt::format("rmdir: failed to remove '{}': Directory not empty\n", directory)};
    directories_.erase(at);
    return Answer{};
}

std::optional<std::string> Lock::plant(const lang::Host& host, std::string_view trouble, lang::Time now, World& world) {
    constexpr std::string_view words = "locked by ";
    if (!trouble.starts_with(words)) return std::nullopt;
    const std::string text = fmt::format("holder {}\nmachine elsewhere\nsince {}\nprocedure one that was killed\nmessage \n",
                                         trouble.substr(words.size()), lang::show(now));
    directories_[fmt::format("{} {}", host.name, runtime::lock_directory(*world.site))] = {{"planted", text}};
    return "";
}

void Lock::snapshot(std::map<std::string, std::string>& out) const {
    for (const auto& [place, files] : directories_) out["lock " + place] = files.empty() ? "nameless" : files.begin()->first;
}

}  // namespace rehearsal
