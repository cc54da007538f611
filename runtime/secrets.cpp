#include "runtime/secrets.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace runtime {

namespace {

using lang::Value;

constexpr std::size_t shortest = 4;
constexpr std::size_t longest = 64 * 1024;

Value unreadable(const std::string& path) { return Value::unknown(fmt::format("{}: {}", path, std::strerror(errno))); }

/// Looks at the rights of what it has opened, so that nobody can exchange the file in between.
Value read_file(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return unreadable(path);
    struct stat status {};
    std::string bytes(longest, '\0');
    const bool known = fstat(file, &status) == 0;
    const ssize_t size = known ? ::read(file, bytes.data(), bytes.size()) : -1;
    const Value wrong = size < 0 ? unreadable(path) : Value();
    close(file);
    if (size < 0) return wrong;
    if ((status.st_mode & 077) != 0)
        return Value::unknown(fmt::format("{} can be read by others than its owner: chmod 600 {}", path, path));
    bytes.resize(static_cast<std::size_t>(size));
    return lang::Secret{std::move(bytes)};
}

Value without_line_end(const Value& value, const std::string& name) {
    if (value.is_unknown()) return Value::unknown(fmt::format("secret {}: {}", name, value.why_unknown().why));
    std::string bytes = value.secret_bytes();
    while (bytes.ends_with('\n') || bytes.ends_with('\r')) bytes.pop_back();
    if (bytes.size() < shortest) return Value::unknown(fmt::format("secret {} has fewer than {} bytes", name, shortest));
    return lang::Secret{std::move(bytes)};
}

void replace_all(std::string& text, const std::string& what) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 3)) text.replace(at, what.size(), "***");
}

}  // namespace

Secrets::Secrets(const std::vector<lang::SecretSource>& sources, Ask ask, RunHere run_here)
    : sources_(sources), ask_(std::move(ask)), run_here_(std::move(run_here)) {}

Value Secrets::read(const lang::SecretSource& source) const {
    switch (source.from) {
        case lang::SecretSource::From::Prompt: {
            auto typed = ask_(source.argument.empty() ? source.name : source.argument);
            if (!typed) return Value::unknown("nobody can be asked for it");
            return lang::Secret{std::move(*typed)};
        }
        case lang::SecretSource::From::Environment: {
            const char* value = std::getenv(source.argument.c_str());
            if (value == nullptr) return Value::unknown(fmt::format("the environment has no {}", source.argument));
            return lang::Secret{value};
        }
        case lang::SecretSource::From::File:
            return read_file(source.argument);
        case lang::SecretSource::From::Command: {
            Reply reply = run_here_(source.argument);
            if (!reply.ok()) return Value::unknown(fmt::format("`{}`: {}", source.argument, reply.describe()));
            return lang::Secret{std::move(reply.out)};
        }
    }
    return Value::unknown("it comes from nowhere");
}

Value Secrets::fetch(std::string_view name) {
    const std::lock_guard one_at_a_time(fetching_);
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = fetched_.find(name); known != fetched_.end()) return known->second;
    }
    const auto source = std::find_if(sources_.begin(), sources_.end(), [&](const auto& s) { return s.name == name; });
    if (source == sources_.end()) return Value::unknown(fmt::format("the site declares no secret {}", name));
    const Value value = without_line_end(read(*source), source->name);
    if (value.is_unknown()) return value;  // what was mended meanwhile is found the next time
    const std::lock_guard lock(mutex_);
    return fetched_.emplace(source->name, value).first->second;
}

std::string Secrets::mask(std::string text) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, value] : fetched_) replace_all(text, value.secret_bytes());
    return text;
}

}  // namespace runtime
