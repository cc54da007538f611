// Programs with something broken in them.
#pragma once

#include <random>
#include <string>

namespace support {

/// With a few bytes taken out, put in, changed or copied.
std::string broken(std::string text, std::mt19937& random);

/// With some words, numbers and texts in the places of others: what still reads, and means something else.
std::string mixed_up(std::string text, std::mt19937& random);

}  // namespace support
