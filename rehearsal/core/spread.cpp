#include "rehearsal/core/spread.hpp"

#include <cassert>
#include <cstdint>

namespace rehearsal {

namespace {

/// FNV-1a, with a last mix so that names which differ in their last digit only do not fall together.
std::uint64_t hash(std::string_view of, std::string_view what) {
    std::uint64_t h = 14695981039346656037U;
    const auto take = [&h](std::string_view text) {
        for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211U;
        h = (h ^ 0xffU) * 1099511628211U;
    };
    take(of);
    take(what);
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
