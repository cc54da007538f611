#include "runtime/connection/ssh/trust/keys.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "runtime/encoding/base64.hpp"
#include "runtime/file.hpp"

namespace runtime {

namespace {

constexpr int attempts = 3;

/// What libssh asks in the middle of reading a key.
struct Passphrase {
    const SshKeys::Ask& ask;
    const std::string& path;
    bool asked = false;
    bool answered = false;

    static int answer(const char*, char* buffer, size_t size, int, int, void* self) {
        auto& question = *static_cast<Passphrase*>(self);
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

/// As an IdentityFile may be whose private half an agent has.
bool is_public_half(const std::string& path) {
    constexpr std::string_view private_begins = "-----BEGIN";
    const std::string begin = read_file(path, {.bytes = private_begins.size()}).text.value_or("");
    ssh_key key = nullptr;
    if (begin == private_begins || ssh_pki_import_pubkey_file(path.c_str(), &key) != SSH_OK) return false;
    ssh_key_free(key);
    return true;
}

std::string why_not_read(const std::string& path) {
    const SshKey half = SshKeys::public_half(path);
    const ssh_keytypes_e type = half ? ssh_key_type(half.get()) : SSH_KEYTYPE_UNKNOWN;
    if (type == SSH_KEYTYPE_SK_ECDSA || type == SSH_KEYTYPE_SK_ED25519)
        return fmt::format("its other part is in a FIDO token, which is used by way of an agent: ssh-add {}", path);
    return "this is not a private key that can be read";
}

}  // namespace

std::string blob_of(const SshKey& key) {
    char* base64 = nullptr;
    if (!key || ssh_pki_export_pubkey_base64(key.get(), &base64) != SSH_OK) return {};
    const std::string blob = from_base64(base64).value_or("");
    ssh_string_free_char(base64);
    return blob;
}

SshKeys::Loaded SshKeys::read(const std::string& path) {
    struct stat file;
    if (stat(path.c_str(), &file) != 0) return {nullptr, strerrordesc_np(errno)};
    if (const auto why = why_no_file(path)) return {nullptr, *why};
    if (is_public_half(path)) return {nullptr, "it is the public half alone, and no agent has the private one"};
    if (readable_by_others(file)) return {nullptr, fmt::format("others may read it: chmod 600 {}", path)};
    for (int attempt = 0; attempt < attempts; ++attempt) {
        Passphrase question{ask_, path};
        ssh_key key = nullptr;
        if (ssh_pki_import_privkey_file(path.c_str(), nullptr, &Passphrase::answer, &question, &key) == SSH_OK)
            return {SshKey(key, FreeKey()), {}};
        if (question.asked) ++asked_;
        if (!question.asked) return {nullptr, why_not_read(path)};
        if (!question.answered) return {nullptr, "it has a passphrase, and nobody gave it"};
    }
    return {nullptr, fmt::format("the passphrase was wrong {} times", attempts)};
}

SshKeys::Loaded SshKeys::load(const std::string& path) {
    // Held while a person types: whoever needs the same key waits for the same answer.
    const std::lock_guard lock(mutex_);
    const auto it = loaded_.find(path);
    if (it != loaded_.end()) return it->second;
    const std::size_t asked = asked_;
    Loaded loaded = read(path);
    // What a person was asked for is not asked for again; a file that is mended meanwhile is.
    if (loaded.key || asked_ != asked) loaded_.emplace(path, loaded);
    return loaded;
}

SshKey SshKeys::locked(const std::string& path) {
    const std::lock_guard lock(mutex_);
    if (loaded_.contains(path)) return nullptr;
    if (why_no_file(path)) return nullptr;
    ssh_key key = nullptr;
    if (ssh_pki_import_privkey_file(path.c_str(), nullptr, &no_answer, nullptr, &key) == SSH_OK) {
        ssh_key_free(key);
        return nullptr;
    }
    return public_half(path);
}

SshKey SshKeys::public_half(const std::string& path) {
    // A key file in OpenSSH's format has its public half in the clear; the older ones have it beside them.
    ssh_key key = nullptr;
    for (const std::string& file : {path + ".pub", path})
        if (!why_no_file(file) && ssh_pki_import_pubkey_file(file.c_str(), &key) == SSH_OK) return SshKey(key, FreeKey());
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
