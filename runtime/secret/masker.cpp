#include "runtime/secret/masker.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "runtime/secret/escapes.hpp"
#include "runtime/secret/needles.hpp"

namespace runtime {

namespace {

/// Where something was found in the text that was printed.
using FoundAt = std::pair<std::size_t, std::size_t>;

/// A search in one reading: where its bytes stand is asked for only where something was found.
struct Search {
    const Reading& reading;
    const Needles& needles;
    std::vector<FoundAt>& found;

    void add(std::size_t first, std::size_t last) const { found.emplace_back(reading.begin(first), reading.end(last)); }
};

/// The last bytes of one way to read it, compared with the needles as each comes.
class Window {
  public:
    void forget() {
        count_ = unbroken_from_ = 0;
        gap_ = trails_ = none;
    }

    /// `first` and `last`: of the bytes of the reading that it is made of.
    [[gnu::always_inline]] void see(unsigned char byte, std::size_t first, std::size_t last, const Search& search) {
        const Folding::Kind kind = Folding::kind(byte);
        if (kind != Folding::Kind::Counts) return pass_over(kind, first, last, search);
        line_has_ended_ = false;
        trails_ = none;
        const unsigned char folded = fold_(byte);
        tail_ = tail_ << 8 | folded;
        bytes_[count_ % kept] = folded;
        begins_[count_ % kept] = static_cast<std::uint32_t>(first);
        led_from_[count_ % kept] = static_cast<std::uint32_t>(std::min(gap_, first));
        gap_ = none;
        ++count_;
        if (search.needles.may_end(tail_)) look_up(last, search);
    }

    /// The text was cut before byte `at`, perhaps within a secret, and perhaps within an escape of it.
    void cut(std::size_t at, const Search& search) const {
        constexpr std::size_t longest_escape = 8;
        for (std::size_t half = 0; half <= longest_escape && half + Masker::shortest <= count_; ++half) {
            const auto first = static_cast<char>(bytes_[(count_ - half) % kept]);
            if (half > 0 && std::string_view("%&=ux").find(first) == std::string_view::npos) continue;
            const std::size_t end = count_ - half, most = std::min(Needles::longest, end);
            const Run run = run_to(end, most);
            for (std::size_t size = most; size >= Masker::shortest; --size) {
                if (!has(search.needles.find(run, size), Is::Beginning)) continue;
                return search.add(begins_[(end - size) % kept], at - 1);
            }
        }
    }

  private:
    using Is = Needles::Is;
    static bool has(std::uint8_t set, Is is) { return (set & static_cast<std::uint8_t>(is)) != 0; }

    static constexpr std::size_t kept = 32;
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

    void pass_over(Folding::Kind kind, std::size_t first, std::size_t last, const Search& search) {
        if (gap_ == none) gap_ = first;
        if (trails_ != none) search.found[trails_].second = search.reading.end(last);
        if (kind == Folding::Kind::LineEnd) line_has_ended_ = true;
        // What is indented was folded.
        if (kind == Folding::Kind::Blank && !line_has_ended_) unbroken_from_ = count_;
    }

    Run run_to(std::size_t end, std::size_t size) const {
        Run run = 0;
        for (std::size_t i = end - size; i < end; ++i) run = run << 8 | bytes_[i % kept];
        return run;
    }

    [[gnu::noinline]] void look_up(std::size_t last, const Search& search) {
        const Run run = run_to(count_, std::min(count_, Needles::longest));
        for (const std::size_t size : search.needles.sizes()) {
            if (size > count_) break;
            const std::uint8_t is = search.needles.find(run, size);
            if (!has(is, Is::Secret)) continue;
            if (size < Needles::innocent && count_ - unbroken_from_ < size && !has(is, Is::Spaced)) continue;
            search.add((has(is, Is::Led) ? led_from_ : begins_)[(count_ - size) % kept], last);
            if (has(is, Is::Trailed)) trails_ = search.found.size() - 1;
        }
    }

    std::uint32_t tail_ = 0;  ///< the last four
    std::size_t count_ = 0;
    std::size_t unbroken_from_ = 0;  ///< no blank since that one
    bool line_has_ended_ = false;
    Folding fold_;
    std::size_t gap_ = none;     ///< where what is passed over just now began
    std::size_t trails_ = none;  ///< what was found, which goes on with what is passed over
    std::array<std::uint32_t, kept> begins_{};
    std::array<std::uint32_t, kept> led_from_{};  ///< where what is passed over before it begins
    std::array<unsigned char, kept> bytes_{};
};

constexpr unsigned char not_a_digit = 64, skipped = 65;

constexpr std::array<unsigned char, 256> digit_table(std::string_view alphabet, std::string_view over) {
    std::array<unsigned char, 256> table{};
    table.fill(not_a_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i) table[static_cast<unsigned char>(alphabet[i])] = static_cast<unsigned char>(i);
    for (const char c : over) table[static_cast<unsigned char>(c)] = skipped;
    return table;
}

constexpr std::array<unsigned char, 256> hex_digits = [] {
    auto table = digit_table("0123456789abcdef", " \t\r\n:-,;\\'\"[](){}");
    for (unsigned char i = 10; i < 16; ++i) table[static_cast<unsigned char>('A' + i - 10)] = i;
    return table;
}();

constexpr std::array<unsigned char, 256> base64_digits = [] {
    auto table = digit_table("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", " \t\r\n\\");
    table['-'] = 62;
    table['_'] = 63;
    return table;
}();

/// Digits that stand for bytes. The same ones may be those of more than one beginning: each has a window.
template <std::size_t Beginnings>
class Digits {
  public:
    void cut(std::size_t at, const Search& search) const {
        for (const Window& window : windows_) window.cut(at, search);
    }

