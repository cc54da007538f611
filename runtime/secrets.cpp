#include "runtime/secrets.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "runtime/connection/descriptor.hpp"
#include "runtime/connection/local.hpp"

namespace runtime {

using lang::SecretSource;
using lang::Value;

namespace {

constexpr std::size_t shortest = Masker::shortest;
constexpr std::size_t longest_secret = 64 * 1024;
constexpr Duration command_patience = std::chrono::seconds{60};

/// Bytes, or why there are none.
struct Fetched {
    std::optional<std::string> bytes;
    std::string why;
};

Fetched failed(std::string why) { return {std::nullopt, std::move(why)}; }

Fetched from_person(const SecretSource& source, const Secrets::Ask& ask) {
    auto answer = ask(source.argument.empty() ? fmt::format("Secret {}: ", source.name) : source.argument + ": ");
    if (!answer) return failed("nobody is there to give it");
    return {std::move(answer), {}};
}

Fetched from_environment(const SecretSource& source) {
    const char* value = std::getenv(source.argument.c_str());
    if (value == nullptr) return failed(fmt::format("the environment variable {} is not set", source.argument));
    return {value, {}};
}

Fetched from_file(const SecretSource& source) {
    const Descriptor file(open(source.argument.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status;
    if (!file || fstat(file.number(), &status) != 0) return failed(fmt::format("{}: {}", source.argument, strerrordesc_np(errno)));
    if ((status.st_mode & 077) != 0) return failed(fmt::format("{0}: others may read it: chmod 600 {0}", source.argument));
    std::string bytes;
    std::array<char, 4096> buffer;
    for (ssize_t size = 0; (size = read(file.number(), buffer.data(), buffer.size())) > 0 && bytes.size() <= longest_secret;)
        bytes.append(buffer.data(), static_cast<std::size_t>(size));
    return {std::move(bytes), {}};
}

Fetched from_command(const SecretSource& source) {
    const auto scheduler = real_scheduler();
    const Stop stop;
    const auto connection = local_connections(*scheduler, stop)({});
    Reply reply = execute(*connection, {source.argument, source.argument, {}}, command_patience, *scheduler, stop);
    // Its output stays out of the message: half a secret may be in it.
    if (!reply.ok()) {
        reply.out.clear();
        return failed(fmt::format("the command `{}`: {}", source.argument, reply.describe()));
    }
    return {std::move(reply.out), {}};
}

Fetched fetch_from(const SecretSource& source, const Secrets::Ask& ask) {
    switch (source.from) {
        case SecretSource::From::Prompt:
            return from_person(source, ask);
        case SecretSource::From::Environment:
            return from_environment(source);
        case SecretSource::From::File:
            return from_file(source);
        case SecretSource::From::Command:
            return from_command(source);
    }
    return failed("it comes from nowhere");
}

}  // namespace

/// While one branch reads it, the others that need it wait.
struct Secrets::Entry {
    SecretSource source;
    std::mutex mutex;
    Value value;  ///< nothing, until it was read
};

Secrets::Secrets(std::vector<SecretSource> sources, Ask ask) : ask_(std::move(ask)) {
    for (SecretSource& source : sources) {
        auto entry = std::make_unique<Entry>();
        entry->source = std::move(source);
        const std::string name = entry->source.name;
        entries_.emplace(name, std::move(entry));
    }
}

Secrets::~Secrets() = default;

std::optional<std::string> Secrets::obstacle(std::string_view name, bool somebody) {
    const auto it = entries_.find(name);
    const auto from = it == entries_.end() ? SecretSource::From::File : it->second->source.from;
    if (from == SecretSource::From::Command) return std::nullopt;
    if (from == SecretSource::From::Prompt) {
        if (somebody) return std::nullopt;
        return fmt::format("the secret {} cannot be had: it comes from a prompt, and nobody is there to give it", name);
    }
    const Value value = fetch(name);
    return value.is_unknown() ? std::optional(value.why_unknown().why) : std::nullopt;
}

Value Secrets::fetch(std::string_view name) {
    const auto it = entries_.find(name);
    if (it == entries_.end()) return Value::unknown(fmt::format("the site declares no secret {}", name));
    Entry& entry = *it->second;
    const std::lock_guard lock(entry.mutex);
    if (!entry.value.is_nothing()) return entry.value;

    Fetched fetched = fetch_from(entry.source, ask_);
    const auto unknown = [&](const std::string& why) { return Value::unknown(fmt::format("the secret {} cannot be had: {}", name, why)); };
    if (!fetched.bytes) return unknown(fetched.why);
    std::string& bytes = *fetched.bytes;
    if (bytes.ends_with('\n')) bytes.pop_back();
    if (bytes.ends_with('\r')) bytes.pop_back();
    if (bytes.size() < shortest)
        return unknown(fmt::format("it has {} bytes, and fewer than {} cannot be kept out of what is shown", bytes.size(), shortest));
    if (bytes.size() > longest_secret) return unknown(fmt::format("it has more than {} bytes", longest_secret));
    masker_.add(bytes);
    entry.value = lang::Secret{std::move(bytes)};
    return entry.value;
}

}  // namespace runtime
