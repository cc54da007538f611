#include "runtime/connection/ssh/configuration/files.hpp"

#include <fmt/format.h>
#include <glob.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "runtime/file.hpp"

namespace runtime {

namespace {

constexpr int deepest = 16;  // as ssh has it
constexpr std::size_t most_files = 200;
constexpr std::size_t most_bytes = std::size_t{4} << 20;

std::string in_lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
}

constexpr std::string_view config_blanks = " \t\r\f";

void skip(std::string_view& text, std::string_view what) { text.remove_prefix(std::min(text.size(), text.find_first_not_of(what))); }

/// `Key value`, `Key=value`: the key, in lower case, and what stands behind it. An empty key: an empty line, or a comment.
std::pair<std::string, std::string_view> split(std::string_view line) {
    skip(line, config_blanks);
    if (line.empty() || line.front() == '#') return {};
    const std::string_view key = line.substr(0, line.find_first_of(" \t\r\f="));
    line.remove_prefix(key.size());
    skip(line, config_blanks);
    if (line.starts_with('=')) line.remove_prefix(1);
    skip(line, config_blanks);
    return {in_lower_case(key), line};
}

/// The next word, without the quotation marks that it may stand in.
std::string next_argument(std::string_view& text) {
    const bool in_marks = text.starts_with('"');
    if (in_marks) text.remove_prefix(1);
    const std::string_view word = text.substr(0, in_marks ? text.find('"') : text.find_first_of(config_blanks));
    text.remove_prefix(std::min(text.size(), word.size() + (in_marks ? 1 : 0)));
    skip(text, config_blanks);
    return std::string(word);
}

bool is_port(std::string_view text) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

std::vector<std::string> files_named(const std::string& pattern) {
    glob_t found{};
    std::vector<std::string> names;
    if (glob(pattern.c_str(), 0, nullptr, &found) == 0) names.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    globfree(&found);
    return names;
}

std::string path_of(const Descriptor& text) { return fmt::format("/proc/self/fd/{}", text.number()); }

}  // namespace

SshConfig SshConfig::read(const std::string& path, const std::string& folder) {
    SshConfig config;
    config.source_ = {path, folder};
    config.add(path, 0);
    return config;
}

SshConfig SshConfig::asking_for(std::string_view option) const {
    SshConfig config;
    config.source_ = source_;
    config.asked_ = in_lower_case(option);
    config.add(source_.path, 0);
    return config;
}

bool SshConfig::mentions(std::string_view option) const { return options_.contains(in_lower_case(option)); }

std::string SshConfig::file() const { return texts_.empty() ? std::string() : path_of(texts_.front()); }

std::string SshConfig::refuse(std::string why) {
    if (!why_not_) why_not_ = std::move(why);
    return {};
}

void SshConfig::add(const std::string& path, int depth) {
    if (depth > deepest || texts_.size() >= most_files) {
        refuse(fmt::format("{}: files are included more than {} deep, or are more than {}", path, deepest, most_files));
        return;
    }
    const FileText file = read_file(path, {.bytes = most_bytes});
    if (!file.text && !file.exists) return;
    if (!file.text) {
        refuse(fmt::format("{}: {}", path, file.why));
        return;
    }
    Descriptor memory(memfd_create("ssh_config", MFD_CLOEXEC));
    const int number = memory.number();
    texts_.push_back(std::move(memory));  // before those that it includes

    std::string out, host = "Host *\n";  // whom the lines are for
    std::string_view rest = *file.text;
    for (int line_number = 1; !rest.empty() && !why_not_; ++line_number) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const auto [key, value] = split(line);
        const std::string where = fmt::format("{} line {}", path, line_number);
        options_.insert(key);
        if (key == "include") {
            out += include(value, host, where, depth);
            continue;
        }
        std::string_view words = value;
        if (key == "port" && !is_port(next_argument(words))) refuse(fmt::format("{}: \"{}\" is not a port: 1 to 65535", where, value));
        if (key == "host" || key == "match") host = std::string(line) + "\n";
        if (!asked_.empty() && key == "userknownhostsfile") continue;
        if (!asked_.empty() && key == asked_) {
            out.append("UserKnownHostsFile ").append(value).append("\n");
            continue;
        }
        out.append(line).append("\n");
    }
    for (std::size_t written = 0; written < out.size();) {
        const ssize_t size = ::write(number, out.data() + written, out.size() - written);
        if (size < 0 && errno != EINTR) {
            refuse(fmt::format("{}: {}", path, strerrordesc_np(errno)));
            return;
        }
        written += static_cast<std::size_t>(std::max<ssize_t>(size, 0));
    }
}

/// Lines for libssh, for each file that is meant: behind it the lines are for `host` again, whatever it has said.
std::string SshConfig::include(std::string_view names, const std::string& host, const std::string& where, int depth) {
    std::string out;
    while (!names.empty()) {
        std::string name = next_argument(names);
        const char* home = std::getenv("HOME");
        const bool at_home = name.starts_with("~/") && home != nullptr;
        if (at_home) name.replace(0, 1, home);
        if (name.starts_with('~') || name.find_first_of("%$") != std::string::npos)
            return refuse(fmt::format("{}: Include {}: only `~/`, wildcards and names are understood: write the path", where, name));
        if (!name.starts_with('/')) name = source_.folder + "/" + name;
        for (const std::string& file : files_named(name)) {
            const std::size_t before = texts_.size();
            add(file, depth + 1);
            if (texts_.size() > before) out += fmt::format("Include {}\n{}", path_of(texts_[before]), host);
        }
    }
    return out;
}

}  // namespace runtime
