#include "runtime/connection/ssh/trust/known_hosts.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>

#include "runtime/file.hpp"

namespace runtime {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
}

/// Takes what stands before the next separator off `text`, and the separators too.
std::string_view take_word(std::string_view& text, std::string_view separators) {
    const auto word = text.substr(0, text.find_first_of(separators));
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(separators, word.size())));
    return word;
}

/// As ssh matches the names of known_hosts: `*` and `?`.
bool is_pattern_of(std::string_view pattern, std::string_view name) {
    if (pattern.empty()) return name.empty();
    if (pattern.front() == '*') {
        for (std::size_t from = 0; from <= name.size(); ++from)
            if (is_pattern_of(pattern.substr(1), name.substr(from))) return true;
        return false;
    }
    return !name.empty() && (pattern.front() == '?' || pattern.front() == name.front()) && is_pattern_of(pattern.substr(1), name.substr(1));
}

constexpr std::string_view blanks = " \t\r";

constexpr std::size_t largest_known_hosts = std::size_t{64} << 20;

}  // namespace

KnownHostsFile KnownHostsFile::parse(std::string_view text) {
    KnownHostsFile file;
    while (!text.empty()) {
        file.add_line(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(text.size(), text.find('\n')));
        if (!text.empty()) text.remove_prefix(1);
    }
    return file;
}

void KnownHostsFile::add_line(std::string_view line) {
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(blanks)));
    if (line.empty() || line.front() == '#') return;
    const std::string_view marker = line.front() == '@' ? take_word(line, blanks) : std::string_view();
    std::string_view hosts = take_word(line, blanks);
    HostKey key{std::string(take_word(line, blanks)), std::string(take_word(line, blanks))};
    if (marker == "@revoked") revoked_.insert(key);
    if (marker == "@cert-authority") authorities_.push_back(lower(hosts));
    if (!marker.empty()) return;
    // A name that a `!` excludes may stand anywhere in the line; a hashed name says nothing to us.
    if (hosts.find('!') != std::string_view::npos || hosts.starts_with('|')) return;
    while (!hosts.empty()) {
        const std::string_view host = take_word(hosts, ",");
        if (host.find_first_of("*?") == std::string_view::npos) keys_[lower(host)].push_back(key);
    }
}

const std::vector<HostKey>& KnownHostsFile::keys(const std::string& host) const {
    static const std::vector<HostKey> none;
    const auto it = keys_.find(host);
    return it == keys_.end() ? none : it->second;
}

bool KnownHostsFile::has_authority(std::string_view host) const {
    return std::any_of(authorities_.begin(), authorities_.end(), [&](std::string_view patterns) {
        bool matches = false;
        while (!patterns.empty()) {
            std::string pattern(take_word(patterns, ","));
            const bool excludes = pattern.starts_with('!');
            if (!is_pattern_of(excludes ? pattern.substr(1) : pattern, host)) continue;
            if (excludes) return false;
            matches = true;
        }
        return matches;
    });
}

std::vector<std::string> KnownHosts::Files::all() const {
    std::vector<std::string> files = user;
    files.insert(files.end(), global.begin(), global.end());
    return files;
}

KnownHosts::Stamp KnownHosts::Stamp::of(const std::string& path) {
    const auto nanoseconds = [](const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; };
    struct stat file {};
    if (stat(path.c_str(), &file) != 0) return {};
    return {.device = static_cast<std::int64_t>(file.st_dev),
            .inode = static_cast<std::int64_t>(file.st_ino),
            .size = file.st_size,
            .written = nanoseconds(file.st_mtim),
            .changed = nanoseconds(file.st_ctim)};
}

const KnownHosts::Read& KnownHosts::file(const std::string& path) {
    const Stamp now = Stamp::of(path);  // before it is read: what is written meanwhile has a later one
    auto it = files_.find(path);
    if (it != files_.end() && it->second.stamp == now) return it->second;
    Read read{.stamp = now};
    const FileText text = read_file(path, {.bytes = largest_known_hosts + 1});
    if (text.text && text.text->size() <= largest_known_hosts)
        read.hosts = KnownHostsFile::parse(*text.text);
    else if (text.text)
        read.why_not = fmt::format("it has more than {} MiB", largest_known_hosts >> 20);
    else if (text.exists)  // one that is not there knows nobody
        read.why_not = text.why;
    return files_[path] = std::move(read);
}

std::optional<std::string> KnownHosts::obstacle(const Files& files) {
    const std::lock_guard lock(mutex_);
    for (const std::string& path : files.all()) {
        if (const auto& why = file(path).why_not) return fmt::format("{}: {}", path, *why);
    }
    return std::nullopt;
}

std::vector<HostKey> KnownHosts::keys(const Files& files, const std::string& host) {
    const std::lock_guard lock(mutex_);
    std::vector<HostKey> keys;
    for (const std::string& path : files.all()) {
        const auto& more = file(path).hosts.keys(host);
        keys.insert(keys.end(), more.begin(), more.end());
    }
    return keys;
}

bool KnownHosts::revoked(const Files& files, const HostKey& key) {
    const std::lock_guard lock(mutex_);
    const auto all = files.all();
    return std::any_of(all.begin(), all.end(), [&](const std::string& path) { return file(path).hosts.revokes(key); });
}

std::optional<std::string> KnownHosts::with_authority(const Files& files, const std::string& host) {
    const std::lock_guard lock(mutex_);
    for (const std::string& path : files.all())
        if (file(path).hosts.has_authority(host)) return path;
    return std::nullopt;
}

KnownHostsText::KnownHostsText(const std::vector<std::string>& files) {
    std::vector<std::string> there;
    for (const std::string& path : files)
        if (const FileText text = read_file(path, {.bytes = 1}); text.exists) there.push_back(path);
    if (there.size() <= 1) {
        path_ = there.empty() ? "/dev/null" : there.front();
        return;
    }
    std::string text;
    for (const std::string& path : there) text += read_file(path, {.bytes = largest_known_hosts}).text.value_or("") + "\n";
    memory_ = Descriptor(memfd_create("known_hosts", MFD_CLOEXEC));
    path_ = fmt::format("/proc/self/fd/{}", memory_.number());
    write_file(path_, text);
}

std::string known_hosts_name(std::string_view host, int port) {
    return port == 22 ? lower(host) : fmt::format("[{}]:{}", lower(host), port);
}

}  // namespace runtime
