#include "runtime/secret/needles.hpp"

#include <algorithm>
#include <set>

#include "runtime/encoding/unicode.hpp"
#include "runtime/secret/escapes.hpp"
#include "runtime/secret/masker.hpp"
#include "runtime/shell/dialect.hpp"

namespace runtime {

namespace {

/// The text as it is compared.
std::string key_of(std::string_view text) {
    std::string key;
    Folding fold;
    while (!text.empty()) {
        if (text.starts_with(cut_mark)) {
            text.remove_prefix(cut_mark.size());
            continue;
        }
        const auto byte = static_cast<unsigned char>(text.front());
        if (Folding::kind(byte) == Folding::Kind::Counts) key += static_cast<char>(fold(byte));
        text.remove_prefix(1);
    }
    return key;
}

bool counts(char c) { return Folding::kind(static_cast<unsigned char>(c)) == Folding::Kind::Counts; }

bool has_blanks(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return Folding::kind(static_cast<unsigned char>(c)) == Folding::Kind::Blank; });
}

/// In Latin-1, as older tools print it; nothing where it cannot be.
std::string to_latin1(std::string_view text) {
    std::string bytes;
    while (!text.empty()) {
        const auto character = take_utf8(text);
        if (!character || *character > 0xFF) return {};
        bytes += static_cast<char>(*character);
    }
    return bytes;
}

/// The secret, and what tools and we ourselves make of it before it is escaped or quoted.
std::set<std::string> kinds_of(const std::string& secret) {
    std::set<std::string> all{secret, to_text(secret), to_latin1(secret)};
    Reading once, twice;
    if (undo_escapes({.bytes = secret, .begins = {}}, once)) {
        all.insert(once.bytes);
        if (undo_escapes(once, twice)) all.insert(twice.bytes);
    }
    return all;
}

Run run_of(std::string_view key) {
    Run run = 0;
    for (const char c : key) run = run << 8 | static_cast<unsigned char>(c);
    return run;
}

/// How many different bytes: a ruler of dashes, zeros are anybody's.
std::size_t variety(std::string_view key) { return std::set<char>(key.begin(), key.end()).size(); }
constexpr std::size_t telling = 4;

}  // namespace

const std::array<Folding::Kind, 256> Folding::kinds = [] {
    std::array<Kind, 256> kinds{};
    kinds.fill(Kind::Counts);
    for (const char c : {'\r', '\n'}) kinds[static_cast<unsigned char>(c)] = Kind::LineEnd;
    for (const char c : {' ', '\t', '+'}) kinds[static_cast<unsigned char>(c)] = Kind::Blank;
    for (const char c : {'\0', '\\', '\'', '"', '`'}) kinds[static_cast<unsigned char>(c)] = Kind::PassedOver;
    return kinds;
}();

Needles::Needles(const std::vector<std::string>& secrets) {
    for (const std::string& secret : secrets) {
        if (key_of(secret).size() < Masker::shortest) bare_.push_back(secret);
        for (const std::string& one : kinds_of(secret)) add_all_of(one);
    }
    std::sort(entries_.begin(), entries_.end());
    std::vector<Entry> unique;
    for (const Entry& entry : entries_) {
        if (unique.empty() || unique.back() < entry) {
            unique.push_back(entry);
        } else {
            unique.back().is |= entry.is;
        }
    }
    entries_ = std::move(unique);
    unsigned bits = 14;
    while ((std::size_t{1} << bits) < entries_.size() * 32) ++bits;
    shift_ = 64 - bits;
    sieve_.resize((std::size_t{1} << bits) / 64);
    std::set<std::size_t> sizes;
    for (const Entry& entry : entries_) {
        if ((entry.is & static_cast<std::uint8_t>(Is::Secret)) == 0) continue;
        sizes.insert(entry.size);
        const std::size_t bit = place(static_cast<std::uint32_t>(entry.run));
        sieve_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
    sizes_.assign(sizes.begin(), sizes.end());
}

void Needles::add_all_of(const std::string& secret) {
    if (key_of(secret).size() < Masker::shortest) return;
    add_line(secret);
    if (secret.find('\n') == std::string::npos) return;
    std::string_view text = secret;
    for (bool first = true; !text.empty(); first = false) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (key_of(line).size() >= (first ? Masker::shortest : innocent)) add_line(line);
    }
}

void Needles::add_line(std::string_view text) {
    const std::string key = key_of(text);
    const unsigned led = counts(text.front()) ? 0 : static_cast<unsigned>(Is::Led);
    const unsigned trailed = counts(text.back()) ? 0 : static_cast<unsigned>(Is::Trailed);
    add_beginnings(key);
    if (key.size() <= longest) {
        add(key, static_cast<unsigned>(Is::Secret) | led | trailed | (has_blanks(text) ? static_cast<unsigned>(Is::Spaced) : 0));
        return;
    }
    const std::string_view whole = key;
    const std::size_t last = whole.size() - longest;
    std::size_t most = 0;
    for (std::size_t i = 0; i <= last && most < telling; ++i) most = std::max(most, variety(whole.substr(i, longest)));
    for (std::size_t i = 0; i <= last; ++i) {
        const std::string_view run = whole.substr(i, longest);
        if (variety(run) < std::min(most, telling)) continue;
        add(run, static_cast<unsigned>(Is::Secret) | (i == 0 ? led : 0) | (i == last ? trailed : 0));
    }
}

void Needles::add(std::string_view key, unsigned is) {
    entries_.push_back({.run = run_of(key), .size = static_cast<std::uint8_t>(key.size()), .is = static_cast<std::uint8_t>(is)});
}

void Needles::add_beginnings(std::string_view key) {
    for (std::size_t size = Masker::shortest; size < std::min(longest, key.size()); ++size)
        add(key.substr(0, size), static_cast<unsigned>(Is::Beginning));
}

std::uint8_t Needles::find(Run run, std::size_t size) const {
    if (size < longest) run &= (Run{1} << (8 * size)) - 1;
    const Entry wanted{.run = run, .size = static_cast<std::uint8_t>(size), .is = 0};
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), wanted);
    return at != entries_.end() && at->run == run && at->size == size ? at->is : std::uint8_t{0};
}

}  // namespace runtime
