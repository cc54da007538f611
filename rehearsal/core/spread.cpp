#include "rehearsal/core/spread.hpp"

#include <cassert>
#include <cstdint>

#include "lang/text/hash.hpp"

namespace rehearsal {

namespace {

/// FNV-1a, with a last mix so that names which differ in their last digit only do not fall together.
std::uint64_t hash(std::string_view of, std::string_view what) {
    constexpr std::string_view end = "\xff";
    std::uint64_t h = lang::fnv1a(end, lang::fnv1a(what, lang::fnv1a(end, lang::fnv1a(of))));
    h ^= h >> 33U;
    h *= 0xff51afd7ed558ccdU;
    return h ^ (h >> 33U);
}

}  // namespace

unsigned pick(unsigned below, std::string_view of, std::string_view what) {
    assert(below > 0);
    return static_cast<unsigned>(hash(of, what) % below);
}

lang::Duration spread(lang::Duration least, lang::Duration most, std::string_view of, std::string_view what) {
    using std::chrono::duration_cast;
    using std::chrono::seconds;
    assert(least <= most);
    const auto range = static_cast<unsigned>(duration_cast<seconds>(most - least).count());
    return least + seconds(pick(range + 1, of, what));
}

}  // namespace rehearsal