  protected:
    [[gnu::always_inline]] void take(unsigned char digit, std::size_t at) {
        last_ = digit;
        last_at_ = at;
        ++count_;
    }
    void forget() {
        if (count_ == 0) return;
        count_ = 0;
        for (Window& window : windows_) window.forget();
    }

    std::array<Window, Beginnings> windows_;
    std::size_t count_ = 0, last_at_ = 0;
    unsigned char last_ = 0;
};

class Hex : public Digits<2> {
  public:
    [[gnu::always_inline]] void see(unsigned char c, std::size_t at, const Search& search) {
        const unsigned char digit = hex_digits[c];
        if (c == 'x' || c == 'X') {
            if (count_ > 0 && last_ == 0) --count_;  // the 0 of 0x
            return;
        }
        if (digit == skipped) return;
        if (digit == not_a_digit) return forget();
        if (count_ > 0) {
            windows_[count_ % 2].see(static_cast<unsigned char>(last_ << 4 | digit), last_at_, at, search);
        }
        take(digit, at);
    }
};

class Base64 : public Digits<4> {
  public:
    [[gnu::always_inline]] void see(unsigned char c, std::size_t at, const Search& search) {
        const unsigned char digit = base64_digits[c];
        if (digit == skipped) return;
        if (digit == not_a_digit) return forget();
        for (std::size_t beginning = 0; count_ > 0 && beginning < windows_.size(); ++beginning) {
            const auto place = static_cast<unsigned>((count_ - beginning) % 4);
            if (place == 0) continue;
            const auto byte = static_cast<unsigned char>(last_ << (2 * place) | digit >> (6 - 2 * place));
            windows_[beginning].see(byte, last_at_, at, search);
        }
        take(digit, at);
    }
};

void search_in(const Reading& reading, const Needles& needles, std::vector<FoundAt>& found) {
    const Search search{reading, needles, found};
    Window text;
    Hex hex;
    Base64 base64;
    const std::string_view bytes = reading.bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] == cut_mark.front() && bytes.substr(i).starts_with(cut_mark)) {
            text.cut(i, search);
            hex.cut(i, search);
            base64.cut(i, search);
            i += cut_mark.size() - 1;
            continue;
        }
        const auto byte = static_cast<unsigned char>(bytes[i]);
        text.see(byte, i, i, search);
        hex.see(byte, i, search);
        base64.see(byte, i, search);
    }
    for (const std::string& secret : needles.bare()) {
        for (std::size_t at = bytes.find(secret); at != std::string::npos; at = bytes.find(secret, at + 1)) {
            search.add(at, at + secret.size() - 1);
        }
    }
}

/// Each place once: those that overlap are one.
std::string starred(std::string text, std::vector<FoundAt> found) {
    if (found.empty()) return text;
    std::sort(found.begin(), found.end());
    std::string out;
    std::size_t shown = 0;
    for (std::size_t i = 0; i < found.size();) {
        auto [begin, end] = found[i];
        for (++i; i < found.size() && found[i].first < end; ++i) end = std::max(end, found[i].second);
        out.append(text, shown, begin - shown).append("***");
        shown = end;
    }
    return out.append(text, shown);
}

}  // namespace

void Masker::add(std::string_view secret) {
    if (secret.size() < shortest) return;
    const std::lock_guard lock(mutex_);
    if (std::find(secrets_.begin(), secrets_.end(), secret) != secrets_.end()) return;
    secrets_.emplace_back(secret);
    needles_ = std::make_shared<const Needles>(secrets_);
}

std::string Masker::mask(std::string text) const {
    std::shared_ptr<const Needles> needles;
    {
        const std::lock_guard lock(mutex_);
        needles = needles_;
    }
    if (!needles || text.size() < shortest) return text;
    std::vector<FoundAt> found;
    Reading as_it_stands{.bytes = std::move(text), .begins = {}};
    search_in(as_it_stands, *needles, found);
    Reading once, twice;
    if (undo_escapes(as_it_stands, once)) {
        search_in(once, *needles, found);
        if (undo_escapes(once, twice)) search_in(twice, *needles, found);
    }
    return starred(std::move(as_it_stands.bytes), std::move(found));
}

}  // namespace runtime
