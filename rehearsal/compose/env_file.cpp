#include "rehearsal/compose/env_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <regex>

#include "rehearsal/core/roles.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using Words = std::vector<std::string>;

Answer grep(const EnvFile& file, const std::string& pattern) {
    const std::regex wanted(pattern, std::regex::extended);
    Answer answer{.code = 1};
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        if (!std::regex_search(file.lines[i], wanted)) continue;
        answer.code = 0;
        answer.out += fmt::format("{}:{}\n", i + 1, file.lines[i]);
    }
    return answer;
}

bool defines(const std::string& line, std::string_view variable) { return line.starts_with(std::string(variable) + "="); }

}  // namespace

EnvFiles EnvFiles::healthy(const lang::Site& site, lang::Time) {
    EnvFiles files;
    for (const auto& host : site.hosts) {
        const Words path = fact_texts(*host, "env_file");
        if (!path.empty()) files.files_[host->name] = {.path = path.front(), .lines = fact_texts(*host, "env"), .backups = {}};
    }
    return files;
}

std::optional<Answer> EnvFiles::answer(const Invocation& call, World&) {
    const Words& words = call.words;
    const auto at = files_.find(call.host.name);
    if (at == files_.end()) return std::nullopt;
    EnvFile& file = at->second;
    if (words.size() > 5 && words[0] == "sh" && words[3] == "replace-lines" && words[4] == file.path) return replace_lines(file, call);
    if (words.back() != file.path) return std::nullopt;
    if (words[0] == "stat" && words.size() == 5 && words[2] == "%f") return Answer{.out = file.is_link ? "a1ff\n" : "8180\n"};
    if (words[0] == "grep" && words.size() == 7) return grep(file, words[4]);
    return std::nullopt;
}

/// Three arguments each: a number, the line as it is, the line as it shall be.
Answer EnvFiles::replace_lines(EnvFile& file, const Invocation& call) {
    if (file.read_only)
        return {.code = 1,
                .err = fmt::format("mktemp: failed to create file via template '{}.XXXXXX': Read-only file system\n", file.path)};
    Words changed = file.lines;
    const Words orders(call.words.begin() + 5, call.words.end());
    for (std::size_t i = 0; i + 2 < orders.size(); i += 3) {
        std::size_t number = 0;
        std::from_chars(orders[i].data(), orders[i].data() + orders[i].size(), number);
        if (number < 1 || number > changed.size() || changed[number - 1] != orders[i + 1])
            return {.code = 3, .err = "a line is not as it was a moment ago: nothing was changed\n"};
        changed[number - 1] = orders[i + 2];
    }
    file.lines = std::move(changed);
    file.backups.push_back(
        fmt::format("{}.{:%Y-%m-%dT%H-%M-%S}", file.path, fmt::gmtime(std::chrono::floor<std::chrono::seconds>(call.now))));
    return {};
}

TroublesOf EnvFiles::troubles() {
    return {
        .system = "env file",
        .troubles = {
            {.form = "env is a link", .doc = "The env file is a symbolic link.", .example = "edge1: env is a link"},
            {.form = "env read-only", .doc = "The env file cannot be written.", .example = "edge1: env read-only"},
            {.form = "env without VARIABLE", .doc = "The env file does not set this variable.", .example = "edge1: env without SIP_HOST"},
            {.form = "env also LINE", .doc = "The env file has this line, too.", .example = "edge1: env also SIP_HOST=10.0.0.9"}}};
}

std::optional<std::string> EnvFiles::inject(const lang::Host& host, std::string_view trouble, lang::Time now, World& world, Fault fault) {
    const bool there = fault == Fault::Begins;
    constexpr std::string_view without = "env without ", also = "env also ";
    if (!trouble.starts_with("env ")) return std::nullopt;
    const auto at = files_.find(host.name);
    if (at == files_.end()) return host.name + " has no env file: the site's fact `env_file` says where one is";
    EnvFile& file = at->second;
    if (trouble == "env is a link") {
        file.is_link = there;
    } else if (trouble == "env read-only") {
        file.read_only = there;
    } else if (trouble.starts_with(without)) {
        const auto is_it = [&](const std::string& line) { return defines(line, trouble.substr(without.size())); };
        std::erase_if(file.lines, is_it);
        if (!there) {
            const Words whole = healthy(*world.site, now).files_.at(host.name).lines;
            std::copy_if(whole.begin(), whole.end(), std::back_inserter(file.lines), is_it);
        }
    } else if (trouble.starts_with(also)) {
        const std::string line(trouble.substr(also.size()));
        there ? void(file.lines.push_back(line)) : void(std::erase(file.lines, line));
    } else {
        return std::nullopt;
    }
    return "";
}

void EnvFiles::snapshot(std::map<std::string, std::string>& out) const {
    for (const auto& [host, file] : files_) {
        if (!file.backups.empty()) out[host + " env backups"] = fmt::format("{}", fmt::join(file.backups, ", "));
        for (std::size_t i = 0; i < file.lines.size(); ++i) out[fmt::format("{} env {}", host, i + 1)] = file.lines[i];
    }
}

std::string EnvFiles::text(const lang::Host& host) const {
    const auto at = files_.find(host.name);
    std::string text;
    if (at == files_.end()) return text;
    for (const std::string& line : at->second.lines) text += line + '\n';
    return text;
}

}  // namespace rehearsal
