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

/// What stands in a public key file, as bytes.
std::string blob_of(const SshKey& key) {
    char* base64 = nullptr;
    if (ssh_pki_export_pubkey_base64(key.get(), &base64) != SSH_OK) return {};
    const std::string blob = from_base64(base64).value_or("");
    ssh_string_free_char(base64);
    return blob;
}

/// Takes one of SSH's strings off, which begin with their size in four bytes.
void skip_string(std::string_view& blob) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(4, blob.size()); ++i) size = size << 8 | static_cast<unsigned char>(blob[i]);
    blob.remove_prefix(std::min(blob.size(), 4 + size));
}

/// A key: its type, then its numbers. A certificate: its type, a nonce, the same numbers, and the rest (PROTOCOL.certkeys of OpenSSH).
bool is_for(const SshKey& certificate, const SshKey& key) {
    const std::string whole_certificate = blob_of(certificate), whole_key = blob_of(key);
    std::string_view certified = whole_certificate, numbers = whole_key;
    skip_string(certified);
    skip_string(certified);
    skip_string(numbers);
    return !numbers.empty() && certified.starts_with(numbers);
}

}  // namespace

SshKeys::Loaded SshKeys::read(const std::string& path) {
    struct stat file;
    if (stat(path.c_str(), &file) != 0) return {nullptr, fmt::format("{}: {}", path, strerrordesc_np(errno))};
    if (const auto why = why_no_file(path)) return {nullptr, fmt::format("{}: {}", path, *why)};
    if (readable_by_others(file)) return {nullptr, fmt::format("{0}: others may read this key: chmod 600 {0}", path)};
    for (int attempt = 0; attempt < attempts; ++attempt) {
        Passphrase question{ask_, path};
        ssh_key key = nullptr;
        if (ssh_pki_import_privkey_file(path.c_str(), nullptr, &Passphrase::answer, &question, &key) == SSH_OK)
            return {SshKey(key, FreeKey()), {}};
        if (question.asked) ++asked_;
        if (!question.asked) return {nullptr, fmt::format("{}: this is not a private key that can be read", path)};
        if (!question.answered) return {nullptr, fmt::format("{}: it has a passphrase, and nobody gave it", path)};
    }
    return {nullptr, fmt::format("{}: the passphrase was wrong {} times", path, attempts)};
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
    // A key file in OpenSSH's format has its public half in the clear; the older ones have it beside them.
    for (const std::string& file : {path + ".pub", path})
        if (!why_no_file(file) && ssh_pki_import_pubkey_file(file.c_str(), &key) == SSH_OK) return SshKey(key, FreeKey());
    return nullptr;
}

SshKey SshKeys::certificate(const std::string& path) {
    struct stat file {};
    if (stat(path.c_str(), &file) != 0 || !S_ISREG(file.st_mode)) return nullptr;
    ssh_key key = nullptr;
    return ssh_pki_import_cert_file(path.c_str(), &key) == SSH_OK ? SshKey(key, FreeKey()) : nullptr;
}

SshKey SshKeys::certified(const SshKey& key, const SshKey& certificate) {
    if (!is_for(certificate, key)) return nullptr;
    SshKey both(ssh_key_dup(key.get()), FreeKey());
    return both && ssh_pki_copy_cert_to_privkey(certificate.get(), both.get()) == SSH_OK ? both : nullptr;
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
