#include "runtime/journal/chain.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <iterator>

#include "runtime/journal/store.hpp"

namespace runtime {

std::string sha256(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
        throw JournalError("the journal cannot be written: OpenSSL refuses SHA-256. Nothing more is sent.");
    constexpr const char* digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(std::size_t{2} * length);
    for (unsigned int i = 0; i < length; ++i) {
        hex += digits[digest[i] >> 4U];
        hex += digits[digest[i] & 0xFU];
    }
    return hex;
}

std::string first_link(std::int64_t run) { return sha256(fmt::format("procrun journal 2, run {}", run)); }

std::string next_link(std::string_view before, std::int64_t number, std::int64_t at, std::string_view kind, std::string_view body) {
    fmt::memory_buffer bytes;  // one way to read it: nothing but the body may have a line end in it
    fmt::format_to(std::back_inserter(bytes), "{}\n{}\n{}\n{}\n{}", before, number, at, kind, body);
    return sha256({bytes.data(), bytes.size()});
}

std::string texts_hash(const std::vector<std::pair<std::string_view, std::string_view>>& texts) {
    std::string bytes;
    for (const auto& [path, text] : texts) bytes += fmt::format("{}\n{}\n{}{}", path.size(), text.size(), path, text);
    return sha256(bytes);
}

}  // namespace runtime
