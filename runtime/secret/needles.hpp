// What a masker looks for: short runs of bytes, compared as numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runtime {

__extension__ using Run = unsigned __int128;  ///< the last 16 bytes, the newest in the lowest place

/// Bytes as they are compared: lower case, also of Latin letters beyond ASCII, without what folds and quotes.
class Folding {
  public:
    enum class Kind { Counts, PassedOver, Blank, LineEnd };

    static Kind kind(unsigned char byte) { return kinds[byte]; }
    /// The byte as it counts; one call for each that does.
    unsigned char operator()(unsigned char byte) {
        const bool upper = before_ == 0xC3 ? byte >= 0x80 && byte <= 0x9E && byte != 0x97 : byte >= 'A' && byte <= 'Z';
        before_ = byte;
        return upper ? static_cast<unsigned char>(byte + 0x20) : byte;
    }

  private:
    static const std::array<Kind, 256> kinds;
    unsigned char before_ = 0;
};

/// Where a text was cut for people, this stands.
inline constexpr std::string_view cut_mark = "…";

class Needles {
  public:
    static constexpr std::size_t longest = 16;
    static constexpr std::size_t innocent = 8;  ///< what is shorter is found only where no blank stands in it

    explicit Needles(const std::vector<std::string>& secrets);

    /// May a needle end with these four bytes? One look, however many needles there are; most are no end.
    bool may_end(std::uint32_t tail) const {
        const std::size_t bit = place(tail);
        return (sieve_[bit / 64] >> (bit % 64) & 1) != 0;
    }
    /// How long needles are.
    const std::vector<std::size_t>& sizes() const { return sizes_; }

    enum class Is : std::uint8_t {
        Nothing = 0,
        Secret = 1,
        Spaced = 2,     ///< a short one that has blanks itself
        Beginning = 4,  ///< of one, where the text was cut
        Led = 8,        ///< it begins with what is passed over
        Trailed = 16,   ///< it ends so
    };
    /// A set of `Is`. Of the run the last `size` bytes count.
    std::uint8_t find(Run run, std::size_t size) const;
    /// Secrets of nothing but what is passed over: to be found as they stand.
    const std::vector<std::string>& bare() const { return bare_; }

  private:
    struct Entry {
        Run run = 0;
        std::uint8_t size = 0, is = 0;
        bool operator<(const Entry& other) const { return size != other.size ? size < other.size : run < other.run; }
    };
    /// By the last four bytes: no needle has less.
    std::size_t place(std::uint32_t tail) const { return static_cast<std::size_t>(tail * std::uint64_t{0x9E3779B97F4A7C15U} >> shift_); }
    void add_all_of(const std::string& secret);
    void add_line(std::string_view text);
    void add(std::string_view key, unsigned is);
    void add_beginnings(std::string_view key);

    std::vector<std::size_t> sizes_;
    std::vector<Entry> entries_;        ///< sorted
    std::vector<std::uint64_t> sieve_;  ///< a bit for the end of each entry
    unsigned shift_ = 0;
    std::vector<std::string> bare_;
};

}  // namespace runtime
