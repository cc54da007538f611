#include "runtime/secret/store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>

#include "runtime/connection/local.hpp"
#include "runtime/file.hpp"

namespace runtime {

using lang::SecretSource;
using lang::Value;

namespace {

constexpr std::size_t shortest = Masker::shortest;
constexpr std::size_t longest_secret = 64 * 1024;
constexpr Duration command_patience = std::chrono::seconds{60};
constexpr Duration pipe_patience = std::chrono::seconds{15};
/// How often is looked whether we are told to end.
constexpr Duration glance = std::chrono::milliseconds{100};

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

/// Has a signal come since? One that came before has let the run go on as far as it needs this secret.
std::function<bool()> told_to_end(const Stop& stop) {
    return [&stop, before = stop.level()] { return stop.level() > before; };
}

Fetched from_file(const SecretSource& source, const Stop& stop) {
    const FileText file = read_file(
        source.argument, {.bytes = longest_secret + 1, .silence = pipe_patience, .in_all = pipe_patience, .given_up = told_to_end(stop)});
    if (file.text && (file.mode & 077) != 0 && !S_ISCHR(file.mode))
        return failed(fmt::format("{0}: others may read it: chmod 600 {0}", source.argument));
    if (!file.text) return failed(fmt::format("{}: {}", source.argument, file.why));
    return {file.text, {}};
}

/// It changes nothing that a run would have to wait for: a signal ends it, and all that it has started.
Fetched from_command(const SecretSource& source, const Stop& stop) {
    const auto scheduler = real_scheduler();
    const Stop never;
    const Time until = scheduler->now() + command_patience;
    const auto stream = run_while_listening(source.argument, *scheduler, never);
    const auto failed_because = [&](const std::string& why) { return failed(fmt::format("the command `{}`: {}", source.argument, why)); };
    const auto interrupted = told_to_end(stop);
    std::string out;
    Reply reply;
    for (;;) {
        auto next = stream->next(std::min(until, scheduler->now() + glance));
        if (const auto* chunk = std::get_if<Stream::Chunk>(&next)) {
            std::string& bytes = chunk->from == Stream::Chunk::From::Out ? out : reply.err;
            if (bytes.size() <= longest_secret) bytes += chunk->bytes;
        }
        if (auto* end = std::get_if<Stream::End>(&next)) {
            reply.ending = end->ending;
            reply.code = end->code;
            reply.signal = end->signal;
            if (!end->why.empty()) reply.err = end->why;
            if (reply.ok()) return {std::move(out), {}};
            return failed_because(reply.describe());  // its output stays out of the message: half a secret may be in it
        }
        if (interrupted()) return failed_because("interrupted; it was ended");
        if (scheduler->now() >= until)
            return failed_because(fmt::format("it did not end within {}; it was ended", lang::show(command_patience)));
    }
}

Fetched fetch_from(const SecretSource& source, const Secrets::Ask& ask, const Stop& stop) {
    switch (source.from) {
        case SecretSource::From::Prompt:
            return from_person(source, ask);
        case SecretSource::From::Environment:
            return from_environment(source);
        case SecretSource::From::File:
            return from_file(source, stop);
        case SecretSource::From::Command:
            return from_command(source, stop);
    }
    return failed("it comes from nowhere");
}

}  // namespace

/// While one branch reads it, the others that need it wait.
struct Secrets::Entry {
    SecretSource source;
    std::mutex mutex;
    Value value;                    ///< nothing, until it was read
    std::atomic<int> attempts = 0;  ///< to read it
    Value failure;                  ///< of the last attempt
};

Secrets::Secrets(std::vector<SecretSource> sources, Ask ask, const Stop& stop) : ask_(std::move(ask)), stop_(stop) {
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
    const int attempts = entry.attempts;
    const std::lock_guard lock(entry.mutex);
    if (!entry.value.is_nothing()) return entry.value;
    if (entry.attempts != attempts) return entry.failure;  // who has waited for an attempt does not make the next one

    Fetched fetched = fetch_from(entry.source, ask_, stop_);
    ++entry.attempts;
    const auto unknown = [&](const std::string& why) {
        return entry.failure = Value::unknown(fmt::format("the secret {} cannot be had: {}", name, why));
    };
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
