#include "runtime/connection/ssh/trust/known_hosts.hpp"

#include <fmt/format.h>
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
    for (const std::string& path : {files.user, files.global}) {
        if (const auto& why = file(path).why_not) return fmt::format("{}: {}", path, *why);
    }
    return std::nullopt;
}

std::vector<HostKey> KnownHosts::keys(const Files& files, const std::string& host) {
    const std::lock_guard lock(mutex_);
    std::vector<HostKey> keys = file(files.user).hosts.keys(host);
    const auto& more = file(files.global).hosts.keys(host);
    keys.insert(keys.end(), more.begin(), more.end());
    return keys;
}

bool KnownHosts::revoked(const Files& files, const HostKey& key) {
    const std::lock_guard lock(mutex_);
    return file(files.user).hosts.revokes(key) || file(files.global).hosts.revokes(key);
}

std::string known_hosts_name(std::string_view host, int port) {
    return port == 22 ? lower(host) : fmt::format("[{}]:{}", lower(host), port);
}

}  // namespace runtime
