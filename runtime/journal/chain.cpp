#include "runtime/journal/chain.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <iterator>

#include "runtime/journal/database.hpp"

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

// What the journal has beside the chained events of a run must agree with them.

std::set<std::string> Journal::Database::hashes_of_texts(std::int64_t run) {
    std::map<std::int64_t, std::vector<std::pair<std::string, std::string>>> parts;
    read([&](sqlite3_stmt* row) { parts[sqlite3_column_int64(row, 0)].emplace_back(text(row, 1), text(row, 2)); },
         "SELECT part, path, text FROM source WHERE run = ? ORDER BY part, number", run);
    std::set<std::string> hashes;
    for (const auto& [part, texts] : parts) hashes.insert(texts_hash({texts.begin(), texts.end()}));
    return hashes;
}

void Journal::Database::compare(std::int64_t run, const std::vector<Event>& events, const std::string& last) {
    std::string head;
    std::optional<std::int64_t> end;
    read(
        [&](sqlite3_stmt* row) {
            head = text(row, 0);
            if (sqlite3_column_type(row, 1) != SQLITE_NULL) end = sqlite3_column_int64(row, 1);
        },
        "SELECT head, end FROM run WHERE id = ?", run);
    if (head != last) {
        damaged(events.empty() ? fmt::format("the events of run {} are missing", run)
                               : fmt::format("event {} of run {} is missing, or what tells which the last one is", events.size() + 1, run));
    }
    std::optional<End> told;
    int part = 1;
    const std::set<std::string> hashes = hashes_of_texts(run);
    for (const Event& event : events) {
        const std::string* ran = nullptr;
        if (const auto* started = std::get_if<event::RunStarted>(&event.body)) ran = &started->texts;
        if (const auto* resumed = std::get_if<event::RunResumed>(&event.body)) {
            ran = &resumed->texts;
            part = resumed->part;
        }
        if (ran != nullptr && !hashes.contains(*ran))
            damaged(fmt::format("the text that part {} of run {} was run with is not as it was written", part, run));
        if (const auto* ended = std::get_if<event::RunEnded>(&event.body)) told = ended->end;
    }
    if (end && (!told || static_cast<std::int64_t>(*told) != *end))
        damaged(fmt::format("the end of run {} is not the one that its events tell", run));
}

}  // namespace runtime
