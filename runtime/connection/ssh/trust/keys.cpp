#include "runtime/connection/ssh/trust/keys.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace runtime {

namespace {

constexpr int attempts = 3;

/// What libssh asks in the middle of reading a key.
struct Question {
    const SshKeys::Ask& ask;
    const std::string& path;
    bool asked = false;
    bool answered = false;

    static int answer(const char*, char* buffer, size_t size, int, int, void* self) {
        auto& question = *static_cast<Question*>(self);
        question.asked = true;
        const auto passphrase = question.ask(fmt::format("Passphrase of {}: ", question.path));
        question.answered = passphrase.has_value();
        if (!passphrase || passphrase->size() >= size) return -1;
        std::memcpy(buffer, passphrase->c_str(), passphrase->size() + 1);
        return 0;
    }
};

int no_answer(const char*, char*, size_t, int, int, void*) { return -1; }

/// As ssh does: a key that others may read is no secret, and whoever uses it should hear of it.
bool readable_by_others(const struct stat& file) { return file.st_uid == getuid() && (file.st_mode & 077) != 0; }

}  // namespace

SshKeys::Loaded SshKeys::read(const std::string& path) {
    struct stat file;
    if (stat(path.c_str(), &file) != 0) return {nullptr, fmt::format("{}: {}", path, strerrordesc_np(errno))};
    if (readable_by_others(file)) return {nullptr, fmt::format("{0}: others may read this key: chmod 600 {0}", path)};
    for (int attempt = 0; attempt < attempts; ++attempt) {
        Question question{ask_, path};
        ssh_key key = nullptr;
        if (ssh_pki_import_privkey_file(path.c_str(), nullptr, &Question::answer, &question, &key) == SSH_OK)
            return {SshKey(key, FreeKey()), {}};
        if (!question.asked) return {nullptr, fmt::format("{}: this is no private key that can be read", path)};
        if (!question.answered) return {nullptr, fmt::format("{}: it has a passphrase, and nobody gave it", path)};
    }
    return {nullptr, fmt::format("{}: the passphrase was wrong {} times", path, attempts)};
}

SshKeys::Loaded SshKeys::load(const std::string& path) {
    // Held while a person types: whoever needs the same key waits for the same answer.
    const std::lock_guard lock(mutex_);
    auto it = loaded_.find(path);
    if (it == loaded_.end()) it = loaded_.emplace(path, read(path)).first;
    return it->second;
}

SshKey SshKeys::locked(const std::string& path) {
    const std::lock_guard lock(mutex_);
    if (loaded_.contains(path)) return nullptr;
    ssh_key key = nullptr;
    if (ssh_pki_import_privkey_file(path.c_str(), nullptr, &no_answer, nullptr, &key) == SSH_OK) {
        ssh_key_free(key);
        return nullptr;
    }
    // A key file in OpenSSH's format has its public half in the clear; the older ones have it beside them.
    for (const std::string& file : {path + ".pub", path})
        if (ssh_pki_import_pubkey_file(file.c_str(), &key) == SSH_OK) return SshKey(key, FreeKey());
    return nullptr;
}

std::string SshKeys::last_good() {
    const std::lock_guard lock(mutex_);
    return last_good_;
}

void SshKeys::was_good(const std::string& path) {
    const std::lock_guard lock(mutex_);
    last_good_ = path;
}

}  // namespace runtime
