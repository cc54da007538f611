#include "rehearsal/lock.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/world.hpp"
#include "runtime/lock.hpp"

namespace rehearsal {

namespace {

constexpr std::string_view prefix = "/var/tmp/procrun-lock-";
constexpr std::string_view file_name = "/holder";

Answer no_such(std::string_view program, const std::string& path) {
    return {.code = 1, .err = fmt::format("{}: {}: No such file or directory\n", program, path)};
}

bool has_line(std::string_view text, std::string_view wanted) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (text.substr(0, end) == wanted) return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

}  // namespace

std::optional<Answer> Lock::answer(const Invocation& call, World&) {
    if (call.words.front() == "umask") return Answer{};
    std::string path = call.words.back();
    if (!path.starts_with(prefix)) return std::nullopt;
    const std::string& program = call.words.front();
    const bool is_file = path.ends_with(file_name);
    if (is_file) path.resize(path.size() - file_name.size());
    const std::string key = fmt::format("{} {}", call.host.name, path);
    const auto directory = directories_.find(key);
    const bool is_there = directory != directories_.end();

    if (!is_file) {
        if (program == "test") return Answer{.code = is_there ? 1 : 0};  // ! -d
        if (program == "mkdir") {
            if (is_there) return Answer{.code = 1, .err = fmt::format("mkdir: cannot create directory '{}': File exists\n", path)};
            directories_.emplace(key, Directory{});
            return Answer{};
        }
        if (program != "rmdir") return std::nullopt;
        if (!is_there) return no_such(program, path);
        if (directory->second.holder) {
            return Answer{.code = 1, .err = fmt::format("rmdir: failed to remove '{}': Directory not empty\n", path)};
        }
        directories_.erase(directory);
        return Answer{};
    }
    if (!is_there || (program != "tee" && !directory->second.holder)) return no_such(program, call.words.back());
    std::optional<std::string>& holder = directory->second.holder;
    if (program == "cat") return Answer{.out = *holder};
    if (program == "grep" && call.words.size() == 4) return Answer{.code = has_line(*holder, call.words[2]) ? 0 : 1};
    if (program == "tee") {
        holder = call.input;
        return Answer{.out = call.input};
    }
    if (program != "rm") return std::nullopt;
    holder.reset();
    return Answer{};
}

std::optional<std::string> Lock::plant(const lang::Host& host, std::string_view trouble, lang::Time now, World& world) {
    constexpr std::string_view words = "locked by ";
    if (!trouble.starts_with(words)) return std::nullopt;
    const std::string text = fmt::format("token planted\nholder {}\nmachine elsewhere\nsince {}\nwhat a run that was killed\n",
                                         trouble.substr(words.size()), lang::show(now));
    directories_[fmt::format("{} {}", host.name, runtime::lock_directory(*world.site))] = {.holder = text};
    return "";
}

void Lock::snapshot(std::map<std::string, std::string>& out) const {
    for (const auto& [place, directory] : directories_) out["lock " + place] = directory.holder.value_or("nameless");
}

}  // namespace rehearsal
